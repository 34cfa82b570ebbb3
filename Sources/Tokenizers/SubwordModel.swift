/// How text without special tokens becomes tokens. One file per kind of model.
protocol SubwordModel: Sendable {
    /// What each piece says, as bytes of text.
    var texts: PieceList { get }

    /// Whether a space goes before every stretch of text, which decoding takes away again.
    var addsSpacePrefix: Bool { get }

    /// Whether the unknown token stands for text that the model has no pieces for.
    var givesUnknown: Bool { get }

    /// Encodes `text[range]`, a whole stretch between special tokens.
    func encode(_ text: [UInt8], _ range: Range<Int>, with workspace: inout EncodingWorkspace, into output: inout TokenizedText)
}

/// What one call of `encode` keeps from word to word.
struct EncodingWorkspace {
    var merger = PairMerger()
    var cache: WordCache

    init(byteCount: Int) {
        cache = WordCache(byteCount: byteCount)
    }
}
