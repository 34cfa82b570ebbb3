import Foundation

/// A figure for how good a ranking is, as trec_eval defines it.
package struct RankingMeasure: Hashable, Sendable, CustomStringConvertible {
    package enum Kind: String, CaseIterable, Sendable {
        /// Normalised discounted cumulative gain: the gain is the grade itself, the discount log2(rank + 1), and the ideal order is that of
        /// all judged documents. (Järvelin and Kekäläinen, Cumulated Gain-Based Evaluation of IR Techniques, 2002.)
        case ndcg
        /// One over the rank of the first relevant document; over queries, the mean reciprocal rank.
        case mrr
        /// The mean of the precisions at the ranks of the relevant documents; over queries, mean average precision.
        case map
        /// The share of the relevant documents that are among the first.
        case recall
        /// The share of the first ranks that relevant documents have.
        case precision
    }

    package let kind: Kind
    /// The ranks that count; nil: all.
    package let depth: Int?

    package init(_ kind: Kind, at depth: Int? = nil) {
        self.kind = kind
        self.depth = depth
    }

    /// Reads "ndcg@10", "mrr", "recall@100".
    /// - Throws: `RankingError.unknownMeasure`.
    package init(parsing name: String) throws(RankingError) {
        let parts = name.lowercased().split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let kind = Kind(rawValue: String(first)) else { throw .unknownMeasure(name) }
        let depth = parts.count == 2 ? Int(parts[1]) : nil
        let needsDepth = kind == .recall || kind == .precision
        guard parts.count == 1 ? !needsDepth : (depth ?? 0) > 0 else { throw .unknownMeasure(name) }
        self.init(kind, at: depth)
    }

    package var description: String { kind.rawValue + (depth.map { "@\($0)" } ?? "") }

    /// What is told where nobody asks for others.
    package static let usual = [
        RankingMeasure(.ndcg, at: 10), RankingMeasure(.mrr, at: 10), RankingMeasure(.map), RankingMeasure(.recall, at: 100),
        RankingMeasure(.precision, at: 10),
    ]

    /// The figure for one query, from 0 to 1.
    ///
    /// - Parameters:
    ///   - ranked: the grades of the ranked documents in their order, 0 for those that nobody judged.
    ///   - judged: the grades of all judged documents, ranked or not.
    package func value(ranked: [Int], judged: [Int]) -> Double {
        let first = ranked.prefix(depth ?? .max), relevant = judged.count { $0 > 0 }
        guard relevant > 0 else { return 0 }
        switch kind {
        case .ndcg:
            let ideal = judged.filter { $0 > 0 }.sorted(by: >).prefix(depth ?? .max)
            return Self.gain(first) / Self.gain(ideal)
        case .mrr: return first.firstIndex { $0 > 0 }.map { 1 / Double($0 + 1) } ?? 0
        case .map: return Self.precisions(first) / Double(relevant)
        case .recall: return Double(first.count { $0 > 0 }) / Double(relevant)
        case .precision: return Double(first.count { $0 > 0 }) / Double(depth ?? max(1, ranked.count))
        }
    }

    private static func gain(_ grades: ArraySlice<Int>) -> Double {
        zip(grades, 2...).reduce(0) { sum, ranked in sum + Double(max(0, ranked.0)) / log2(Double(ranked.1)) }
    }

    /// The sum of the precisions at the ranks of relevant documents.
    private static func precisions(_ grades: ArraySlice<Int>) -> Double {
        var found = 0, sum = 0.0
        for (grade, rank) in zip(grades, 1...) where grade > 0 {
            found += 1
            sum += Double(found) / Double(rank)
        }
        return sum
    }
}

/// The figures of a run.
package struct RankingScores: Sendable {
    package let measures: [RankingMeasure]
    /// For each query that is ranked and judged its figures, in the order of `measures`.
    package let queries: [(query: String, values: [Double])]
    /// Queries that are judged and that the run does not have.
    package let unranked: Int
    /// Queries of the run that nobody judged; they count for nothing.
    package let unjudged: Int
    /// Whether queries without a ranking count as zeros.
    package let countsUnranked: Bool

    /// - Parameter countsUnranked: whether judged queries that the run does not have count as zeros; trec_eval leaves them out unless it is
    ///   asked to count them.
    /// - Throws: `RankingError.nothingJudged` where both have no query in common.
    package init(
        _ run: TRECRun, judgements: TRECJudgements, measures: [RankingMeasure] = RankingMeasure.usual, countsUnranked: Bool = false
    ) throws(RankingError) {
        self.measures = measures
        self.countsUnranked = countsUnranked
        queries = run.rankings.compactMap { ranking in
            judgements.grades[ranking.query].map { grades in
                let ranked = ranking.entries.map { grades[$0.id] ?? 0 }, judged = Array(grades.values)
                return (ranking.query, measures.map { $0.value(ranked: ranked, judged: judged) })
            }
        }
        guard !queries.isEmpty else { throw .nothingJudged }
        unjudged = run.rankings.count - queries.count
        unranked = judgements.grades.count - queries.count
    }

    /// The mean over queries of each measure.
    package var means: [Double] {
        let count = Double(queries.count + (countsUnranked ? unranked : 0))
        return measures.indices.map { measure in queries.reduce(0) { $0 + $1.values[measure] } / count }
    }
}
