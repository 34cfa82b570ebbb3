import Diagnostics

/// Orders passages by the cosine between their vectors and the query's. A passage is embedded once, however many queries there are.
package actor EmbeddingRanker: PassageRanker {
    private let embedder: Embedder
    private let prefixes: (query: String?, passage: String?)
    private let truncates: Bool
    private let progress: ProgressHandler?
    private var vectors: [String: [Float]] = [:]

    /// - Parameters:
    ///   - queryPrefix: what the model wants before a query, nil for its usual prefix; `passagePrefix` likewise.
    ///   - truncates: whether passages beyond the model's window are cut; otherwise they are refused.
    package init(
        _ embedder: Embedder, queryPrefix: String? = nil, passagePrefix: String? = nil, truncates: Bool, progress: ProgressHandler? = nil
    ) {
        self.embedder = embedder
        prefixes = (queryPrefix, passagePrefix)
        self.truncates = truncates
        self.progress = progress
    }

    package func rank(
        _ query: String, id: String, candidates: [Candidate], cancellation: Cancellation
    ) async throws -> (ranking: Ranking, cost: RankingCost) {
        var cost = RankingCost()
        let began = ContinuousClock.now
        try await embedMissing(candidates.map(\.passage), &cost, cancellation)
        let vector = try await embed([query], prefix: prefixes.query, &cost, cancellation)[0]
        let scores = candidates.map { candidate in
            vectors[candidate.passage.id].map { vector.cosine(to: $0) } ?? 0
        }
        cost.seconds = (ContinuousClock.now - began).seconds
        return (candidates.sorted(by: scores, query: id), cost)
    }

    private func embedMissing(_ passages: [RankedPassage], _ cost: inout RankingCost, _ cancellation: Cancellation) async throws {
        let missing = passages.filter { vectors[$0.id] == nil }
        let found = try await embed(missing.map(\.whole), prefix: prefixes.passage, &cost, cancellation)
        for (passage, vector) in zip(missing, found) { vectors[passage.id] = vector }
    }

    private func embed(
        _ texts: [String], prefix: String?, _ cost: inout RankingCost, _ cancellation: Cancellation
    ) async throws -> [[Float]] {
        let prepared = try embedder.prepare(texts.map { Array($0.utf8) }, prefix: prefix, truncates: truncates)
        for text in prepared { cost.addCall(reading: text.tokens.count, cutting: text.cutTokens) }
        return try await embedder.embed(prepared, progress: progress, cancellation: cancellation)
    }
}
