/// All that a file says about its tokenizer, unchecked: `Tokenizer` checks it.
package struct Vocabulary: Sendable {
    /// How pieces are put together. The raw values are the names in GGUF files.
    package enum Model: String, Sendable, CaseIterable {
        /// SentencePiece's byte-pair encoding: pairs joined by the score of what they become, with byte fallback.
        case sentencePiece = "llama"
        /// Byte-pair encoding of words of bytes, joined in the order of a list of merges.
        case byteLevel = "gpt2"
        /// SentencePiece's unigram language model: the most probable pieces.
        case unigram = "t5"
        /// BERT's words, made of the longest pieces; those that begin a word have U+2581 before them.
        case wordPiece = "bert"
    }

    /// What a piece is for. The raw values are those of GGUF files.
    package enum TokenType: Int, Sendable {
        case normal = 1
        case unknown = 2
        case control = 3
        case userDefined = 4
        case unused = 5
        case byte = 6
    }

    /// What the merges of byte-level encoding are.
    package enum Merges: Sendable {
        /// Two pieces with a space between them, first come first joined.
        case listed(PieceList)
        /// Any two pieces that make a third may be joined, in the order of the third's number (`tiktoken` files).
        case implied
    }

    /// Tokens that have a part to play. The raw values are the names in GGUF files.
    package enum Role: String, Sendable, CaseIterable {
        case beginning = "bos"
        case end = "eos"
        case endOfTurn = "eot"
        case endOfMessage = "eom"
        case unknown
        case padding
        /// The end of a text in models that know no other, named as files write it.
        case separator = "seperator"
    }

    /// What messages call the origin of the vocabulary.
    package var source: String
    package var model: Model
    /// The pieces as written in the file; the number of a piece is its token id.
    package var pieces: PieceList
    /// One type a piece, as numbers; empty: all are normal.
    package var types: [Int] = []
    /// One score a piece, for `sentencePiece` and `unigram`.
    package var scores: [Float] = []
    /// For `byteLevel`.
    package var merges: Merges = .listed(PieceList())
    /// The name of the rule that cuts text into words, for `byteLevel`.
    package var preTokenizer = "default"
    package var identifiers: [Role: Int] = [:]
    /// Whether tokens are added around a text that is encoded as a whole; nil: what is usual for the model.
    package var addsBeginning: Bool?
    package var addsEnd: Bool?
    package var addsSpacePrefix: Bool?
    /// Whether two texts that are read together have one token more between them than behind them.
    package var addsSeparator: Bool?
    /// SentencePiece's table of replacements for characters; empty: there is none.
    package var characterMap: [UInt8] = []
    /// Whether spaces at the ends of a text and after other spaces are left out, for SentencePiece's models.
    package var removesExtraSpaces = false
    /// Whether user-defined pieces are pieces among others, and not looked for in the text before all else.
    package var userDefinedPiecesAreText = false
    /// Whether capital letters become small ones and accents are left out, for `wordPiece`; nil: they do.
    package var lowercases: Bool?
    package var stripsAccents: Bool?
    /// Tokens that end generation beside those that have a part in it.
    package var furtherEnds: [Int] = []
    package var chatTemplate: String?

    package init(source: String, model: Model, pieces: PieceList) {
        self.source = source
        self.model = model
        self.pieces = pieces
    }
}

extension Vocabulary {
    /// Token numbers are 32 bits wide in models, and tables here take a multiple of this; real vocabularies stay below 2^19.
    static let mostPieces = 1 << 24

    /// One type for each piece, with every count and number checked.
    func checkedTypes() throws(TokenizerError) -> [TokenType] {
        guard pieces.count > 0 else { throw TokenizerError(.missing("pieces"), in: source) }
        guard pieces.count <= Self.mostPieces else {
            throw TokenizerError(.tooManyPieces(pieces.count, most: Self.mostPieces), in: source)
        }
        for role in Role.allCases {
            guard let identifier = identifiers[role], !(0..<pieces.count).contains(identifier) else { continue }
            throw TokenizerError(
                .identifierOutOfRange(role: role.rawValue, identifier: identifier, pieces: pieces.count), in: source)
        }
        guard !types.isEmpty else { return typesByRole() }
        guard types.count == pieces.count else {
            throw TokenizerError(.wrongCount(of: "token types", found: types.count, expected: pieces.count), in: source)
        }
        var result: [TokenType] = []
        result.reserveCapacity(types.count)
        for (number, type) in types.enumerated() {
            guard let known = TokenType(rawValue: type) else {
                throw TokenizerError(.unknownTokenType(type, piece: number), in: source)
            }
            result.append(known)
        }
        return result
    }

    /// One score for each piece, all of them numbers.
    func checkedScores() throws(TokenizerError) -> [Float] {
        guard !scores.isEmpty else { throw TokenizerError(.missing("scores"), in: source) }
        guard scores.count == pieces.count else {
            throw TokenizerError(.wrongCount(of: "scores", found: scores.count, expected: pieces.count), in: source)
        }
        if let piece = scores.firstIndex(where: \.isNaN) { throw TokenizerError(.invalidScore(piece: piece), in: source) }
        return scores
    }

    /// The types of a vocabulary that gives none: what has a part to play is no text.
    private func typesByRole() -> [TokenType] {
        var result = [TokenType](repeating: .normal, count: pieces.count)
        if let unknown = identifiers[.unknown] { result[unknown] = .unknown }
        for (role, identifier) in identifiers where role != .unknown { result[identifier] = .control }
        return result
    }
}
