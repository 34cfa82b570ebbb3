import Foundation

/// How well texts fit a query by the words that they share: rare words count more, and repeated ones and those of long texts less.
/// (Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009; weights of words as in Lucene, which are never
/// negative.)
package struct BM25: Sendable {
    private struct Posting {
        let text: Int
        let count: Int
    }

    /// How soon repetitions of a word stop to count.
    package let saturation: Double
    /// From 0 to 1: how much a long text has to hold more of a word.
    package let lengthWeight: Double
    private var postings: [String: [Posting]] = [:]
    private let lengths: [Double]
    private let meanLength: Double

    /// - Parameters:
    ///   - saturation: usually called k1.
    ///   - lengthWeight: usually called b.
    package init(_ texts: [String], saturation: Double = 1.2, lengthWeight: Double = 0.75) {
        self.saturation = saturation
        self.lengthWeight = lengthWeight
        var lengths: [Double] = []
        for (number, text) in texts.enumerated() {
            let words = SearchTerms.terms(of: text)
            for (word, count) in words.reduce(into: [String: Int](), { $0[$1, default: 0] += 1 }) {
                postings[word, default: []].append(Posting(text: number, count: count))
            }
            lengths.append(Double(words.count))
        }
        self.lengths = lengths
        meanLength = texts.isEmpty ? 0 : lengths.reduce(0, +) / Double(texts.count)
    }

    /// The score of every text, 0 for those that share no word with the query. A word that the query repeats counts as often.
    package func scores(for query: String) -> [Double] {
        var scores = [Double](repeating: 0, count: lengths.count)
        for word in SearchTerms.terms(of: query) {
            guard let found = postings[word] else { continue }
            let absent = Double(lengths.count - found.count) + 0.5
            let weight = log(1 + absent / (Double(found.count) + 0.5))
            for posting in found {
                let count = Double(posting.count), relative = lengths[posting.text] / meanLength
                let denominator = count + saturation * (1 - lengthWeight + lengthWeight * relative)
                scores[posting.text] += weight * count / denominator
            }
        }
        return scores
    }
}
