import Foundation

/// One vector of the vectors of a code's blocks, by weights that were learned (SEA: Hu et al., Tackling Long Code Search, 2022,
/// arXiv:2208.11271): a softmax over a score for each block.
package struct BlockFusion: Sendable {
    /// What scores a block's vector e.
    package enum Scorer: Sendable {
        /// w · e + b.
        case oneLayer(weights: [Float], bias: Float)
        /// v · tanh(W e + b); W is `[hidden][dimensions]`.
        case twoLayers(weights: [[Float]], biases: [Float], output: [Float])
    }

    /// What becomes of the weighted sum.
    package enum Form: Sendable {
        case attention
        /// The mean of weighted sum and mean, as the paper has it.
        case attentionAndMean
        /// Half the weighted sum, and half the sum, not the mean, times a learned gain: what the paper's program does for more than one
        /// block, and its checkpoints were trained with.
        case attentionAndSum(gain: Float)
    }

    private let scorer: Scorer
    private let form: Form

    package init(_ scorer: Scorer, form: Form = .attentionAndMean) {
        self.scorer = scorer
        self.form = form
    }

    /// - Parameter blocks: one at least, before they are brought to a length of 1: their lengths carry weight.
    /// - Returns: a vector as long as the blocks' allow. A single block's own.
    package func vector(of blocks: [[Float]]) -> [Float] {
        guard blocks.count > 1 else { return blocks.first ?? [] }
        let attention = weights(of: blocks), count = Double(blocks.count)
        switch form {
        case .attention: return Self.weightedSum(blocks, weights: attention)
        case .attentionAndMean: return Self.weightedSum(blocks, weights: attention.map { ($0 + 1 / count) / 2 })
        case .attentionAndSum(let gain): return Self.weightedSum(blocks, weights: attention.map { ($0 + Double(gain)) / 2 })
        }
    }

    /// The share of each block; all together are 1.
    package func weights(of blocks: [[Float]]) -> [Double] { blocks.map(score).softmax }

    private func score(_ block: [Float]) -> Double {
        switch scorer {
        case .oneLayer(let weights, let bias): return Self.dot(weights, block) + Double(bias)
        case .twoLayers(let weights, let biases, let output):
            return weights.indices.reduce(0) { sum, unit in
                sum + Double(output[unit]) * tanh(Self.dot(weights[unit], block) + Double(biases[unit]))
            }
        }
    }

    private static func dot(_ one: [Float], _ other: [Float]) -> Double { zip(one, other).reduce(0) { $0 + Double($1.0) * Double($1.1) } }

    static func weightedSum(_ blocks: [[Float]], weights: [Double]) -> [Float] {
        var sums = [Double](repeating: 0, count: blocks.first?.count ?? 0)
        for (block, weight) in zip(blocks, weights) {
            for index in sums.indices { sums[index] += weight * Double(block[index]) }
        }
        return sums.map(Float.init)
    }
}
