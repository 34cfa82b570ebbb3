extension TokenizerFile {
    /// What stands before pieces that go on in a word.
    private static let continuingPrefix = "##"

    /// BERT's vocabulary as GGUF files have it: pieces that begin a word are marked there, and not those that go on.
    /// - Throws: `TokenizerError` where anything but capitals and accents is treated otherwise than BERT does it.
    func wordPieceVocabulary(types: [Vocabulary.TokenType]) throws(TokenizerError) -> Vocabulary {
        guard let normalizer = try root.part("normalizer"), try normalizer.kind() == "BertNormalizer",
            try normalizer.bool("clean_text", or: true), try normalizer.bool("handle_chinese_chars", or: true)
        else { throw inexpressible("it does not clean texts as BERT does") }
        guard try root.part("pre_tokenizer")?.kind() == "BertPreTokenizer" else {
            throw inexpressible("it does not cut text into words as BERT does")
        }
        let longest = try section.part.integer("max_input_chars_per_word", in: 0...(1 << 30), or: WordPieces.usualLongestWord)
        guard longest == WordPieces.usualLongestWord,
            try section.part.string("continuing_subword_prefix", or: Self.continuingPrefix) == Self.continuingPrefix
        else { throw inexpressible("it does not cut words into pieces as BERT does") }
        var vocabulary = Vocabulary(source: source, model: .wordPiece, pieces: markedPieces(types))
        // The unknown token is one for control in files, as others write them.
        vocabulary.types = types.map { ($0 == .unknown ? .control : $0).rawValue }
        let lowercases = try normalizer.bool("lowercase", or: true)
        let stripsAccents = try normalizer.bool("strip_accents", or: lowercases)
        vocabulary.lowercases = lowercases
        vocabulary.stripsAccents = stripsAccents == lowercases ? nil : stripsAccents
        return vocabulary
    }

    private func markedPieces(_ types: [Vocabulary.TokenType]) -> PieceList {
        let unmarked = filledPieces, prefix = Array(Self.continuingPrefix.utf8)
        var list = PieceList()
        for (number, type) in types.enumerated() {
            let piece = unmarked[number]
            if type != .normal && type != .unused {
                list.append(piece)
            } else if piece.count > prefix.count, piece.starts(with: prefix) {
                list.append(piece.dropFirst(prefix.count))
            } else {
                list.append(SentencePieceBPE.spaceMark + piece)
            }
        }
        return list
    }
}
