/// How one word becomes tokens.
protocol WordModel: Sendable {
    /// Appends the tokens of `text[word]`, each with its end in `text`.
    func encodeWord(
        _ text: [UInt8], _ word: Range<Int>, with workspace: inout EncodingWorkspace, into output: inout TokenizedText)
}

/// Words that are remembered while a text is encoded, for models whose work for a word is more than that.
struct CachedModel<Model: WordModel>: WordModel {
    let model: Model

    func encodeWord(
        _ text: [UInt8], _ word: Range<Int>, with workspace: inout EncodingWorkspace, into output: inout TokenizedText
    ) {
        guard word.count <= WordCache.longestWord else {
            return model.encodeWord(text, word, with: &workspace, into: &output)
        }
        let hash = byteHash(text, word)
        if workspace.cache.recall(word, hash: hash, in: text, into: &output) { return }
        let tokenStart = output.ids.count
        model.encodeWord(text, word, with: &workspace, into: &output)
        workspace.cache.note(word, hash: hash, tokensFrom: tokenStart, of: output)
    }
}

extension ByteLevelBPE: WordModel {}

/// Words that are pieces as they are.
struct WordLevelModel: WordModel {
    let index: PieceIndex
    let unknown: Int32?

    func encodeWord(
        _ text: [UInt8], _ word: Range<Int>, with workspace: inout EncodingWorkspace, into output: inout TokenizedText
    ) {
        if let piece = index.find(text, word) ?? unknown { output.append(piece, end: word.upperBound) }
    }
}

extension WordPieces: WordModel {
    func encodeWord(
        _ text: [UInt8], _ word: Range<Int>, with workspace: inout EncodingWorkspace, into output: inout TokenizedText
    ) {
        encode(text, word, into: &output)
    }
}

extension UnigramPieces: WordModel {
    func encodeWord(
        _ text: [UInt8], _ word: Range<Int>, with workspace: inout EncodingWorkspace, into output: inout TokenizedText
    ) {
        encode(text, word, with: &workspace.lattice, into: &output)
    }
}
