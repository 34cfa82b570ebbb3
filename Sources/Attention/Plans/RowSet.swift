/// Which rows of a block a span is shown to: row = query · group + head of the group.
package enum RowSet: Hashable, Sendable {
    case all
    case some(RowBits)

    func contains(_ row: Int) -> Bool {
        switch self {
        case .all: true
        case .some(let bits): bits[row]
        }
    }

    var isAll: Bool { self == .all }
}

/// A set of rows; rows beyond its count are not in it.
package struct RowBits: Hashable, Sendable {
    private var words: [UInt64]

    package init(count: Int) { words = Array(repeating: 0, count: (count + 63) / 64) }

    package subscript(row: Int) -> Bool {
        get { row / 64 < words.count && words[row / 64] >> UInt64(row % 64) & 1 == 1 }
        set {
            let bit = UInt64(1) << UInt64(row % 64)
            if newValue { words[row / 64] |= bit } else { words[row / 64] &= ~bit }
        }
    }
}
