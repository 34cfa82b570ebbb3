/// Where text may be cut into words such that no piece goes across a cut: before a space, if what stands before it is no
/// space and no piece holds it just before a space.
struct SpacedWords: Sendable {
    private let charactersBeforeSpace: Set<UInt32>

    private static let space: UInt32 = 0x20
    private static let spaceMark: UInt32 = 0x2581

    /// - Parameter pieces: with spaces or the marks for them.
    init(_ pieces: PieceList, where isWanted: (Int) -> Bool) {
        var found: Set<UInt32> = []
        for number in 0..<pieces.count where isWanted(number) {
            let range = pieces.range(number)
            var place = range.lowerBound
            var previous: UInt32?
            while place < range.upperBound {
                let unit = UTF8Unit(pieces.bytes, at: place, limit: range.upperBound)
                let scalar = unit.scalar == Self.spaceMark ? Self.space : unit.scalar
                if let previous, scalar == Self.space, previous != Self.space { found.insert(previous) }
                previous = scalar
                place += unit.length
            }
        }
        charactersBeforeSpace = found
    }

    /// Where the word that begins at `start` ends.
    func wordEnd(_ text: [UInt8], from start: Int, limit: Int) -> Int {
        var index = start
        var previous = Self.space
        while index < limit {
            if text[index] == 0x20, previous != Self.space, !charactersBeforeSpace.contains(previous) { return index }
            let unit = UTF8Unit(text, at: index, limit: limit)
            previous = unit.scalar
            index += unit.length
        }
        return limit
    }
}
