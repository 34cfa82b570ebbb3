import Diagnostics
import Retrieval

/// What makes vectors of texts, to be tested.
package protocol EmbeddingSubject: Sendable {
    /// How many tokens a text has, without those that the model wants around it.
    func tokenCount(of text: String) -> Int
    /// How many tokens stand around a text: the model's own and those of a prefix; nil for the model's usual one.
    func framingTokens(prefix: String?) -> Int
    /// Vectors of texts, those that are too long cut to the model's window, and how many were.
    /// - Parameter prefix: stands before each; nil for the model's usual one.
    func vectors(
        of texts: [String], prefix: String?, progress: ProgressHandler?, cancellation: Cancellation
    ) async throws -> (vectors: [[Float]], cut: Int)
}

extension Embedder: EmbeddingSubject {
    package nonisolated func vectors(
        of texts: [String], prefix: String?, progress: ProgressHandler?, cancellation: Cancellation
    ) async throws -> (vectors: [[Float]], cut: Int) {
        let prepared = try prepare(texts.map { Array($0.utf8) }, prefix: prefix, truncates: true)
        let vectors = try await embed(prepared, progress: progress, cancellation: cancellation)
        return (vectors, prepared.count { $0.cutTokens > 0 })
    }
}
