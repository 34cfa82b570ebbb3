/// ROUGE-L over sentences, as the Python package `rouge` 1.0.1 counts it: words are sets, and each word that is on the longest common
/// subsequence of any two sentences counts once. (Lin, ROUGE: A package for automatic evaluation of summaries, 2004.)
enum SentenceROUGE {
    static func score(_ prediction: CodePoints, _ reference: CodePoints) -> Double {
        guard let counts = counts(prediction, reference) else { return 0 }
        let recall = counts.common / counts.wanted, precision = counts.common / counts.said
        return 2 * (precision * recall / (precision + recall + 1e-8))
    }

    /// - Returns: nil where either has no sentence.
    static func recall(_ prediction: CodePoints, _ reference: CodePoints) -> Double? {
        counts(prediction, reference).map { $0.common / $0.wanted }
    }

    private static func counts(_ prediction: CodePoints, _ reference: CodePoints) -> (common: Double, said: Double, wanted: Double)? {
        let said = sentences(prediction), wanted = sentences(reference)
        guard !said.isEmpty, !wanted.isEmpty else { return nil }
        var common: Set<CodePoints> = []
        for reference in wanted {
            for prediction in said {
                for place in LongestCommonSubsequence(reference, prediction).path { common.insert(reference[place]) }
            }
        }
        return (Double(common.count), Double(Set(said.joined()).count), Double(Set(wanted.joined()).count))
    }

    /// Sentences as words. One of white space alone has an empty word.
    private static func sentences(_ text: CodePoints) -> [[CodePoints]] {
        text.split(separator: ".").map { sentence in
            let words = sentence.words
            return words.isEmpty ? [[]] : words
        }
    }
}
