import Positions

/// At which positions a span's keys appear to the queries. What a query sees of a key's position is only the distance shown.
package enum Placement: Sendable {
    /// Where they are.
    case own
    /// Nearer to every query by so many positions: the distance shown is `i - j - by`.
    case shifted(by: Int)
    /// The same with a shift for each query of the block.
    case shiftedPerQuery(by: [Int])
    /// The first slot of the span at this position and the others behind it in the order of their slots.
    case placed(at: Int)
    /// The start of every page at this distance from every query, whatever its position: slot `s` is at `distance - s`.
    case behind(distance: Int)
    /// All keys at one distance from every query. Needs keys in raw frame.
    case constant(distance: Int)
    /// Queries at `query(i)` and keys at `key(j)`. Needs keys in raw frame.
    case mapped(query: PositionMap, key: PositionMap)

    /// Whether the keys of one page must be turned singly, which rules out keys that are kept rotated.
    var needsRawKeys: Bool {
        switch self {
        case .constant, .mapped: true
        default: false
        }
    }

    /// Where a map puts keys.
    var keyMap: PositionMap? {
        guard case .mapped(_, let key) = self else { return nil }
        return key
    }

    /// For error messages.
    var name: String {
        switch self {
        case .own: "own"
        case .shifted, .shiftedPerQuery: "shifted"
        case .placed: "placed"
        case .behind: "behind"
        case .constant: "constant"
        case .mapped: "mapped"
        }
    }
}
