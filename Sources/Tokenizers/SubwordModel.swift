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
    var lattice = UnigramPieces.Lattice()
    var cache: WordCache
    /// Whether the names of control tokens in the text are those tokens.
    let readsControl: Bool
    /// Whether the next stretch goes on from text before it and so gets no space prefix.
    private var continuesText: Bool

    init(byteCount: Int, continuesText: Bool = false, readsControl: Bool = false) {
        cache = WordCache(byteCount: byteCount)
        self.readsControl = readsControl
        self.continuesText = continuesText
    }

    /// Whether the stretch that comes now gets a space prefix, in a model that adds one.
    mutating func takesPrefix(_ model: some SubwordModel) -> Bool {
        !takeContinuation() && model.addsSpacePrefix
    }

    /// Whether the stretch that comes now goes on from text before it; the next one will not.
    mutating func takeContinuation() -> Bool {
        defer { continuesText = false }
        return continuesText
    }
}
