/// Which pairs of neighbouring symbols may be joined, in what order of preference, and to what.
struct MergeTable: Sendable {
    /// The order in which a pair is joined (lowest first) and the symbol that it becomes.
    struct Merge {
        let rank: UInt32
        let symbol: Int32
    }

    private var table: IntegerTable

    init(minimumCapacity: Int) {
        table = IntegerTable(minimumCapacity: minimumCapacity)
    }

    var count: Int { table.count }

    /// Allows `left` and `right` to be joined; the first rule for a pair holds.
    mutating func allow(_ left: Int32, _ right: Int32, rank: UInt32, symbol: Int32) {
        table.insert(UInt64(rank) << 32 | UInt64(UInt32(bitPattern: symbol)), for: key(left, right))
    }

    /// How the pair may be joined; nil where it may not. Negative symbols join nothing.
    @inline(__always)
    func merge(_ left: Int32, _ right: Int32) -> Merge? {
        guard left >= 0, right >= 0, let value = table[key(left, right)] else { return nil }
        return Merge(rank: UInt32(value >> 32), symbol: Int32(bitPattern: UInt32(truncatingIfNeeded: value)))
    }

    @inline(__always)
    private func key(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }
}
