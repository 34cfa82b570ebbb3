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
        switch model {
        case .sentencePiece:
            scores = metadata.floats("tokenizer.ggml.scores") ?? []
            guard !types.isEmpty else { throw TokenizerError(.missing("token types (tokenizer.ggml.token_type)"), in: source) }
        case .byteLevel:
            guard let lines = metadata.strings("tokenizer.ggml.merges") else {
                throw TokenizerError(.missing("list of merges (tokenizer.ggml.merges)"), in: source)
            }
            merges = .listed(PieceList(lines))
        }
        preTokenizer = metadata.string("tokenizer.ggml.pre") ?? preTokenizer
        identifiers = Self.identifiers(metadata, model: model, types: types)
        addsBeginning = metadata.bool("tokenizer.ggml.add_bos_token")
        addsEnd = metadata.bool("tokenizer.ggml.add_eos_token")
        addsSpacePrefix = metadata.bool("tokenizer.ggml.add_space_prefix")
        chatTemplate = metadata.string("tokenizer.chat_template")
    }

    /// The tokens with a part to play. SentencePiece files may leave out the three that it always puts first.
    private static func identifiers(_ metadata: GGUFMetadata, model: Model, types: [Int]) -> [Role: Int] {
        var identifiers: [Role: Int] = [:]
        for role in Role.allCases {
            guard let identifier = metadata.int("tokenizer.ggml.\(role.rawValue)_token_id") else { continue }
            // Writers without optional numbers say "none" with -1, in 32 bits.
            identifiers[role] = identifier == Int(UInt32.max) || identifier == -1 ? nil : identifier
        }
        guard model == .sentencePiece else { return identifiers }
        let usual: [(Role, Int, TokenType)] = [(.unknown, 0, .unknown), (.beginning, 1, .control), (.end, 2, .control)]
        for (role, number, type) in usual where number < types.count && types[number] == type.rawValue {
            if metadata["tokenizer.ggml.\(role.rawValue)_token_id"] == nil { identifiers[role] = number }
        }
        return identifiers
    }
}

extension PieceList {
    fileprivate init(_ table: StringTable) {
        self.init()
        for number in table.indices { append(table.bytes(at: number)) }
    }
}
