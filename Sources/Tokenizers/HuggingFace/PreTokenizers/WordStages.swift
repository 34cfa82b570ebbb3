/// How normalised text becomes words: by rules that cut and rules that write something else, in turn.
struct WordStages: Sendable {
    /// A rule that rewrites every part, if there is one, and the rules that cut after it.
    struct Stage: Sendable {
        var rewriter: (any WordRewriter)?
        var cutters: PreTokenizer
    }

    private(set) var stages: [Stage] = [Stage(cutters: PreTokenizer(names: [], stages: []))]

    /// Whether words are parts of the text as it is.
    var onlyCuts: Bool { stages.count == 1 }
    /// The rules that cut, where words are parts of the text as it is.
    var cutters: PreTokenizer { stages[0].cutters }

    /// The stages without their last rule, if that writes bytes in their alphabet; nil if it does not, or if another one does too.
    var withoutByteAlphabet: WordStages? {
        guard let last = stages.last, last.rewriter is ByteAlphabetRewriter, last.cutters.stages.isEmpty else { return nil }
        var shorter = self
        shorter.stages.removeLast()
        return shorter.stages.contains { $0.rewriter is ByteAlphabetRewriter } ? nil : shorter
    }

    mutating func append(_ cutter: any TextCutter) {
        let last = stages.count - 1
        stages[last].cutters = PreTokenizer(names: [], stages: stages[last].cutters.stages + [cutter])
    }

    mutating func append(_ rewriter: any WordRewriter) {
        stages.append(Stage(rewriter: rewriter, cutters: PreTokenizer(names: [], stages: [])))
    }

    /// The words of the parts of a text, and the text that they are parts of.
    /// - Parameter continuesText: the first part goes on from other text.
    func words(
        of parts: [Range<Int>], in text: NormalizedText, continuesText: Bool
    ) -> (text: NormalizedText, words: [[Range<Int>]]) {
        var text = text
        var words = parts.map { $0.isEmpty ? [] : [$0] }
        for stage in stages {
            if let rewriter = stage.rewriter {
                (text, words) = Self.rewritten(words, of: text, by: rewriter, continuesText: continuesText)
            }
            words = words.map { words in
                var cut: [Range<Int>] = []
                for word in words { stage.cutters.forEachWord(in: ClassifiedText(text.bytes, word)) { cut.append($0) } }
                return cut
            }
        }
        return (text, words)
    }

    private static func rewritten(
        _ words: [[Range<Int>]], of text: NormalizedText, by rewriter: any WordRewriter, continuesText: Bool
    ) -> (NormalizedText, [[Range<Int>]]) {
        var output = NormalizedText(rewriting: text)
        var addsPrefix = !continuesText
        let rewritten = words.map { words in
            words.map { word in
                let start = output.count
                rewriter.rewrite(word, of: text, addsPrefix: addsPrefix, into: &output)
                addsPrefix = true
                return start..<output.count
            }
        }
        return (output, rewritten)
    }
}
