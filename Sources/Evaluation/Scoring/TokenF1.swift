/// How much two texts have in common as multisets of words: SQuAD's F1. (Rajpurkar et al., SQuAD, 2016.)
struct TokenF1 {
    let precision: Double
    let recall: Double
    let f1: Double

    init(_ prediction: [CodePoints], _ reference: [CodePoints]) {
        var left = Dictionary(reference.map { ($0, 1) }, uniquingKeysWith: +), same = 0
        for word in prediction {
            guard let count = left[word], count > 0 else { continue }
            left[word] = count - 1
            same += 1
        }
        precision = same == 0 ? 0 : Double(same) / Double(prediction.count)
        recall = same == 0 ? 0 : Double(same) / Double(reference.count)
        f1 = same == 0 ? 0 : 2 * precision * recall / (precision + recall)
    }

    static let articles: Set<CodePoints> = Set(["a", "an", "the"].map(\.codePoints))

    /// The words of a text in lower case, without punctuation and articles.
    static func words(of text: String) -> [CodePoints] { plain(text.codePoints.lowercased) }

    /// The same with the case of letters kept.
    static func plain(_ text: CodePoints) -> [CodePoints] {
        text.filter { !$0.isASCIIPunctuation }.blanking(words: articles).words
    }

    static func score(_ prediction: String, _ reference: String) -> Double { TokenF1(words(of: prediction), words(of: reference)).f1 }
}
