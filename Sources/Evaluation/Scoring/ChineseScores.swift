/// LongBench's scores of Chinese replies, by words, or by characters where there is no dictionary.
struct ChineseScores {
    private let segmenter: WordSegmenter?

    init(_ segmenter: WordSegmenter?) { self.segmenter = segmenter }

    private static let marks = Set(
        "！？｡。＂＃＄％＆＇（）＊＋，－／：；＜＝＞＠［＼］＾＿｀｛｜｝～｟｠｢｣､、〃》「」『』【】〔〕〖〗〘〙〚〛〜〝〞〟〰〾〿–—‘’‛“”„‟…‧﹏.".unicodeScalars)

    private func words(of text: String) -> [CodePoints] { segmenter?.words(of: text) ?? text.unicodeScalars.map { [$0] } }

    func f1(_ reply: String, _ reference: String) -> Double { Self.f1(words(of: reply), words(of: reference)) }

    /// F1 of words in lower case without punctuation and white space.
    static func f1(_ reply: [CodePoints], _ reference: [CodePoints]) -> Double {
        func plain(_ words: [CodePoints]) -> [CodePoints] {
            words.map { word in word.lowercased.filter { !$0.isASCIIPunctuation && !marks.contains($0) && !$0.isPythonSpace } }
                .filter { !$0.isEmpty }
        }
        return TokenF1(plain(reply), plain(reference)).f1
    }

    func rouge(_ reply: String, _ reference: String) -> Double {
        func spaced(_ text: String) -> CodePoints { CodePoints(words(of: text).joined(separator: [" "])) }
        return SentenceROUGE.score(spaced(reply), spaced(reference))
    }
}
