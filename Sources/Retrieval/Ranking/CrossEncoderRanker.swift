import Diagnostics

/// Orders passages by what a cross-encoder says of each together with the query. (Nogueira and Cho, Passage Re-ranking with BERT, 2019.)
package struct CrossEncoderRanker: PassageRanker {
    private let classifier: SequenceClassifier
    private let truncates: Bool
    private let progress: ProgressHandler?

    /// - Parameter truncates: whether passages are cut that have no room beside the query; otherwise they are refused.
    /// - Throws: `RankingError.notACrossEncoder` for a head of several outputs.
    package init(_ classifier: SequenceClassifier, truncates: Bool, progress: ProgressHandler? = nil) throws(RankingError) {
        guard classifier.head.labels.count == 1 else {
            throw .notACrossEncoder(path: classifier.path, labels: classifier.head.labels.count)
        }
        self.classifier = classifier
        self.truncates = truncates
        self.progress = progress
    }

    package func rank(
        _ query: String, id: String, candidates: [Candidate], cancellation: Cancellation
    ) async throws -> (ranking: Ranking, cost: RankingCost) {
        var cost = RankingCost()
        let (pairs, logits) = try await timed(&cost) {
            let pairs = try classifier.pairs(query, candidates.map(\.passage.whole), truncates: truncates)
            return (pairs, try await classifier.logits(of: pairs.map(\.text), progress: progress, cancellation: cancellation))
        }
        for pair in pairs { cost.addCall(reading: pair.text.tokens.count, cutting: pair.cutTokens) }
        return (candidates.sorted(by: logits.map { Double($0[0]) }, query: id), cost)
    }
}
