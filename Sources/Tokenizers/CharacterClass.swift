/// The properties of a character that the rules for cutting text into words ask about.
struct CharacterClass: OptionSet, Hashable, Sendable {
    let rawValue: UInt16

    /// \p{L}
    static let letter = CharacterClass(rawValue: 1)
    /// \p{N}
    static let number = CharacterClass(rawValue: 2)
    /// \s
    static let space = CharacterClass(rawValue: 4)
    /// \p{P}
    static let punctuation = CharacterClass(rawValue: 8)
    /// \p{M}
    static let mark = CharacterClass(rawValue: 16)
    /// \p{S}
    static let symbol = CharacterClass(rawValue: 32)
    /// [\p{Lu}\p{Lt}]
    static let uppercase = CharacterClass(rawValue: 64)
    /// \p{Ll}
    static let lowercase = CharacterClass(rawValue: 128)
    /// What BERT leaves out of every text: control and format characters and U+FFFD.
    static let control = CharacterClass(rawValue: 256)
    /// What BERT leaves out where it strips accents.
    static let accent = CharacterClass(rawValue: 512)
    /// What is a word of its own for BERT: punctuation and ASCII symbols.
    static let standsAlone = CharacterClass(rawValue: 1024)

    static let letterOrNumber: CharacterClass = [.letter, .number]
    static let letterOrMark: CharacterClass = [.letter, .mark]
    static let letterNumberOrSpace: CharacterClass = [.letter, .number, .space]
    static let punctuationOrSymbol: CharacterClass = [.punctuation, .symbol]

    /// The number of bits that the table gives to a class.
    static let bitCount = 11
}

/// The class of every character, in pages of 256; those of one class throughout, which most are, are kept once.
struct CharacterClasses: Sendable {
    static let unicode = CharacterClasses()

    private static let pageSize = 256

    /// Where the page of each 256 characters begins in `classes`.
    private var pageStarts: [Int] = []
    private var classes: [CharacterClass] = []

    private init() {
        var sameThroughout: [CharacterClass: Int] = [:]
        var run = 0
        for pageStart in stride(from: 0, to: 0x110000, by: Self.pageSize) {
            run = Self.run(of: pageStart, from: run)
            let isSame = run == Self.run(of: pageStart + Self.pageSize - 1, from: run)
            let kind = Self.kind(ofRun: run)
            if isSame, let known = sameThroughout[kind] {
                pageStarts.append(known)
                continue
            }
            if isSame { sameThroughout[kind] = classes.count }
            pageStarts.append(classes.count)
            var place = run
            for scalar in pageStart..<pageStart + Self.pageSize {
                place = Self.run(of: scalar, from: place)
                classes.append(Self.kind(ofRun: place))
            }
        }
    }

    /// The run of equal classes that a character is in, looked for from an earlier one on.
    private static func run(of scalar: Int, from earlier: Int) -> Int {
        var run = earlier
        while run + 1 < boundaries.count, Int(boundaries[run + 1] >> CharacterClass.bitCount) <= scalar { run += 1 }
        return run
    }

    private static func kind(ofRun run: Int) -> CharacterClass {
        CharacterClass(rawValue: UInt16(boundaries[run] & ((1 << CharacterClass.bitCount) - 1)))
    }

    /// The class of a character; bytes that form none have no class.
    @inline(__always)
    subscript(scalar: UInt32) -> CharacterClass {
        guard scalar < 0x110000 else { return [] }
        return classes[pageStarts[Int(scalar >> 8)] + Int(scalar & 0xff)]
    }
}
