/// A unigram language model as SentencePiece has it: of all ways to cut a text into pieces, the most probable one.
///
/// Words are looked at one by one where no piece goes across their borders, which changes nothing about the best path.
struct Unigram: SubwordModel {
    let texts: PieceList
    let addsSpacePrefix: Bool
    let givesUnknown: Bool

    private let pieces: UnigramPieces
    private let words: SpacedWords

    init(_ vocabulary: Vocabulary, types: [Vocabulary.TokenType]) throws(TokenizerError) {
        let bytes = try SentencePieceBPE.bytesOfPieces(vocabulary, types: types)
        let texts = SentencePieceBPE.texts(vocabulary.pieces, types: types, bytes: bytes, userDefinedPiecesAreText: true)
        let bytePieces = SentencePieceBPE.bytePieces(bytes)
        let unknown = vocabulary.identifiers[.unknown].map { Int32($0) }
        guard bytePieces != nil || unknown != nil else { throw TokenizerError(.noFallback, in: vocabulary.source) }
        let isText = types.map { $0 == .normal || $0 == .unused || $0 == .userDefined }
        let (scores, lowest) = try Self.scores(vocabulary, types: types)
        pieces = UnigramPieces(texts, scores: scores, lowest: lowest, unknown: unknown, bytePieces: bytePieces) { isText[$0] }
        words = SpacedWords(texts) { isText[$0] }
        self.texts = texts
        givesUnknown = bytePieces == nil
        addsSpacePrefix = vocabulary.addsSpacePrefix ?? true
    }

    /// The score of each piece and the lowest of those of normal ones. User-defined pieces get what makes up for all the
    /// pieces that could be in their place, each with the greatest score that there is.
    private static func scores(
        _ vocabulary: Vocabulary, types: [Vocabulary.TokenType]
    ) throws(TokenizerError) -> (scores: [Double], lowest: Double) {
        var scores = try vocabulary.checkedScores().map { Double($0) }
        let normal = types.indices.filter { types[$0] == .normal }.map { scores[$0] }
        let greatest = normal.max() ?? 0
        for (number, type) in types.enumerated() where type == .userDefined {
            scores[number] = Double(vocabulary.pieces[number].count) * greatest - 0.1
        }
        return (scores, normal.min() ?? 0)
    }

    func encode(_ text: [UInt8], _ range: Range<Int>, with workspace: inout EncodingWorkspace, into output: inout TokenizedText) {
        guard !range.isEmpty else { return }
        var start = range.lowerBound
        if workspace.takesPrefix(self) {
            start = words.wordEnd(text, from: start, limit: range.upperBound)
            encodeFirst(text, range.lowerBound..<start, with: &workspace, into: &output)
        }
        while start < range.upperBound {
            let end = words.wordEnd(text, from: start, limit: range.upperBound)
            encodeWord(text, start..<end, with: &workspace, into: &output)
            start = end
        }
    }

    /// Encodes a word with a space before it that is not in the text.
    private func encodeFirst(
        _ text: [UInt8], _ word: Range<Int>, with workspace: inout EncodingWorkspace, into output: inout TokenizedText
    ) {
        var tokens = TokenizedText()
        pieces.encode([0x20] + text[word], 0..<word.count + 1, with: &workspace.lattice, into: &tokens)
        for (identifier, end) in zip(tokens.ids, tokens.ends) { output.append(identifier, end: word.lowerBound + max(end - 1, 0)) }
    }

    private func encodeWord(
        _ text: [UInt8], _ word: Range<Int>, with workspace: inout EncodingWorkspace, into output: inout TokenizedText
    ) {
        let isCached = word.count <= WordCache.longestWord
        let hash = isCached ? byteHash(text, word) : 0
        if isCached, workspace.cache.recall(word, hash: hash, in: text, into: &output) { return }
        let tokenStart = output.ids.count
        pieces.encode(text, word, with: &workspace.lattice, into: &output)
        if isCached { workspace.cache.note(word, hash: hash, tokensFrom: tokenStart, of: output) }
    }
}
