#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A token and how likely the model holds it to come next.
package struct TokenProbability: Hashable, Sendable {
    package let token: Int32
    /// Natural logarithm of the probability; minus infinity for a token that cannot come.
    package let logProbability: Double

    /// From 0 to 1.
    package var probability: Double { exp(logProbability) }
}

/// The model's own probabilities: log-softmax of one row of logits [vocabulary], no sampling option applied.
///
/// Sums are taken in double precision over differences from the highest logit. Unlike sampling, measuring refuses a row with NaN in it.
package enum LogProbabilities {
    /// log Σ exp(logit), what is taken from a logit to make it a log-probability.
    ///
    /// Throws `SamplingError.notANumber`, or `.noUsableLogit` where every logit is minus infinity.
    package static func logSumExp(_ logits: UnsafeBufferPointer<Float>) throws(SamplingError) -> Double {
        if let token = logits.firstIndex(where: \.isNaN) { throw .notANumber(token: token) }
        guard let best = logits.mostLikelyToken else {
            throw .noUsableLogit(vocabularyCount: logits.count, notNumbers: 0)
        }
        return finite(logits[Int(best)]) + log(logits.sumOfWeights)
    }

    /// Natural logarithm of the probability of one token. Throws as `logSumExp` does, and for a token outside the row.
    package static func logProbability(of token: Int32, in logits: UnsafeBufferPointer<Float>) throws(SamplingError) -> Double {
        guard logits.indices.contains(Int(token)) else {
            throw .unknownToken(token: Int(token), vocabularyCount: logits.count)
        }
        return try finite(logits[Int(token)]) - logSumExp(logits)
    }

    /// The most likely tokens, from the most likely down, the lower token first among equals. Throws as `logSumExp` does.
    package static func mostLikely(
        _ count: Int, in logits: UnsafeBufferPointer<Float>
    ) throws(SamplingError) -> [TokenProbability] {
        let normaliser = try logSumExp(logits)
        guard count > 0 else { return [] }
        return logits.mostLikelyCandidates(limit: count).map {
            TokenProbability(token: $0.token, logProbability: $0.value - normaliser)
        }
    }

    /// What was chosen and what might have been: the log-probability of one token, and the most likely tokens from the most likely down.
    ///
    /// They are the model's own, before penalties, biases, masks, temperature and filters, as OpenAI's interface reports them: a token that
    /// a grammar forced may have been most unlikely. Throws as `logProbability` does.
    package static func report(
        on token: Int32, alternatives count: Int, in logits: UnsafeBufferPointer<Float>
    ) throws(SamplingError) -> (chosen: TokenProbability, alternatives: [TokenProbability]) {
        let logProbability = try logProbability(of: token, in: logits)
        return (TokenProbability(token: token, logProbability: logProbability), try mostLikely(count, in: logits))
    }

    /// How unsure the model is of the next token: `-Σ p ln p` in nats, from 0 to the logarithm of the number of tokens. Throws as
    /// `logSumExp` does.
    package static func entropy(of logits: UnsafeBufferPointer<Float>) throws(SamplingError) -> Double {
        let normaliser = try logSumExp(logits)
        var sum = 0.0
        for logit in logits where logit > -.infinity {
            let logProbability = finite(logit) - normaliser
            sum -= exp(logProbability) * logProbability
        }
        return max(0, sum)
    }

    /// Plus infinity, with which a caller may force a token, taken as the greatest number, as in sampling.
    private static func finite(_ logit: Float) -> Double {
        Double(min(logit, .greatestFiniteMagnitude))
    }
}
