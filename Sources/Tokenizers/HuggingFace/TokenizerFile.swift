import ModelFiles

/// A `tokenizer.json` with its sections in the form that tokenizers are made of.
///
/// The sections `truncation` and `padding` are for batches of short texts and are not heeded.
struct TokenizerFile {
    let source: String
    let root: TokenizerComponent
    let section: ModelSection
    private(set) var table: PieceTable
    let unknown: Int?

    /// - Parameter further: tokens that other files add.
    init(_ document: JSONValue, further: [AddedToken] = [], source: String) throws(TokenizerError) {
        self.source = source
        root = try TokenizerComponent(document, path: "the tokenizer", source: source)
        guard let model = try root.part("model") else { throw root.invalid("model", expected: "an object") }
        section = try ModelSection(model)
        table = PieceTable(source: source)
        try section.addPieces(to: &table)
        if root.value("added_tokens") != nil {
            for part in try root.parts("added_tokens") { try table.insert(try AddedToken(part)) }
        }
        for token in further { try table.insert(token) }
        guard !table.pieces.isEmpty else { throw TokenizerError(.missing("pieces"), in: source) }
        unknown = try section.unknown(in: table)
    }

    /// The parts of the tokenizer that the file describes.
    func parts() throws(TokenizerError) -> Tokenizer.Parts {
        let types = table.types(unknown: unknown)
        let normalizers = try root.part("normalizer")?.normalizers() ?? []
        let frame = try root.part("post_processor")?.textFrame() ?? TextFrame()
        let pairFrame = try root.part("post_processor")?.pairFrame()
        for identifier in frame.before + frame.after + (pairFrame?.tokens ?? []) where !types.indices.contains(Int(identifier)) {
            throw TokenizerError(
                .identifierOutOfRange(role: "post-processor's", identifier: Int(identifier), pieces: types.count), in: source)
        }
        var parts =
            if let model = try sentencePieceModel(types: types) {
                Tokenizer.Parts(
                    model: model, types: types, specialTokens: SpecialTokens(allNames),
                    decoder: root.value("decoder") == Self.prefixDecoder && normalizers.count == 2 ? nil : try decoder(normalizers))
            } else {
                try pipelineParts(types: types, normalizers: normalizers)
            }
        parts.frame = frame
        parts.pairFrame = pairFrame
        parts.unknown = unknown.map { Int32($0) }
        return parts
    }

    private var allNames: [SpecialTokens.Name] { table.names(isNormalized: false) + table.names(isNormalized: true) }

    // MARK: - The general way

    private func pipelineParts(
        types: [Vocabulary.TokenType], normalizers: [any TextNormalizer]
    ) throws(TokenizerError) -> Tokenizer.Parts {
        var stages = WordStages()
        try root.part("pre_tokenizer")?.addWordRules(to: &stages)
        let names = table.names(isNormalized: false)
        let normalized = table.names(isNormalized: true, normalizers: normalizers)
        // Where there are no others, tokens that are looked for in text as it is may be looked for first.
        let areOne = normalizers.isEmpty && (names.isEmpty || normalized.isEmpty)
        let bytes = try byteLevelModel(stages, types: types)
        let decoderKind = try root.part("decoder")?.kind()
        let decoder = bytes != nil && decoderKind == "ByteLevel" ? nil : try decoder(normalizers)
        let model: any WordModel = if let bytes { bytes.model } else { try section.wordModel(table, types: types) }
        let pipeline = Pipeline(
            texts: bytes.map { texts($0.model.texts) } ?? decoder?.texts ?? table.list, normalizers: normalizers,
            normalizedTokens: areOne || normalized.isEmpty ? nil : SpecialTokens(normalized), stages: bytes?.stages ?? stages,
            model: model)
        return Tokenizer.Parts(
            model: pipeline, types: types, specialTokens: SpecialTokens(areOne ? names + normalized : names), decoder: decoder)
    }

    /// The model for words of bytes, where the last rule writes bytes in their alphabet, and the rules without that one.
    func byteLevelModel(
        _ stages: WordStages, types: [Vocabulary.TokenType]
    ) throws(TokenizerError) -> (model: ByteLevelBPE, stages: WordStages)? {
        guard let shorter = stages.withoutByteAlphabet, let model = try section.byteLevelModel(table, types: types) else { return nil }
        return (model, shorter)
    }

    /// What tokens say, where added ones say their names.
    private func texts(_ texts: PieceList) -> PieceList {
        var result = PieceList()
        result.reserveCapacity(pieces: texts.count, bytes: texts.bytes.count)
        for number in 0..<texts.count {
            if let token = table.added[number] { result.append(token.content.utf8) } else { result.append(texts[number]) }
        }
        return result
    }

    /// The way back to text.
    private func decoder(_ normalizers: [any TextNormalizer]) throws(TokenizerError) -> TokenDecoder {
        let steps = try root.part("decoder")?.decodingSteps() ?? [SpaceStep()]
        return TokenDecoder(steps, pieces: table.decodingList(normalizers))
    }

    // MARK: - SentencePiece's way

    /// The model for text with marks for spaces, where normalisation and cutting into words do nothing but write those.
    func sentencePieceModel(types: [Vocabulary.TokenType]) throws(TokenizerError) -> SentencePieceBPE? {
        guard section.kind == .bpe, let marking = try spaceMarking() else { return nil }
        // Tokens that are looked for in normalised text are so after the others, and under names with marks for spaces.
        let areNormalized = Set(table.added.values.map(\.isNormalized))
        guard areNormalized.count < 2, !(marking.isDoneFirst && areNormalized.contains(true)) else { return nil }
        return try section.sentencePieceModel(table, types: types, prefix: marking.prefix)
    }

    /// Where spaces become marks, and which stretches get one more; nil where the file does anything else.
    func spaceMarking() throws(TokenizerError) -> (prefix: SpacePrefix?, isDoneFirst: Bool)? {
        let normalizer = root.value("normalizer")
        let preTokenizer = root.value("pre_tokenizer")
        if normalizer == nil, let part = try root.part("pre_tokenizer"), try part.kind() == "Metaspace",
            try !part.bool("split", or: true), try part.scalar("replacement", or: "\u{2581}") == "\u{2581}"
        {
            return (SpacePrefix(try part.metaspacePrefix()), false)
        }
        guard preTokenizer == nil || preTokenizer == Self.splitAtSpaces else { return nil }
        if normalizer == Self.marks { return (nil, true) }
        return normalizer == Self.prefixAndMarks ? (.everyStretch, true) : nil
    }

    private static let marks: JSONValue = ["type": "Replace", "pattern": ["String": " "], "content": "\u{2581}"]
    private static let prefixAndMarks: JSONValue = [
        "type": "Sequence", "normalizers": [["type": "Prepend", "prepend": "\u{2581}"], marks],
    ]
    /// What takes the prefix away again, which tokenizers do of their own for every stretch that got one.
    private static let prefixDecoder: JSONValue = [
        "type": "Sequence",
        "decoders": [
            ["type": "Replace", "pattern": ["String": "\u{2581}"], "content": " "], ["type": "ByteFallback"], ["type": "Fuse"],
            ["type": "Strip", "content": " ", "start": 1, "stop": 0],
        ],
    ]
    /// What finds nothing once spaces are marks.
    private static let splitAtSpaces: JSONValue = [
        "type": "Split", "pattern": ["String": " "], "behavior": "MergedWithPrevious", "invert": false,
    ]
}

extension SpacePrefix {
    fileprivate init?(_ prefix: MetaspaceRewriter.Prefix) {
        switch prefix {
        case .never: return nil
        case .always: self = .unspacedStretches
        case .first: self = .unspacedStart
        }
    }
}
