/// SentencePiece's table of replacements: a tree of byte strings and what is written for each of them.
///
/// The table is four bytes with the length of the tree, the tree as a double array of 32-bit units, and the replacements,
/// each ended by a zero byte. In a unit, bits 0 to 7 and 31 are the byte that leads to it, bit 8 says that a string ends here,
/// and the bits from 10 on are the distance to its children, in units of 256 where bit 9 is set; the first child of a unit
/// where a string ends holds the place of the replacement in bits 0 to 30. (Aoe, "An Efficient Digital Search Algorithm by
/// Using a Double-Array Structure", 1989.)
struct PrecompiledCharacterMap: Sendable, Equatable {
    /// A string of the table that the text begins with.
    struct Match {
        let length: Int
        /// Where the replacement begins in `replacements`.
        fileprivate let replacement: Int
    }

    private let units: [UInt32]
    private let replacements: [UInt8]
    /// By byte: whether some string begins with it.
    private let begins: [Bool]

    /// Reads a table, and checks all of it that a text could lead to; nil where it is damaged.
    init?(_ table: [UInt8]) {
        guard table.count > 4 else { return nil }
        let length = (0..<4).reduce(0) { $0 | Int(table[$1]) << ($1 * 8) }
        guard length >= 4, length.isMultiple(of: 4), length <= table.count - 5, table.last == 0 else { return nil }
        units = stride(from: 4, to: 4 + length, by: 4).map { start in
            (0..<4).reduce(0) { $0 | UInt32(table[start + $1]) << UInt32($1 * 8) }
        }
        replacements = Array(table[(4 + length)...])
        let root = Self.offset(units[0])
        let units = units
        begins = (0...255).map { byte in
            let child = root ^ byte
            return byte > 0 && child < units.count && Self.label(units[child]) == UInt32(byte)
        }
        guard isWhole(from: root) else { return nil }
    }

    /// The bytes of the longest replacement.
    var longestReplacement: Int {
        replacements.split(separator: 0).map(\.count).max() ?? 0
    }

    /// What is written for a match.
    func replacement(of match: Match) -> ArraySlice<UInt8> {
        replacements[match.replacement...].prefix { $0 != 0 }
    }

    /// The string that the bytes from `start` on begin with: the longest of them, or the shortest.
    func match(in bytes: [UInt8], from start: Int, limit: Int, shortest: Bool = false) -> Match? {
        guard start < limit, begins[Int(bytes[start])] else { return nil }
        var children = Self.offset(units[0])
        var best: Match?
        for index in start..<limit {
            let place = children ^ Int(bytes[index])
            guard bytes[index] > 0, place < units.count, Self.label(units[place]) == UInt32(bytes[index]) else { break }
            children ^= Int(bytes[index])
            children ^= Self.offset(units[place])
            guard Self.ends(units[place]) else { continue }
            best = Match(length: index + 1 - start, replacement: Int(units[children] & 0x7fff_ffff))
            if shortest { break }
        }
        return best
    }

    /// Whether every string that can be reached has a replacement within the table.
    private func isWhole(from root: Int) -> Bool {
        var isSeen = [Bool](repeating: false, count: units.count)
        var pending = [root]
        while let children = pending.popLast() {
            for byte in 1...255 {
                let place = children ^ byte
                guard place < units.count, Self.label(units[place]) == UInt32(byte), !isSeen[place] else { continue }
                isSeen[place] = true
                let next = place ^ Self.offset(units[place])
                if Self.ends(units[place]) {
                    guard next < units.count, Int(units[next] & 0x7fff_ffff) < replacements.count else { return false }
                }
                pending.append(next)
            }
        }
        return true
    }

    private static func label(_ unit: UInt32) -> UInt32 { unit & 0x8000_00ff }
    private static func ends(_ unit: UInt32) -> Bool { unit & 0x100 != 0 }
    private static func offset(_ unit: UInt32) -> Int { Int(unit >> 10) << (unit & 0x200 == 0 ? 0 : 8) }
}
