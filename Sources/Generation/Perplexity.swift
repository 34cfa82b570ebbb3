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
    public struct Bucket: Sendable, Codable, Equatable {
        public let firstPosition: Int
        public let tokens: Int
        /// Mean negative log-likelihood in nats.
        public let meanLoss: Double
        public var perplexity: Double { exp(meanLoss) }

        package init(firstPosition: Int, tokens: Int, meanLoss: Double) {
            self.firstPosition = firstPosition
            self.tokens = tokens
            self.meanLoss = meanLoss
        }
    }

    public let buckets: [Bucket]
    public let method: String
    /// The position scheme.
    public let positions: String

    /// Tokens that were predicted: all but the first.
    public var tokens: Int { buckets.tokens }
    /// Mean negative log-likelihood in nats over all tokens.
    public var meanLoss: Double { buckets.meanLoss }
    public var perplexity: Double { exp(meanLoss) }
}

extension [PerplexityReport.Bucket] {
    package var tokens: Int { reduce(0) { $0 + $1.tokens } }
    /// Negative log-likelihood in nats of all tokens together.
    package var loss: Double { reduce(0) { $0 + $1.meanLoss * Double($1.tokens) } }
    /// The same of one token; not a number where there is none.
    package var meanLoss: Double { loss / Double(tokens) }
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
        try perplexity(
            ofTokens: decoder.tokenizer.encode(documents.bytes, addSpecial: true), name: documents.summary, bucket: bucket,
            options: options, progress: progress, cancellation: cancellation)
    }

    /// The same for a text that is given as tokens.
    ///
    /// - Parameter name: of the text, for who watches.
    package func perplexity(
        ofTokens plain: [Int32], name: String, bucket: Int, options: ReadingOptions, progress: ProgressHandler? = nil,
        cancellation: Cancellation = Cancellation()
    ) throws -> PerplexityReport {
        let options = try options.settled(tokens: plain.count, decoder: decoder, arena: arena)
        let resolved = try ResolvedReading(options, decoder: decoder)
        let tokens = resolved.landmarks?.inserted(into: plain, from: 0) ?? plain
        try resolved.checkServesWithoutText()
        try resolved.checkWindow(tokens: tokens.count, reserved: 0, decoder: decoder)
        let cache = try resolved.makeCache(decoder, length: tokens.count, arena: arena)
        var losses = LossBuckets(length: bucket)
        let chunkLength = Reader(decoder: decoder, policy: resolved.policy, cancellation: cancellation).chunkLength
        var carried: Double?
        for start in stride(from: 0, to: tokens.count, by: chunkLength) {
            try cancellation.check()
            progress?(Progress("Predicting " + name, completed: start, total: tokens.count))
            let end = min(start + chunkLength, tokens.count), chunk = tokens[start..<end]
            guard let states = try decoder.states(tokens: Array(chunk), cache: cache, policy: resolved.policy, wanted: .all) else {
                continue
            }
            let next = try decoder.losses(of: tokens[start + 1..<min(end + 1, tokens.count)], after: states)
            // Nobody is to say a landmark, so none is a loss.
            for (offset, loss) in next.enumerated() where resolved.landmarks?.isLandmark(tokens[start + 1 + offset]) != true {
                losses.add(loss, position: start + 1 + offset)
            }
            let surprisals = ([carried] + next).prefix(chunk.count).map { $0.map(Float.init) }
            carried = next.count == chunk.count ? next.last : nil
            decoder.endChunk(
                chunk, surprisals: resolved.policy.needs.surprisal ? surprisals : [], in: cache, by: resolved.policy)
        }
        progress?(Progress("Predicting " + name, completed: tokens.count, total: tokens.count))
        return PerplexityReport(buckets: losses.buckets, method: resolved.policy.name, positions: resolved.positions.name)
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
