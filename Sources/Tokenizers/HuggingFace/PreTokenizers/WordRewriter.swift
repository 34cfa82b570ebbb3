/// A step between normalisation and words that writes something else for parts of a text.
protocol WordRewriter: Sendable {
    /// Appends what a part becomes.
    /// - Parameter addsPrefix: false for a part that goes on from other text, which gets nothing put before it.
    func rewrite(_ part: Range<Int>, of text: NormalizedText, addsPrefix: Bool, into output: inout NormalizedText)
}

/// Writes every byte as the character that stands for it.
struct ByteAlphabetRewriter: WordRewriter {
    func rewrite(_ part: Range<Int>, of text: NormalizedText, addsPrefix: Bool, into output: inout NormalizedText) {
        for index in part {
            guard let scalar = Unicode.Scalar(ByteAlphabet.character(for: text.bytes[index])) else { continue }
            output.append(scalar, sourceEnd: text.sourceEnd(at: index + 1))
        }
    }
}

/// Puts a space before every part that does not begin with one.
struct SpacePrefixRewriter: WordRewriter {
    func rewrite(_ part: Range<Int>, of text: NormalizedText, addsPrefix: Bool, into output: inout NormalizedText) {
        if addsPrefix, text.bytes[part.lowerBound] != 0x20 { output.append(0x20, sourceEnd: text.sourceEnd(at: part.lowerBound)) }
        output.append(part, of: text)
    }
}

/// Writes a mark for every space, and one before parts that do not begin with it.
struct MetaspaceRewriter: WordRewriter {
    /// Which parts get a mark before them.
    enum Prefix {
        case never
        case always
        /// The part that the text begins with.
        case first
    }

    let mark: [UInt8]
    let prefix: Prefix

    func rewrite(_ part: Range<Int>, of text: NormalizedText, addsPrefix: Bool, into output: inout NormalizedText) {
        let start = text.sourceEnd(at: part.lowerBound)
        let isMarked = text.bytes[part.lowerBound] == 0x20 || text.bytes[part].starts(with: mark)
        if addsPrefix, !isMarked, prefix == .always || prefix == .first && start == 0 { output.append(mark, sourceEnd: start) }
        for index in part {
            if text.bytes[index] == 0x20 {
                output.append(mark, sourceEnd: text.sourceEnd(at: index + 1))
            } else {
                output.append(index..<index + 1, of: text)
            }
        }
    }
}
