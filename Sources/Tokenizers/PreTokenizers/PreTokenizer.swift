/// One rule that cuts text into parts. The parts cover the text, and each is found in time proportional to its length.
protocol WordScanner: Sendable {
    /// Where the part that begins at `start` ends: after `start`, and not after the end of the text.
    func wordEnd(in text: ClassifiedText, from start: Int) -> Int
}

/// A named way to cut text into the words that byte-level encoding joins bytes within.
struct PreTokenizer: Sendable {
    /// The names in files (`tokenizer.ggml.pre`).
    let names: [String]
    /// Rules applied in turn, each to the parts that the one before it made.
    let stages: [any WordScanner]
    /// Whether a word that is a piece is taken as it is, whatever the merges would make of it.
    var takesWholeWords = false
    /// Whether a beginning-of-text token is usual with it.
    var addsBeginning = false

    static func named(_ name: String, source: String) throws(TokenizerError) -> PreTokenizer {
        if let found = all.first(where: { $0.names.contains(name) }) { return found }
        throw TokenizerError(.unknownPreTokenizer(name, known: all.flatMap(\.names)), in: source)
    }

    /// Calls `body` with every word, in order.
    func forEachWord(in text: ClassifiedText, _ body: (Range<Int>) -> Void) {
        forEachWord(in: text, stage: 0, body)
    }

    private func forEachWord(in text: ClassifiedText, stage: Int, _ body: (Range<Int>) -> Void) {
        let scanner = stages[stage]
        var start = text.start
        while start < text.end {
            let end = scanner.wordEnd(in: text, from: start)
            if stage + 1 < stages.count {
                forEachWord(in: text.narrowed(to: start..<end), stage: stage + 1, body)
            } else {
                body(start..<end)
            }
            start = end
        }
    }
}
