/// One rule that cuts text into parts.
protocol TextCutter: Sendable {
    /// Calls `body` with every part, in order. Parts are not empty; what lies between them is left out.
    func forEachPart(in text: ClassifiedText, _ body: (Range<Int>) -> Void)
}

/// A rule whose parts cover the text, and each is found in time proportional to its length, whatever came before it.
protocol WordScanner: TextCutter {
    /// Where the part that begins at `start` ends: after `start`, and not after the end of the text.
    func wordEnd(in text: ClassifiedText, from start: Int) -> Int
}

extension WordScanner {
    func forEachPart(in text: ClassifiedText, _ body: (Range<Int>) -> Void) {
        var start = text.start
        while start < text.end {
            let end = wordEnd(in: text, from: start)
            body(start..<end)
            start = end
        }
    }
}

/// A named way to cut text into the words that byte-level encoding joins bytes within.
struct PreTokenizer: Sendable {
    /// The names in files (`tokenizer.ggml.pre`).
    let names: [String]
    /// Rules applied in turn, each to the parts that the one before it made.
    let stages: [any TextCutter]
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
        guard stage < stages.count else { return body(text.start..<text.end) }
        guard stage + 1 < stages.count else { return stages[stage].forEachPart(in: text, body) }
        stages[stage].forEachPart(in: text) { part in
            forEachWord(in: text.narrowed(to: part), stage: stage + 1, body)
        }
    }
}
