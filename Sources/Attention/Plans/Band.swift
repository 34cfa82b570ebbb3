/// Which true distances `i - j` between a query at position `i` and a key at position `j` a span shows. Either end may be open;
/// negative distances are keys after the query, as encoders see them.
package struct Band: Hashable, Sendable {
    package var lowest: Int?
    package var highest: Int?

    package init(lowest: Int? = nil, highest: Int? = nil) {
        self.lowest = lowest
        self.highest = highest
    }

    /// Every key, later ones too.
    package static let everything = Band()
    /// The own key and all before it.
    package static let causal = Band(lowest: 0)
    /// The own key and `tokens - 1` before it.
    package static func window(_ tokens: Int) -> Band { Band(lowest: 0, highest: tokens - 1) }
    /// What a window of so many tokens no longer shows.
    package static func beyond(_ tokens: Int) -> Band { Band(lowest: tokens) }

    package func contains(_ distance: Int) -> Bool {
        distance >= lowest ?? .min && distance <= highest ?? .max
    }

    /// Whether any of the distances is shown.
    func overlaps(_ distances: ClosedRange<Int>) -> Bool {
        distances.upperBound >= lowest ?? .min && distances.lowerBound <= highest ?? .max
    }

    /// Whether all of them are.
    func covers(_ distances: ClosedRange<Int>) -> Bool { contains(distances.lowerBound) && contains(distances.upperBound) }
}
