import ModelFiles

extension Tokenizer {
    /// The tokenizer of a GGUF file, which may be one that holds a vocabulary and no weights.
    package init(gguf: GGUFFile) throws(TokenizerError) {
        try self.init(vocabulary: Vocabulary(metadata: gguf.metadata, source: gguf.path))
    }
}

extension Vocabulary {
    /// Reads the `tokenizer.` entries of a GGUF file.
    package init(metadata: GGUFMetadata, source: String) throws(TokenizerError) {
        guard let name = metadata.string("tokenizer.ggml.model") else {
            throw TokenizerError(.missing("tokenizer model (tokenizer.ggml.model)"), in: source)
        }
        guard let model = Model(rawValue: name) else {
            throw TokenizerError(.unsupportedModel(name, known: Model.allCases.map(\.rawValue)), in: source)
        }
        guard let tokens = metadata.strings("tokenizer.ggml.tokens") else {
            throw TokenizerError(.missing("list of pieces (tokenizer.ggml.tokens)"), in: source)
        }
        self.init(source: source, model: model, pieces: PieceList(tokens))
        types = metadata.ints("tokenizer.ggml.token_type") ?? []
        try readPieces(metadata)
        preTokenizer = metadata.string("tokenizer.ggml.pre") ?? preTokenizer
        identifiers = Self.identifiers(metadata, model: model, types: types)
        addsBeginning = metadata.bool("tokenizer.ggml.add_bos_token")
        // BERT's texts always end in a separator, and have one between them.
        addsEnd = model == .wordPiece ? nil : metadata.bool("tokenizer.ggml.add_eos_token")
        addsSeparator = model == .wordPiece ? nil : metadata.bool("tokenizer.ggml.add_sep_token")
        addsSpacePrefix = metadata.bool("tokenizer.ggml.add_space_prefix")
        chatTemplate = metadata.string("tokenizer.chat_template")
    }

    /// Reads what the model needs to know of its pieces.
    private mutating func readPieces(_ metadata: GGUFMetadata) throws(TokenizerError) {
        switch model {
        case .sentencePiece, .unigram:
            scores = metadata.floats("tokenizer.ggml.scores") ?? []
            guard !types.isEmpty else { throw TokenizerError(.missing("token types (tokenizer.ggml.token_type)"), in: source) }
            guard model == .unigram else { return }
            removesExtraSpaces = metadata.bool("tokenizer.ggml.remove_extra_whitespaces") ?? false
            characterMap = metadata.ints("tokenizer.ggml.precompiled_charsmap")?.map { UInt8(truncatingIfNeeded: $0) } ?? []
        case .byteLevel:
            guard let lines = metadata.strings("tokenizer.ggml.merges") else {
                throw TokenizerError(.missing("list of merges (tokenizer.ggml.merges)"), in: source)
            }
            merges = .listed(PieceList(lines))
        case .wordPiece:
            lowercases = metadata.bool("tokenizer.ggml.normalizer.lowercase")
            stripsAccents = metadata.bool("tokenizer.ggml.normalizer.strip_accents")
        }
    }

    /// The tokens with a part to play. Files may leave out those that are where they always are.
    private static func identifiers(_ metadata: GGUFMetadata, model: Model, types: [Int]) -> [Role: Int] {
        var identifiers: [Role: Int] = [:]
        for role in Role.allCases {
            guard let identifier = metadata.int("tokenizer.ggml.\(role.rawValue)_token_id") else { continue }
            // Writers without optional numbers say "none" with -1, in 32 bits.
            identifiers[role] = identifier == Int(UInt32.max) || identifier == -1 ? nil : identifier
        }
        if model == .wordPiece, let identifier = metadata.int("tokenizer.ggml.cls_token_id") { identifiers[.beginning] = identifier }
        for (role, number, type) in usualIdentifiers(model) where number < types.count && types[number] == type.rawValue {
            if identifiers[role] == nil, metadata["tokenizer.ggml.\(role.rawValue)_token_id"] == nil { identifiers[role] = number }
        }
        return identifiers
    }

    /// Where the tokens with a part to play are in vocabularies that do not say so.
    private static func usualIdentifiers(_ model: Model) -> [(Role, Int, TokenType)] {
        switch model {
        case .sentencePiece: [(.unknown, 0, .unknown), (.beginning, 1, .control), (.end, 2, .control)]
        case .unigram: [(.padding, 0, .control), (.end, 1, .control), (.unknown, 2, .unknown)]
        case .wordPiece: [(.padding, 0, .control), (.unknown, 100, .control), (.beginning, 101, .control), (.separator, 102, .control)]
        case .byteLevel: []
        }
    }
}

extension PieceList {
    fileprivate init(_ table: StringTable) {
        self.init()
        for number in table.indices { append(table.bytes(at: number)) }
    }
}
