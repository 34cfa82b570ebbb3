import ModelFiles

/// What a SentencePiece `.model` file says: a message of pieces, of how they were trained and of how text is normalised.
///
/// The numbers of the fields are those of `sentencepiece_model.proto`, which is the definition of the format.
struct SentencePieceModel {
    /// How pieces are put together.
    enum Kind: UInt64 {
        case unigram = 1
        case bytePair = 2
        case word = 3
        case character = 4
    }

    private(set) var kind = Kind.unigram
    private(set) var pieces = PieceList()
    private(set) var scores: [Float] = []
    private(set) var types: [Int] = []
    private(set) var beginning = Array("<s>".utf8)
    private(set) var end = Array("</s>".utf8)
    private(set) var padding = Array("<pad>".utf8)
    private(set) var putsSpacesAfterWords = false
    private(set) var addsSpacePrefix = true
    private(set) var removesExtraSpaces = true
    private(set) var characterMap: [UInt8] = []

    /// Reads a whole file.
    init(_ bytes: [UInt8]) throws(ProtocolBufferError) {
        var model = ProtocolBuffer(bytes, 0..<bytes.count)
        while let field = try model.next() {
            guard case .bytes(let range) = field.value else { continue }
            switch field.number {
            case 1: try readPiece(model.message(range))
            case 2: try readTraining(model.message(range))
            case 3: try readNormalization(model.message(range))
            default: continue
            }
        }
    }

    /// Whether a file begins like one: with a piece, of at most a few hundred bytes, that begins with its text.
    static func isLikely(_ bytes: [UInt8]) -> Bool {
        var model = ProtocolBuffer(bytes, 0..<min(bytes.count, 1024))
        guard let first = try? model.next(), first.number == 1, case .bytes(let range) = first.value else { return false }
        var piece = model.message(range)
        guard let text = try? piece.next(), text.number == 1, case .bytes = text.value else { return false }
        return true
    }

    private mutating func readPiece(_ message: ProtocolBuffer) throws(ProtocolBufferError) {
        var message = message
        var text: Range<Int> = 0..<0
        var score: Float = 0
        var type = Vocabulary.TokenType.normal.rawValue
        while let field = try message.next() {
            switch (field.number, field.value) {
            case (1, .bytes(let range)): text = range
            case (2, .fixed32(let bits)): score = Float(bitPattern: bits)
            case (3, .integer(let number)): type = Int(truncatingIfNeeded: number)
            default: continue
            }
        }
        pieces.append(message.bytes[text])
        scores.append(score)
        types.append(type)
    }

    private mutating func readTraining(_ message: ProtocolBuffer) throws(ProtocolBufferError) {
        var message = message
        while let field = try message.next() {
            switch (field.number, field.value) {
            case (3, .integer(let number)):
                guard let known = Kind(rawValue: number) else { throw ProtocolBufferError(offset: message.offset) }
                kind = known
            case (24, .integer(let flag)): putsSpacesAfterWords = flag != 0
            case (46, .bytes(let range)): beginning = Array(message.bytes[range])
            case (47, .bytes(let range)): end = Array(message.bytes[range])
            case (48, .bytes(let range)): padding = Array(message.bytes[range])
            default: continue
            }
        }
    }

    private mutating func readNormalization(_ message: ProtocolBuffer) throws(ProtocolBufferError) {
        var message = message
        while let field = try message.next() {
            switch (field.number, field.value) {
            case (2, .bytes(let range)): characterMap = Array(message.bytes[range])
            case (3, .integer(let flag)): addsSpacePrefix = flag != 0
            case (4, .integer(let flag)): removesExtraSpaces = flag != 0
            default: continue
            }
        }
    }
}

extension Vocabulary {
    /// Reads a `tokenizer.model`: SentencePiece's, or the list of ranks that goes by the same name with Llama 3.
    package init(sentencePieceModel path: String) throws(TokenizerError) {
        let bytes: [UInt8]
        do {
            bytes = try FileBytes.read(path: path)
        } catch {
            throw TokenizerError(.unreadable(error), in: path)
        }
        if RankFile.isLikely(bytes) {
            try self.init(ranks: bytes, source: path)
        } else {
            try self.init(sentencePieceModel: bytes, source: path)
        }
    }

    /// Reads the bytes of a SentencePiece model.
    init(sentencePieceModel bytes: [UInt8], source: String) throws(TokenizerError) {
        guard SentencePieceModel.isLikely(bytes) else { throw TokenizerError(.notAVocabulary, in: source) }
        let file: SentencePieceModel
        do {
            file = try SentencePieceModel(bytes)
        } catch {
            throw TokenizerError(.damaged(offset: error.offset), in: source)
        }
        guard file.kind != .word, !file.putsSpacesAfterWords else {
            let name = file.kind == .word ? "SentencePiece, whole words" : "SentencePiece, spaces after words"
            throw TokenizerError(.unsupportedModel(name, known: Model.allCases.map(\.rawValue)), in: source)
        }
        // Characters are pieces that nothing joins.
        self.init(source: source, model: file.kind == .unigram ? .unigram : .sentencePiece, pieces: file.pieces)
        scores = file.scores
        types = file.types
        addsSpacePrefix = file.addsSpacePrefix
        removesExtraSpaces = file.removesExtraSpaces
        characterMap = file.characterMap
        userDefinedPiecesAreText = true
        for number in 0..<pieces.count {
            switch TokenType(rawValue: types[number]) {
            case .unknown: identifiers[.unknown] = number
            case .control:
                if pieces[number].elementsEqual(file.beginning) { identifiers[.beginning] = number }
                if pieces[number].elementsEqual(file.end) { identifiers[.end] = number }
                if pieces[number].elementsEqual(file.padding) { identifiers[.padding] = number }
            case .normal, .userDefined, .unused, .byte, nil: continue
            }
        }
    }
}
