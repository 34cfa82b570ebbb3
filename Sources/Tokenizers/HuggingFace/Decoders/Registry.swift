extension TokenizerComponent {
    /// The kinds of decoders in `tokenizer.json`.
    private static let decoderKinds = [
        "Sequence", "ByteLevel", "Metaspace", "WordPiece", "BPEDecoder", "ByteFallback", "Fuse", "Strip", "Replace", "CTC",
    ]

    /// What a decoder does, all in one list.
    func decodingSteps() throws(TokenizerError) -> [any DecodingStep] {
        let parts = try decoderParts()
        var steps: [any DecodingStep] = []
        for (place, part) in parts.enumerated() {
            let isWhole = try parts[..<place].contains { part throws(TokenizerError) in try part.kind() == "Fuse" }
            if try part.kind() == "Fuse" {
                // Taking characters away at the start needs no more than the start.
                let onlyStarts = try parts[(place + 1)...].allSatisfy { part throws(TokenizerError) in try part.stripsStart() }
                if !onlyStarts { steps.append(FusingStep()) }
            } else if isWhole, try part.stripsStart(), !steps.contains(where: { $0 is FusingStep }) {
                let strip = try part.strip()
                steps.append(LeadingStripStep(character: strip.character, count: strip.atStart))
            } else {
                steps.append(try part.decodingStep())
            }
        }
        return steps
    }

    private func decoderParts() throws(TokenizerError) -> [TokenizerComponent] {
        guard try kind() == "Sequence" else { return [self] }
        var all: [TokenizerComponent] = []
        for part in try parts("decoders") { all += try part.decoderParts() }
        return all
    }

    private func decodingStep() throws(TokenizerError) -> any DecodingStep {
        let kind = try kind()
        switch kind {
        case "ByteLevel": return ByteAlphabetStep()
        case "ByteFallback": return BytePieceStep()
        case "Metaspace":
            let mark = Array(String(try scalar("replacement", or: "\u{2581}")).utf8)
            let usual = try bool("add_prefix_space", or: true) ? "always" : "never"
            return MetaspaceStep(mark: mark, dropsFirst: try string("prepend_scheme", or: usual) != "never")
        case "WordPiece":
            return WordPieceStep(prefix: Array(try string("prefix", or: "##").utf8), tidies: try bool("cleanup", or: true))
        case "BPEDecoder": return WordEndStep(suffix: Array(try string("suffix", or: "</w>").utf8))
        case "Replace":
            return ReplacementStep(finder: try pattern("pattern"), content: Array(try string("content").utf8))
        case "Strip": return try strip()
        case "CTC":
            return TemporalStep(
                blank: Array(try string("pad_token", or: "<pad>").utf8),
                wordDelimiter: Array(try string("word_delimiter_token", or: "|").utf8), tidies: try bool("cleanup", or: true))
        default: throw unknownKind(kind, known: Self.decoderKinds)
        }
    }

    private func strip() throws(TokenizerError) -> StripStep {
        StripStep(
            character: Array(String(try scalar("content", or: " ")).utf8), atStart: try integer("start", in: 0...1024, or: 0),
            atEnd: try integer("stop", in: 0...1024, or: 0))
    }

    /// Whether this part only takes characters away at the start.
    private func stripsStart() throws(TokenizerError) -> Bool {
        guard try kind() == "Strip" else { return false }
        return try strip().atEnd == 0
    }
}
