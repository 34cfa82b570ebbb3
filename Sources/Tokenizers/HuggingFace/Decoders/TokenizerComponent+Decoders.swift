extension TokenizerComponent {
    /// The kinds of decoders in `tokenizer.json`.
    private static let decoderKinds = [
        "Sequence", "ByteLevel", "Metaspace", "WordPiece", "BPEDecoder", "ByteFallback", "Fuse", "Strip", "Replace", "CTC",
    ]

    /// What a decoder does, all in one list.
    func decodingSteps() throws(TokenizerError) -> [any DecodingStep] {
        var steps: [any DecodingStep] = []
        var isFused = false
        let parts = try decoderParts()
        for (place, part) in parts.enumerated() {
            if try part.kind() == "Fuse" {
                // What only takes characters away at the start of the text needs no more than its start.
                isFused = try Self.onlyStripStart(parts[(place + 1)...])
                if !isFused { steps.append(FusingStep()) }
            } else if isFused {
                let strip = try part.strip()
                steps.append(LeadingStripStep(character: strip.character, count: strip.atStart))
            } else {
                steps.append(try part.decodingStep())
            }
        }
        try requireBoundedGrowth(steps)
        return steps
    }

    private static func onlyStripStart(_ parts: ArraySlice<TokenizerComponent>) throws(TokenizerError) -> Bool {
        for part in parts {
            guard try part.kind() == "Strip", try part.strip().atEnd == 0 else { return false }
        }
        return true
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
}
