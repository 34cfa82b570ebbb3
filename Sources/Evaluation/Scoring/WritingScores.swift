/// How long and how good a text is that was to be written. (Bai et al., LongWriter: Unleashing 10,000+ word generation from long context LLMs, 2024.)
enum WritingScores {
    /// What a judge gives a mark of 1 to 5 for.
    static let dimensions = ["Relevance", "Accuracy", "Coherence", "Clarity", "Breadth and Depth", "Reading Experience"]

    /// From 0 to 1: it falls to nothing at four times the wished length and at a third of it.
    static func length(_ count: Int, wished: Int) -> Double {
        guard count > 0, wished > 0 else { return 0 }
        let count = Double(count), wished = Double(wished)
        return count > wished ? max(0, 1 - (count / wished - 1) / 3) : max(0, 1 - (wished / count - 1) / 2)
    }

    /// From 0 to 1.
    static func quality(_ marks: [Double]) -> Double { marks.isEmpty ? 0 : (marks.reduce(0, +) / Double(marks.count) - 1) / 4 }

    /// - Parameter marks: a judge's, one for each dimension; empty where nobody judged.
    static func score(_ reply: String, wished: Int, marks: [Double]) -> ReplyScore {
        let text = reply.codePoints, units = units(text), words = words(text)
        let length = length(words, wished: wished)
        var figures = [
            "length_score": length, "words": Double(words), "all_words": Double(units.count), "repeated_13_grams": repetition(units),
        ]
        guard marks.count == dimensions.count else { return ReplyScore(length, figures: figures) }
        let quality = quality(marks)
        figures["quality"] = quality
        for (name, mark) in zip(dimensions, marks) { figures[name.lowercased().replacing(" ", with: "_")] = Self.quality([mark]) }
        return ReplyScore((length + quality) / 2, figures: figures)
    }

    /// As published: every ideograph, and every word of the 26 letters that nothing else is part of. Numbers do not count, and neither does a
    /// word that an ideograph touches.
    static func words(_ text: CodePoints) -> Int {
        text.count(where: isIdeograph)
            + text.runs(of: \.isWordCharacter).count { $0.isInside && $0.text.allSatisfy { $0.isASCII && $0.properties.isAlphabetic } }
    }

    /// Every ideograph, and every word or number between them.
    static func units(_ text: CodePoints) -> [CodePoints] {
        text.runs(of: \.isWordCharacter).filter(\.isInside).flatMap { word in
            word.text.runs(of: isIdeograph).flatMap { $0.isInside ? $0.text.map { [$0] } : [$0.text] }
        }
    }

    private static func isIdeograph(_ scalar: Unicode.Scalar) -> Bool { ("\u{4E00}"..."\u{9FFF}").contains(scalar) }

    /// The share of 13 words in a row that have come before: long replies fail by going round in circles.
    static func repetition(_ units: [CodePoints]) -> Double {
        guard units.count > 13 else { return 0 }
        let runs = (0...(units.count - 13)).map { units[$0..<$0 + 13] }
        return 1 - Double(Set(runs).count) / Double(runs.count)
    }
}
