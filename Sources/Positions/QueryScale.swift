/// What queries are multiplied by according to where they stand, so that attention to many keys stays as sharp as to few.
package enum QueryScale: Hashable, Sendable {
    /// The same for all.
    case constant(Double)
    /// `max(1, ln(position + 1) / ln(length))`: nothing happens within `length` tokens. (Su, ReRoPE, 2023.)
    case logarithmic(beyond: Int)

    package func factor(at position: Int) -> Double {
        switch self {
        case .constant(let factor): factor
        case .logarithmic(let length): max(1, logarithm(Double(max(position, 0) + 1)) / logarithm(Double(max(length, 2))))
        }
    }
}
