/// How an index is searched.
package enum SearchMode: String, CaseIterable, Sendable {
    /// By vectors and by words, the two rankings fused.
    case hybrid
    case vectors
    case words

    /// The share of the cells that are looked into unless another is asked for.
    package static let usualShare = 0.2
}
