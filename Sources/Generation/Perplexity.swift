import Attention
import Diagnostics
import Documents
import Foundation
import KeyValues
import Models
import Tensors

/// How well a model predicts a text, by position.
public struct PerplexityReport: Sendable {
    /// One run of positions.
    public struct Bucket: Sendable, Codable {
        public let firstPosition: Int
        public let tokens: Int
        /// Mean negative log-likelihood in nats.
        public let meanLoss: Double
        public var perplexity: Double { exp(meanLoss) }
    }

    public let buckets: [Bucket]
    public let method: String

    /// Tokens that were predicted: all but the first.
    public var tokens: Int { buckets.reduce(0) { $0 + $1.tokens } }
    /// Mean negative log-likelihood in nats over all tokens.
    public var meanLoss: Double {
        tokens == 0 ? .nan : buckets.reduce(0) { $0 + $1.meanLoss * Double($1.tokens) } / Double(tokens)
    }
    public var perplexity: Double { exp(meanLoss) }
}

extension Model {
    /// Reads a text and reports how well each token was predicted from those before it.
    ///
    /// - Parameter bucket: how many positions are averaged into one figure.
    /// - Throws: a usage error where the text is longer than the method can show; `Interrupted`.
    public func perplexity(
        of documents: DocumentSet, bucket: Int = 1024, options: ReadingOptions = ReadingOptions(), progress: ProgressHandler? = nil,
        cancellation: Cancellation = Cancellation()
    ) throws -> PerplexityReport {
        let resolved = try ResolvedReading(options, decoder: decoder)
        let tokens = decoder.tokenizer.encode(documents.bytes, addSpecial: true)
        try resolved.checkWindow(tokens: tokens.count, reserved: 0, decoder: decoder)
        let cache = try resolved.makeCache(decoder, length: tokens.count, arena: arena)
        var losses = LossBuckets(length: bucket)
        for start in stride(from: 0, to: tokens.count, by: Reader.chunkTokens) {
            try cancellation.check()
            progress?(Progress("Predicting " + documents.summary, completed: start, total: tokens.count))
            let chunk = Array(tokens[start..<min(start + Reader.chunkTokens, tokens.count)])
            let states = try decoder.states(tokens: chunk, cache: cache, policy: resolved.policy, wanted: .all)
            decoder.endChunk(chunk[...], in: cache, by: resolved.policy)
            guard let states else { continue }
            try addLosses(of: states, first: start, tokens: tokens, to: &losses)
        }
        progress?(Progress("Predicting " + documents.summary, completed: tokens.count, total: tokens.count))
        return PerplexityReport(buckets: losses.buckets, method: resolved.policy.name)
    }

    /// Logits are made for a few rows at a time: those of a whole chunk would fill hundreds of megabytes.
    private func addLosses(of states: Tensor, first: Int, tokens: [Int32], to losses: inout LossBuckets) throws {
        let rowsAtOnce = 32
        for row in stride(from: 0, to: states.rows, by: rowsAtOnce) {
            let rows = row..<min(row + rowsAtOnce, states.rows)
            let slice = decoder.makeTensor(rows: rows.count, columns: states.columns)
            states.copyRows(rows, to: slice)
            let logits = try decoder.logits(slice)
            for (offset, row) in rows.enumerated() where first + row + 1 < tokens.count {
                let next = first + row + 1
                let likelihood = try logits.withRow(offset) { try LogProbabilities.logProbability(of: tokens[next], in: $0) }
                losses.add(-likelihood, position: next)
            }
        }
    }
}

/// Sums losses over runs of positions.
private struct LossBuckets {
    let length: Int
    private var sums: [(loss: Double, tokens: Int)] = []

    init(length: Int) {
        self.length = max(1, length)
    }

    mutating func add(_ loss: Double, position: Int) {
        let index = position / length
        while sums.count <= index { sums.append((0, 0)) }
        sums[index].loss += loss
        sums[index].tokens += 1
    }

    var buckets: [PerplexityReport.Bucket] {
        sums.enumerated().filter { $0.element.tokens > 0 }.map { index, sum in
            .init(firstPosition: index * length, tokens: sum.tokens, meanLoss: sum.loss / Double(sum.tokens))
        }
    }
}
