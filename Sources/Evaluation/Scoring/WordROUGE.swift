/// ROUGE-1, ROUGE-2 and ROUGE-L as the Python package `rouge_score` counts them, without stemming.
/// (Lin, ROUGE: A package for automatic evaluation of summaries, 2004.)
enum WordROUGE {
    /// F-measures by their names, from 0 to 1.
    static func scores(_ prediction: String, _ reference: String) -> [String: Double] {
        let said = words(of: prediction), wanted = words(of: reference)
        let common = LongestCommonSubsequence(wanted, said).count
        return [
            "rouge1": TokenF1(said, wanted).f1, "rouge2": TokenF1(pairs(said), pairs(wanted)).f1,
            "rougeL": common == 0 ? 0 : 2 * Double(common) / Double(said.count + wanted.count),
        ]
    }

    /// Runs of the 26 letters and ten digits in lower case.
    private static func words(of text: String) -> [CodePoints] {
        text.codePoints.lowercased.split { !("a"..."z").contains($0) && !("0"..."9").contains($0) }.map { Array($0) }
    }

    private static func pairs(_ words: [CodePoints]) -> [CodePoints] { zip(words, words.dropFirst()).map { $0 + [" "] + $1 } }

    /// The root of the product of the three, of a whole set of replies.
    static func geometricMean(_ figures: [String: Double]) -> Double {
        let product = ["rouge1", "rouge2", "rougeL"].reduce(1) { $0 * (figures[$1] ?? 0) }
        return product.rootOfThird
    }
}
