/// The properties of a character that the rules for cutting text into words ask about.
struct CharacterClass: OptionSet, Hashable, Sendable {
    let rawValue: UInt8

    /// \p{L}
    static let letter = CharacterClass(rawValue: 1)
    /// \p{N}
    static let number = CharacterClass(rawValue: 2)
    /// \s
    static let space = CharacterClass(rawValue: 4)
    /// \p{P}
    static let punctuation = CharacterClass(rawValue: 8)

    static let letterOrNumber: CharacterClass = [.letter, .number]
    static let letterNumberOrSpace: CharacterClass = [.letter, .number, .space]
}

/// The class of every character, in pages of 256 of which equal ones are kept once.
struct CharacterClasses: Sendable {
    static let unicode = CharacterClasses()

    private static let pageSize = 256

    /// Where the page of each 256 characters begins in `classes`.
    private var pageStarts: [Int] = []
    private var classes: [CharacterClass] = []

    private init() {
        let boundaries = Self.boundaries
        var known: [[CharacterClass]: Int] = [:]
        var run = 0
        for pageStart in stride(from: 0, to: 0x110000, by: Self.pageSize) {
            let page = (pageStart..<pageStart + Self.pageSize).map { scalar in
                while run + 1 < boundaries.count, Int(boundaries[run + 1] >> 4) <= scalar { run += 1 }
                return CharacterClass(rawValue: UInt8(boundaries[run] & 0xf))
            }
            if known[page] == nil {
                known[page] = classes.count
                classes += page
            }
            pageStarts.append(known[page] ?? 0)
        }
    }

    /// The class of a character; bytes that form none have no class.
    @inline(__always)
    subscript(scalar: UInt32) -> CharacterClass {
        guard scalar < 0x110000 else { return [] }
        return classes[pageStarts[Int(scalar >> 8)] + Int(scalar & 0xff)]
    }
}
