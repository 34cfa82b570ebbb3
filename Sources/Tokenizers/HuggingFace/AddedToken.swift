import ModelFiles

/// A token that stands beside those of the model, for control or for text that is never cut.
struct AddedToken {
    let content: String
    var identifier: Int?
    /// Whether it is for control.
    var isSpecial: Bool
    /// Whether it is looked for in normalised text.
    var isNormalized: Bool
    var surroundings = SpecialTokens.Surroundings()

    /// A tree of the names is kept, with a node for every byte.
    private static let longestName = 4096

    init(_ part: TokenizerComponent) throws(TokenizerError) {
        content = try part.string("content")
        guard content.utf8.count <= Self.longestName else {
            throw part.invalid("content", expected: "at most \(Self.longestName) bytes")
        }
        isSpecial = try part.bool("special", or: false)
        isNormalized = try part.bool("normalized", or: !isSpecial)
        surroundings.takesSpaceBefore = try part.bool("lstrip", or: false)
        surroundings.takesSpaceAfter = try part.bool("rstrip", or: false)
        surroundings.isSingleWord = try part.bool("single_word", or: false)
        identifier = part.value("id") == nil ? nil : try part.integer("id", in: 0...Vocabulary.mostPieces)
    }

    init(_ content: String, identifier: Int? = nil) {
        self.content = content
        self.identifier = identifier
        isSpecial = true
        isNormalized = false
    }
}

/// The pieces of a tokenizer by their numbers: those of the model and those that were added.
struct PieceTable {
    /// What messages call the file.
    let source: String
    /// As the file writes them; nil for numbers that no token has.
    private(set) var pieces: [String?] = []
    /// Finds the model's own tokens by what the file writes.
    private(set) var index = PieceIndex(PieceList()) { _ in false }
    private(set) var added: [Int: AddedToken] = [:]

    init(source: String) {
        self.source = source
    }

    /// Enters a token of the model.
    mutating func insert(_ piece: String, at identifier: Int, of count: Int) throws(TokenizerError) {
        try makeRoom(for: identifier, of: count)
        if let other = pieces[identifier], !other.utf8.elementsEqual(piece.utf8) {
            throw TokenizerError(.file(.duplicateToken(other, piece, identifier: identifier)), in: source)
        }
        pieces[identifier] = piece
    }

    /// Makes the model's tokens known by their names, when all are entered.
    mutating func makeIndex() {
        index = PieceIndex(list) { _ in true }
    }

    /// Enters an added token: at the number of the model's token of that name, at its own number, or at the end.
    mutating func insert(_ token: AddedToken) throws(TokenizerError) {
        guard !token.content.isEmpty else { return }
        let identifier = modelIdentifier(of: token.content) ?? token.identifier ?? pieces.count
        try makeRoom(for: identifier, of: pieces.count)
        if pieces[identifier] == nil || added[identifier] == nil { pieces[identifier] = token.content }
        added[identifier] = added[identifier] ?? token
    }

    /// The number of a token by its name.
    func identifier(of piece: String) -> Int? {
        modelIdentifier(of: piece) ?? added.first { $0.value.content.utf8.elementsEqual(piece.utf8) }?.key
    }

    private func modelIdentifier(of piece: String) -> Int? {
        let bytes = Array(piece.utf8)
        return index.find(bytes, bytes.indices).map { Int($0) }
    }

    private mutating func makeRoom(for identifier: Int, of count: Int) throws(TokenizerError) {
        // Some vocabularies leave numbers out; a table that is mostly holes is a damaged one.
        guard identifier >= 0, identifier < count * 2 + 65_536, identifier < Vocabulary.mostPieces else {
            throw TokenizerError(.file(.farToken(identifier, count: count)), in: source)
        }
        if identifier >= pieces.count { pieces += Array(repeating: nil, count: identifier + 1 - pieces.count) }
    }

    // MARK: - What follows from it

    var list: PieceList {
        var list = PieceList()
        for piece in pieces { list.append((piece ?? "").utf8) }
        return list
    }

    /// The pieces as decoding begins with them: tokens that are looked for in normalised text are written as that has them.
    func decodingList(_ normalizers: [any TextNormalizer]) -> PieceList {
        let normalized = Dictionary(
            names(isNormalized: true, normalizers: normalizers).map { (Int($0.identifier), $0.text) }, uniquingKeysWith: { $1 })
        var list = PieceList()
        for (number, piece) in pieces.enumerated() {
            if let text = normalized[number] { list.append(text) } else { list.append((piece ?? "").utf8) }
        }
        return list
    }

    /// What every token is for.
    func types(unknown: Int?) -> [Vocabulary.TokenType] {
        pieces.indices.map { number in
            if let token = added[number] {
                guard token.isSpecial else { return .userDefined }
                return number == unknown ? .unknown : .control
            }
            return pieces[number] == nil ? .unused : .normal
        }
    }

    /// The added tokens that are looked for before or after normalisation, whose names the normalisers have their way with.
    func names(isNormalized: Bool, normalizers: [any TextNormalizer] = []) -> [SpecialTokens.Name] {
        added.sorted { $0.key < $1.key }.filter { $0.value.isNormalized == isNormalized }.map { number, token in
            let content = Array(token.content.utf8)
            let text = normalizers.reduce(NormalizedText(content, content.indices)) { $1.normalize($0) }
            return SpecialTokens.Name(
                text: text.bytes, identifier: Int32(number), isUserDefined: !token.isSpecial, surroundings: token.surroundings)
        }
    }
}
