import Foundation

/// What a model expects after a segment of a text and a question: how sure it is, and of what.
struct SegmentJudgement: Sendable {
    /// How unsure the model is of the next token, in nats.
    let entropy: Double
    /// The likeliest next tokens, as many as matter.
    let likeliest: [TokenProbability]

    /// Beyond these a distribution is counted as one.
    private static let mostTokens = 64

    /// Nothing was read, so nothing is known.
    static let unknown = SegmentJudgement(entropy: .infinity, likeliest: [])

    private init(entropy: Double, likeliest: [TokenProbability]) {
        self.entropy = entropy
        self.likeliest = likeliest
    }

    /// - Parameter logits: of the next token, `[vocabulary]`.
    init(_ logits: UnsafeBufferPointer<Float>) throws(SamplingError) {
        entropy = try LogProbabilities.entropy(of: logits)
        likeliest = try LogProbabilities.mostLikely(Self.mostTokens, in: logits).filter { $0.probability > 0 }
    }

    /// What likelier tokens leave to all others together.
    private var rest: Double { max(0, 1 - likeliest.reduce(0) { $0 + $1.probability }) }

    /// How far each segment moves the model from what it expects after any: the divergence `Σ p ln(p / mean p)` of its distribution from the
    /// mean of all, in nats, from 0 to the logarithm of the number of segments.
    static func contrasts(_ judgements: [SegmentJudgement]) -> [Double] {
        let share = 1 / Double(max(1, judgements.count))
        var mean: [Int32: Double] = [:], meanRest = 0.0
        for judgement in judgements {
            for token in judgement.likeliest { mean[token.token, default: 0] += share * token.probability }
            meanRest += share * judgement.rest
        }
        return judgements.map { judgement in
            guard !judgement.likeliest.isEmpty else { return 0 }
            let known = judgement.likeliest.reduce(0) { $0 + $1.probability * ($1.logProbability - log(mean[$1.token] ?? 1)) }
            let rest = judgement.rest
            return max(0, rest > 0 ? known + rest * log(rest / meanRest) : known)
        }
    }
}
