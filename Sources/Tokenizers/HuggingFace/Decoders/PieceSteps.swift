/// Reads the stand-ins of bytes. A piece that holds anything else is taken as it is.
struct ByteAlphabetStep: DecodingStep {
    mutating func append(_ piece: [UInt8], to output: inout [[UInt8]]) {
        output.append(ByteAlphabet.bytes(of: piece[...]) ?? piece)
    }
}

/// Reads pieces such as `<0x0A>` as the bytes that they name.
struct BytePieceStep: DecodingStep {
    mutating func append(_ piece: [UInt8], to output: inout [[UInt8]]) {
        output.append(Self.byte(of: piece).map { [$0] } ?? piece)
    }

    /// The byte that a piece names.
    static func byte(of piece: some Collection<UInt8>) -> UInt8? {
        guard piece.count == 6, piece.starts(with: "<0x".utf8), piece.dropFirst(5).first == UInt8(ascii: ">") else { return nil }
        return UInt8(String(decoding: piece.dropFirst(3).prefix(2), as: UTF8.self), radix: 16)
    }
}

/// Writes spaces for marks, and nothing for those of the first piece where encoding put them there.
struct MetaspaceStep: DecodingStep {
    let mark: [UInt8]
    var dropsFirst: Bool

    mutating func append(_ piece: [UInt8], to output: inout [[UInt8]]) {
        let space: [UInt8] = dropsFirst ? [] : [0x20]
        output.append(piece.replacingAll(mark, with: space))
        dropsFirst = false
    }

    mutating func skipBeginning() { dropsFirst = false }
}

/// Puts spaces between words, and none before pieces that go on.
struct WordPieceStep: DecodingStep {
    let prefix: [UInt8]
    /// Whether spaces go away before punctuation and within English contractions.
    let tidies: Bool
    private var isFirst = true

    init(prefix: [UInt8], tidies: Bool) {
        self.prefix = prefix
        self.tidies = tidies
    }

    mutating func append(_ piece: [UInt8], to output: inout [[UInt8]]) {
        var text = piece
        if !isFirst { text = piece.starts(with: prefix) ? Array(piece.dropFirst(prefix.count)) : [0x20] + piece }
        isFirst = false
        output.append(tidies ? Tidying.tidied(text) : text)
    }

    mutating func skipBeginning() { isFirst = false }
}

/// The spaces that English text has no use for.
enum Tidying {
    private static let rules: [(found: [UInt8], written: [UInt8])] = [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"), (" do not", " don't"),
        (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ].map { (Array($0.0.utf8), Array($0.1.utf8)) }

    static func tidied(_ text: [UInt8]) -> [UInt8] {
        rules.reduce(text) { $0.replacingAll($1.found, with: $1.written) }
    }
}

/// Writes a space for the mark of a word's end, and nothing at the end of the text.
struct WordEndStep: DecodingStep {
    let suffix: [UInt8]
    private var held: [UInt8]?

    init(suffix: [UInt8]) {
        self.suffix = suffix
    }

    mutating func append(_ piece: [UInt8], to output: inout [[UInt8]]) {
        if let held { output.append(held.replacingAll(suffix, with: [0x20])) }
        held = piece
    }

    mutating func finish(_ output: inout [[UInt8]]) {
        if let held { output.append(held.replacingAll(suffix, with: [])) }
        held = nil
    }
}

/// Writes something else for what is found in pieces.
struct ReplacementStep: DecodingStep {
    let finder: any PartFinder
    let content: [UInt8]

    var growth: Int { finder.growth(writing: content) }

    mutating func append(_ piece: [UInt8], to output: inout [[UInt8]]) {
        var text: [UInt8] = []
        finder.forEachPart(in: piece, piece.indices) { part, isMatch in text += isMatch ? content[...] : piece[part] }
        output.append(text)
    }
}

/// Takes a character away at the ends of every piece, so many times at most.
struct StripStep: DecodingStep {
    let character: [UInt8]
    let atStart: Int
    let atEnd: Int

    mutating func append(_ piece: [UInt8], to output: inout [[UInt8]]) {
        var text = piece[...]
        for _ in 0..<atStart where text.starts(with: character) { text = text.dropFirst(character.count) }
        for _ in 0..<atEnd where text.suffix(character.count).elementsEqual(character) { text = text.dropLast(character.count) }
        output.append(Array(text))
    }
}

/// Puts spaces between pieces, as is done where a file says nothing of decoding.
struct SpaceStep: DecodingStep {
    private var isFirst = true

    init() {}

    mutating func append(_ piece: [UInt8], to output: inout [[UInt8]]) {
        output.append(isFirst ? piece : [0x20] + piece)
        isFirst = false
    }

    mutating func skipBeginning() { isFirst = false }
}

/// Joins repeated pieces and leaves blanks out, as connectionist temporal classification has it (Graves et al., 2006).
struct TemporalStep: DecodingStep {
    let blank: [UInt8]
    let wordDelimiter: [UInt8]
    let tidies: Bool
    private var last: [UInt8]?

    init(blank: [UInt8], wordDelimiter: [UInt8], tidies: Bool) {
        self.blank = blank
        self.wordDelimiter = wordDelimiter
        self.tidies = tidies
    }

    mutating func append(_ piece: [UInt8], to output: inout [[UInt8]]) {
        defer { last = piece }
        guard piece != last else { return }
        var text = piece.replacingAll(blank, with: [])
        if tidies { text = Tidying.tidied(text).replacingAll(wordDelimiter, with: [0x20]) }
        if !text.isEmpty { output.append(text) }
    }
}

extension [UInt8] {
    /// The bytes with something else wherever `found` stands.
    fileprivate func replacingAll(_ found: [UInt8], with content: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(count)
        LiteralFinder(bytes: found).forEachPart(in: self, indices) { part, isMatch in
            result += isMatch ? content[...] : self[part]
        }
        return result
    }
}
