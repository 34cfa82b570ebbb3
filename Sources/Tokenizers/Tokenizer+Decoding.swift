extension Tokenizer {
    /// What the token says: bytes of text, for a control token its name; nothing for a number that is no token.
    package func piece(_ id: Int32) -> [UInt8] {
        guard types.indices.contains(Int(id)) else { return [] }
        return Array(model.texts[Int(id)])
    }

    /// The text that tokens stand for. Control tokens say nothing unless they are asked for by name.
    package func decode(_ ids: [Int32], includingSpecial: Bool = false) -> [UInt8] {
        var text: [UInt8] = []
        var assembly = TextAssembly(tokenizer: self, includesSpecial: includingSpecial)
        for id in ids { assembly.append(id, to: &text) }
        assembly.finish(&text)
        return text
    }

    /// A decoder for tokens that come one at a time.
    ///
    /// - Parameter previous: the token before the first one, such as the last of a prompt; nil at the beginning of a text.
    package func makeStreamingDecoder(after previous: Int32? = nil, includingSpecial: Bool = false) -> StreamingDecoder {
        StreamingDecoder(TextAssembly(tokenizer: self, includesSpecial: includingSpecial, after: previous))
    }
}

/// Puts the texts of tokens together, taking away the space that encoding puts before every stretch of text.
struct TextAssembly: Sendable {
    private let tokenizer: Tokenizer
    private let includesSpecial: Bool
    private var expectsSpacePrefix: Bool
    private var decoder: TokenDecoder?

    init(tokenizer: Tokenizer, includesSpecial: Bool, after previous: Int32? = nil) {
        self.tokenizer = tokenizer
        self.includesSpecial = includesSpecial
        expectsSpacePrefix = tokenizer.model.addsSpacePrefix
        decoder = tokenizer.decoder
        if let previous, !endsStretch(previous) {
            expectsSpacePrefix = false
            decoder?.skipBeginning()
        }
    }

    /// Appends what the decoder of the file holds back until no more tokens come.
    mutating func finish(_ text: inout [UInt8]) {
        decoder?.finish(&text)
    }

    mutating func append(_ id: Int32, to text: inout [UInt8]) {
        guard tokenizer.types.indices.contains(Int(id)) else { return }
        if decoder != nil {
            if includesSpecial || !tokenizer.isSpecial(id) { decoder?.append(id, to: &text) }
            return
        }
        let piece = tokenizer.model.texts[Int(id)]
        if endsStretch(id) {
            if includesSpecial || !tokenizer.isSpecial(id) { text += piece }
            expectsSpacePrefix = tokenizer.model.addsSpacePrefix
            return
        }
        text += expectsSpacePrefix && piece.first == 0x20 ? piece.dropFirst() : piece
        if !piece.isEmpty { expectsSpacePrefix = false }
    }

    /// Whether the token stands between stretches of text.
    private func endsStretch(_ id: Int32) -> Bool {
        guard tokenizer.types.indices.contains(Int(id)) else { return false }
        return switch tokenizer.types[Int(id)] {
        case .control: true
        case .userDefined: !tokenizer.userDefinedPiecesAreText
        case .unknown: !tokenizer.model.givesUnknown
        case .normal, .unused, .byte: false
        }
    }
}
