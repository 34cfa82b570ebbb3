import Diagnostics

/// A passage that may answer a query.
package struct RankedPassage: Hashable, Sendable {
    package let id: String
    package let title: String?
    package let text: String

    package init(id: String, title: String? = nil, text: String) {
        self.id = id
        self.title = title
        self.text = text
    }

    /// Title and text, as models see them that read a passage by itself.
    package var whole: String { title.map { $0 + " " + text } ?? text }
}

/// What rankings cost.
package struct RankingCost: Hashable, Sendable {
    package var tokensRead = 0
    package var tokensGenerated = 0
    /// How often the model was asked: of encoders one call for each text or pair.
    package var calls = 0
    package var seconds = 0.0
    /// Tokens of passages that the model did not get to see.
    package var tokensCut = 0

    package init() {}

    package static func += (sum: inout RankingCost, other: RankingCost) {
        sum.tokensRead += other.tokensRead
        sum.tokensGenerated += other.tokensGenerated
        sum.calls += other.calls
        sum.seconds += other.seconds
        sum.tokensCut += other.tokensCut
    }
}

extension RankingCost {
    /// An encoder reads a text, or a pair of them, in a call.
    mutating func addCall(reading tokens: Int, cutting cutTokens: Int) {
        tokensRead += tokens
        tokensCut += cutTokens
        calls += 1
    }
}

/// Orders the passages that may answer a query.
package protocol PassageRanker: Sendable {
    /// - Parameter candidates: passages with the scores that they had before, best first.
    /// - Returns: the same passages in their new order, and what that cost.
    /// - Throws: `Interrupted` where `cancellation` asks for it.
    func rank(
        _ query: String, id: String, candidates: [Candidate], cancellation: Cancellation
    ) async throws -> (ranking: Ranking, cost: RankingCost)
}

/// A passage with the score that it had before.
package struct Candidate: Hashable, Sendable {
    package let passage: RankedPassage
    package let score: Double

    package init(_ passage: RankedPassage, score: Double) {
        self.passage = passage
        self.score = score
    }
}

extension [Candidate] {
    /// The passages in another order; their old scores stay at their ranks, so that the best has the best again.
    func ordered(_ order: [Int], query: String) -> Ranking {
        Ranking(query: query, ordered: zip(order, self).map { Ranking.Entry(id: self[$0].passage.id, score: $1.score) })
    }

    /// The passages by new scores.
    func sorted(by scores: [Double], query: String) -> Ranking {
        Ranking(query: query, sorting: zip(self, scores).map { Ranking.Entry(id: $0.passage.id, score: $1) })
    }
}

/// Times work.
func timed<Result>(_ cost: inout RankingCost, _ work: () async throws -> Result) async rethrows -> Result {
    let began = ContinuousClock.now
    let result = try await work()
    cost.seconds += (ContinuousClock.now - began).seconds
    return result
}
