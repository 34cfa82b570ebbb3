/// What a `tokenizer.json` does to a text before a unigram model cuts it, as far as GGUF files can say it.
private struct UnigramRules {
    /// Replacements for characters; nil where they stay what they are.
    var characterMap: [UInt8]?
    /// Whether spaces at the ends are dropped, and runs of them become one.
    var removesExtraSpaces = false
    var addsSpacePrefix = true
}

extension TokenizerFile {
    /// A unigram model as GGUF files have it: scored pieces and SentencePiece's own ways to treat a text before. (T5, XLM-RoBERTa and what was
    /// made of them.)
    /// - Throws: `TokenizerError` where a text is changed or cut in a way that such a file has no words for.
    func unigramVocabulary(types: [Vocabulary.TokenType]) throws(TokenizerError) -> Vocabulary {
        let rules = try unigramRules(), scores = try section.scores()
        let fallsBack = try section.part.bool("byte_fallback", or: false)
        var vocabulary = Vocabulary(source: source, model: .unigram, pieces: filledPieces)
        vocabulary.scores = table.pieces.enumerated().map { number, piece in
            if number < scores.count { return Float(scores[number]) }
            // Tokens for control have none; what fills a gap is no text.
            return piece == nil ? Vocabulary.leastScore : 0
        }
        vocabulary.types = types.enumerated().map { number, type in
            if number == unknown { return Vocabulary.TokenType.unknown.rawValue }
            return (fallsBack && BytePieceStep.byte(of: vocabulary.pieces[number]) != nil ? .byte : type).rawValue
        }
        vocabulary.characterMap = rules.characterMap ?? []
        vocabulary.removesExtraSpaces = rules.removesExtraSpaces
        vocabulary.addsSpacePrefix = rules.addsSpacePrefix
        return vocabulary
    }

    private func unigramRules() throws(TokenizerError) -> UnigramRules {
        var rules = UnigramRules()
        if let normalizer = try root.part("normalizer") {
            for part in try Self.flattened(normalizer, members: "normalizers") { try add(part, to: &rules) }
        }
        guard let preTokenizer = try root.part("pre_tokenizer") else { throw otherWords }
        var parts = try Self.flattened(preTokenizer, members: "pretokenizers")
        if try parts.first?.kind() == "WhitespaceSplit" {
            rules.removesExtraSpaces = true
            parts.removeFirst()
        }
        guard let spaces = parts.first, parts.count == 1, try spaces.kind() == "Metaspace",
            try spaces.scalar("replacement", or: "\u{2581}") == "\u{2581}"
        else { throw otherWords }
        rules.addsSpacePrefix = try spaces.metaspacePrefix() != .never
        return rules
    }

    private var otherWords: TokenizerError { inexpressible("it does not mark spaces as SentencePiece does") }

    private func add(_ part: TokenizerComponent, to rules: inout UnigramRules) throws(TokenizerError) {
        switch try part.kind() {
        case "Precompiled":
            guard rules.characterMap == nil, let map = Base64.decode(try part.string("precompiled_charsmap").utf8) else {
                throw inexpressible("it replaces characters otherwise than SentencePiece does")
            }
            rules.characterMap = map
        case "Replace" where part.value("pattern") == ["Regex": " {2,}"]: rules.removesExtraSpaces = true
        case "Strip": rules.removesExtraSpaces = true
        default: throw inexpressible("it changes texts otherwise than SentencePiece does")
        }
    }

    /// The parts of a sequence, or the only one.
    private static func flattened(_ part: TokenizerComponent, members: String) throws(TokenizerError) -> [TokenizerComponent] {
        guard try part.kind() == "Sequence" else { return [part] }
        var flat: [TokenizerComponent] = []
        for member in try part.parts(members) { flat += try flattened(member, members: members) }
        return flat
    }
}
