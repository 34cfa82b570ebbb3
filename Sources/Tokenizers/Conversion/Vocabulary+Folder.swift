import ModelFiles

extension Vocabulary {
    /// The vocabulary of a folder in the layout of Hugging Face, as a GGUF file can hold it.
    ///
    /// A sample of text of many kinds must give the same tokens both ways.
    /// - Parameters:
    ///   - name: of the pre-tokenizer that is meant where several names mean the same rule.
    ///   - readsPairs: whether two texts are read together, so that the tokens around them must be the same, too.
    /// - Throws: `TokenizerError` for a tokenizer that does what GGUF files cannot say.
    package init(folder path: String, preferring name: String, readsPairs: Bool = false) throws(TokenizerError) {
        let folder = try TokenizerFolder(path), tokenizer = try Tokenizer(folder: path)
        self = try Self.unframed(folder, preferring: name)
        try setRoles(as: tokenizer, in: folder)
        // The next line (U+0085) is a space to `tokenizers` and none to SentencePiece.
        let sample = model == .unigram ? PreTokenizer.sample.filter { $0 != "\u{85}" } : PreTokenizer.sample
        let copy = try Tokenizer(vocabulary: self)
        guard copy.encode(sample, addSpecial: true) == tokenizer.encode(sample, addSpecial: true) else {
            throw TokenizerError(
                .file(.notDescribable(in: "GGUF file", reason: "text would not become the same tokens")), in: path)
        }
        guard !readsPairs || tokenizer.pairFrame == nil || copy.pairFrame == tokenizer.pairFrame else {
            throw TokenizerError(
                .file(.notDescribable(in: "GGUF file", reason: "two texts would not have the same tokens around them")), in: path)
        }
        // A file cannot say that BERT's texts have no separator behind them.
        guard model != .wordPiece || tokenizer.addsEOS else {
            throw TokenizerError(.file(.notDescribable(in: "GGUF file", reason: "no separator ends its texts")), in: path)
        }
    }

    /// Pieces and how they are joined.
    private static func unframed(_ folder: TokenizerFolder, preferring name: String) throws(TokenizerError) -> Vocabulary {
        let path = folder.path
        if let document = try TokenizerFolder.document("\(path)/tokenizer.json") {
            let file = try TokenizerFile(document, further: try folder.addedTokens(), source: "\(path)/tokenizer.json")
            return try file.vocabulary(preferring: name)
        }
        if try TokenizerFolder.bytes("\(path)/tokenizer.model") != nil {
            return try folder.vocabulary(sentencePieceModel: "\(path)/tokenizer.model")
        }
        guard let document = try OlderVocabulary(folder).document() else {
            throw TokenizerError(.file(.noTokenizer(known: OlderVocabulary.vocabularyFiles)), in: path)
        }
        return try TokenizerFile(document, further: try folder.addedTokens(), source: path).vocabulary(preferring: name)
    }

    /// Takes over which tokens have a part to play.
    private mutating func setRoles(as tokenizer: Tokenizer, in folder: TokenizerFolder) throws(TokenizerError) {
        let index = PieceIndex(pieces) { _ in true }
        identifiers[.beginning] = tokenizer.bos.map { Int($0) }
        identifiers[.end] = tokenizer.eos.map { Int($0) }
        identifiers[.unknown] = tokenizer.unknown.map { Int($0) }
        if model == .wordPiece { identifiers[.separator] = identifiers[.end] }
        if let padding = try folder.token("pad_token") {
            let bytes = Array(padding.utf8)
            identifiers[.padding] = index.find(bytes, bytes.indices).map { Int($0) }
        }
        // Files have room for two more tokens that end a turn.
        let ends = tokenizer.endOfGeneration.subtracting(tokenizer.eos.map { [$0] } ?? []).sorted().map { Int($0) }
        let endOfMessage = ends.first { pieces.text($0).contains("eom") }
        identifiers[.endOfMessage] = endOfMessage
        identifiers[.endOfTurn] = ends.first { $0 != endOfMessage }
        furtherEnds = ends
        addsBeginning = tokenizer.addsBOS
        addsEnd = tokenizer.addsEOS
        if model != .wordPiece, let pair = tokenizer.pairFrame, pair.between.count == 2 {
            addsSeparator = true
            identifiers[.separator] = pair.between.last.map { Int($0) }
        }
        chatTemplate = tokenizer.chatTemplate
    }

    /// With as many pieces as a model has rows for: the last are left out, or others that stand for nothing are added.
    package func resized(to count: Int) -> Vocabulary {
        var resized = self
        if count < pieces.count {
            resized.pieces = PieceList()
            for number in 0..<count { resized.pieces.append(pieces[number]) }
            resized.types = Array(types.prefix(count))
            resized.scores = Array(scores.prefix(count))
            resized.identifiers = identifiers.filter { $0.value < count }
        }
        while resized.pieces.count < count {
            if !resized.types.isEmpty { resized.types.append(TokenType.unused.rawValue) }
            if !resized.scores.isEmpty { resized.scores.append(Self.leastScore) }
            resized.pieces.append("[PAD\(resized.pieces.count)]".utf8)
        }
        return resized
    }

    /// What pieces have that no text becomes.
    static let leastScore: Float = -10_000_000
}

extension TokenizerFile {
    /// What the file says, where it is something that GGUF files can say.
    fileprivate func vocabulary(preferring name: String) throws(TokenizerError) -> Vocabulary {
        let types = table.types(unknown: unknown)
        if section.kind == .wordPiece { return try wordPieceVocabulary(types: types) }
        if section.kind == .unigram { return try unigramVocabulary(types: types) }
        if try sentencePieceModel(types: types) != nil, let marking = try spaceMarking() {
            return try spacedVocabulary(types: types, addsPrefix: marking.prefix != nil)
        }
        var stages = WordStages()
        try root.part("pre_tokenizer")?.addWordRules(to: &stages)
        guard let words = try byteLevelModel(stages, types: types)?.stages, words.onlyCuts else {
            throw inexpressible("it is neither WordPiece nor unigram nor byte-level nor SentencePiece's byte-pair encoding")
        }
        let takesWholeWords = try section.part.bool("ignore_merges", or: false)
        guard let rule = PreTokenizer.name(ofRuleCuttingLike: words.cutters, takesWholeWords: takesWholeWords, preferring: name) else {
            throw inexpressible("no named rule cuts text into words as it does")
        }
        var vocabulary = Vocabulary(source: source, model: .byteLevel, pieces: filledPieces)
        vocabulary.types = try typesInFiles(types).map(\.rawValue)
        vocabulary.preTokenizer = rule
        vocabulary.merges = .listed(try mergeLines())
        return vocabulary
    }

    /// What the tokens are for, but that control tokens which merges make are text.
    private func typesInFiles(_ types: [Vocabulary.TokenType]) throws(TokenizerError) -> [Vocabulary.TokenType] {
        let ownTypes = section.modelTypes(table, types, try section.merges())
        return zip(types, ownTypes).map { type, own in
            type == .unknown || type == .control ? own : type
        }
    }

    func inexpressible(_ reason: String) -> TokenizerError {
        TokenizerError(.file(.notDescribable(in: "GGUF file", reason: reason)), in: source)
    }

    private func mergeLines() throws(TokenizerError) -> PieceList {
        var lines = PieceList()
        for merge in try section.merges() { lines.append(Array(merge.left.utf8) + [0x20] + Array(merge.right.utf8)) }
        return lines
    }

    /// The order of merges as scores of what they make.
    private func spacedVocabulary(types: [Vocabulary.TokenType], addsPrefix: Bool) throws(TokenizerError) -> Vocabulary {
        var vocabulary = Vocabulary(source: source, model: .sentencePiece, pieces: filledPieces)
        let merges = try section.merges()
        var scores = [Float](repeating: -Float(merges.count), count: table.pieces.count)
        for (rank, merge) in merges.enumerated().reversed() {
            let whole = Array(merge.left.utf8) + Array(merge.right.utf8)
            if let piece = table.index.find(whole, whole.indices) { scores[Int(piece)] = -Float(rank) }
        }
        vocabulary.scores = scores
        vocabulary.types = types.enumerated().map { number, type in
            if number == unknown { return Vocabulary.TokenType.unknown.rawValue }
            return (BytePieceStep.byte(of: vocabulary.pieces[number]) == nil ? type : .byte).rawValue
        }
        vocabulary.addsSpacePrefix = addsPrefix
        return vocabulary
    }

    /// All pieces, with names for numbers that no token has: programs that look pieces up by name want them to differ.
    var filledPieces: PieceList {
        var list = PieceList()
        for (number, piece) in table.pieces.enumerated() { list.append((piece ?? "[PAD\(number)]").utf8) }
        return list
    }
}
