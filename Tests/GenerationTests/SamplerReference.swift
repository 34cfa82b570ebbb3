@testable import Generation

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Probabilities after all filters, by sorting everything and following the definitions word by word.
func referenceProbabilities(_ logits: [Float], _ options: SamplingOptions, recent: Set<Int> = []) -> [Int: Double] {
    let penalised = logits.enumerated().map { token, logit in
        guard recent.contains(token) else { return logit }
        let penalty = Float(options.repetitionPenalty)
        return logit > 0 ? logit / penalty : logit * penalty
    }
    var ranked = penalised.indices.filter { penalised[$0] > -.infinity }
    ranked.sort { (penalised[$1], $0) < (penalised[$0], $1) }
    if let topK = options.topK { ranked = Array(ranked.prefix(topK)) }
    var probability = softmax(ranked.map { Double(penalised[$0]) / options.temperature })
    var nucleus = 0
    var held = 0.0
    while nucleus < ranked.count && (nucleus == 0 || options.topP == 1 || held < options.topP * (1 - 1e-14)) {
        held += probability[nucleus]
        nucleus += 1
    }
    probability = Array(probability.prefix(nucleus))
    probability = probability.filter { $0 >= options.minP * probability[0] * (1 - 1e-12) }
    let total = probability.reduce(0, +)
    return Dictionary(uniqueKeysWithValues: zip(ranked, probability.map { $0 / total }))
}

private func softmax(_ values: [Double]) -> [Double] {
    let highest = values.max() ?? 0
    let weights = values.map { exp($0 - highest) }
    let total = weights.reduce(0, +)
    return weights.map { $0 / total }
}

extension Sampler {
    mutating func next(_ logits: [Float]) throws -> Int32 {
        try logits.withUnsafeBufferPointer { try next(logits: $0) }
    }
}

extension LogProbabilities {
    static func logSumExp(_ logits: [Float]) throws -> Double {
        try logits.withUnsafeBufferPointer { row in try logSumExp(row) }
    }

    static func logProbability(of token: Int32, in logits: [Float]) throws -> Double {
        try logits.withUnsafeBufferPointer { row in try logProbability(of: token, in: row) }
    }

    static func mostLikely(_ count: Int, in logits: [Float]) throws -> [TokenProbability] {
        try logits.withUnsafeBufferPointer { row in try mostLikely(count, in: row) }
    }
}

extension RandomSource {
    /// A value of the normal distribution (Box and Muller 1958).
    mutating func normal() -> Float {
        Float((-2 * log(1 - unitInterval())).squareRoot() * cos(2 * .pi * unitInterval()))
    }
}
