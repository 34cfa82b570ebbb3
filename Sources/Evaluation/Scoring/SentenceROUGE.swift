/// ROUGE-L over sentences, as the Python package `rouge` 1.0.1 counts it: words are sets, and each word that is on the longest common
/// subsequence of any two sentences counts once. (Lin, ROUGE: A package for automatic evaluation of summaries, 2004.)
enum SentenceROUGE {
    static func score(_ prediction: CodePoints, _ reference: CodePoints) -> Double {
        let said = sentences(prediction), wanted = sentences(reference)
        guard !said.isEmpty, !wanted.isEmpty else { return 0 }
        var common: Set<CodePoints> = []
        for reference in wanted {
            for prediction in said {
                for place in LongestCommonSubsequence(reference, prediction).path { common.insert(reference[place]) }
            }
        }
        let recall = Double(common.count) / Double(Set(wanted.joined()).count)
        let precision = Double(common.count) / Double(Set(said.joined()).count)
        return 2 * (precision * recall / (precision + recall + 1e-8))
    }

    /// Sentences as words. One of white space alone has an empty word.
    private static func sentences(_ text: CodePoints) -> [[CodePoints]] {
        text.split(separator: ".").map { sentence in
            let words = sentence.words
            return words.isEmpty ? [[]] : words
        }
    }
}
