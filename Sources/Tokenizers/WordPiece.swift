/// BERT's tokenizer: the text is normalised and cut into words at spaces and punctuation, and each word into pieces.
///
/// In GGUF files a piece that begins a word is written with U+2581 before it. What white space there was between words is not
/// kept: a piece that begins a word says a space and itself, and the one at the beginning of a text loses its space again.
struct WordPiece: SubwordModel {
    let texts: PieceList
    /// Encoding adds no space, but the text that a first piece says begins with one.
    let addsSpacePrefix = true
    let givesUnknown = true

    private let pieces: WordPieces
    private let normalizer: BERTNormalizer

    init(_ vocabulary: Vocabulary, types: [Vocabulary.TokenType]) throws(TokenizerError) {
        guard let unknown = vocabulary.identifiers[.unknown] else { throw TokenizerError(.noFallback, in: vocabulary.source) }
        var texts = PieceList()
        var beginnings = PieceList()
        var continuations = PieceList()
        for (number, type) in types.enumerated() {
            let piece = vocabulary.pieces[number]
            let isText = type == .normal || type == .unused
            let begins = piece.starts(with: SentencePieceBPE.spaceMark)
            let text = begins ? piece.dropFirst(SentencePieceBPE.spaceMark.count) : piece
            beginnings.append(isText && begins ? text : [])
            continuations.append(isText && !begins ? text : [])
            texts.append(isText && begins ? [0x20] + text : piece)
        }
        self.texts = texts
        pieces = WordPieces(beginnings: beginnings, continuations: continuations, unknown: Int32(unknown))
        let lowercases = vocabulary.lowercases ?? true
        normalizer = BERTNormalizer(stripsAccents: vocabulary.stripsAccents ?? lowercases, lowercases: lowercases)
    }

    func encode(_ text: [UInt8], _ range: Range<Int>, with workspace: inout EncodingWorkspace, into output: inout TokenizedText) {
        let normalized = normalizer.normalize(NormalizedText(text, range))
        var tokens = TokenizedText()
        var cache = WordCache(byteCount: normalized.count)
        var words: [Range<Int>] = []
        BERTWords().forEachWord(in: ClassifiedText(normalized.bytes, 0..<normalized.count)) { words.append($0) }
        for word in words {
            let isShort = word.count <= WordCache.longestWord
            let hash = isShort ? byteHash(normalized.bytes, word) : 0
            if isShort, cache.recall(word, hash: hash, in: normalized.bytes, into: &tokens) { continue }
            let tokenStart = tokens.ids.count
            pieces.encode(normalized.bytes, word, into: &tokens)
            if isShort { cache.note(word, hash: hash, tokensFrom: tokenStart, of: tokens) }
        }
        output.append(tokens, endingIn: normalized)
    }
}
