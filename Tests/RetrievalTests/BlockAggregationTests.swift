import ApusTesting
import Foundation
import Retrieval
import Testing

@Suite("Blocks of long code as one")
struct BlockAggregationTests {
    private func blocks(_ count: Int, seed: UInt64 = 1) -> [[Float]] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { _ in (0..<8).map { _ in random.normal(deviation: 2) } }
    }

    private var scorers: [BlockFusion.Scorer] {
        let rows = blocks(4, seed: 3)
        return [.oneLayer(weights: rows[0], bias: 0.5), .twoLayers(weights: rows, biases: [0.1, -0.2, 0.3, 0], output: [1, -2, 0.5, 1])]
    }

    private func isNear(_ one: [Float], _ other: [Float]) -> Bool {
        one.count == other.count && zip(one, other).allSatisfy { abs($0 - $1) < 1e-5 * max(1, abs($1)) }
    }

    @Test("A single block stays as it is, whatever the aggregation")
    func single() {
        let block = blocks(1)
        for aggregation in BlockAggregation.allCases {
            let vectors = aggregation.vectors(of: block)
            #expect(vectors.count == 1 && vectors[0].block == VectorMatch.wholePassage && vectors[0].vector == block[0].normalized)
        }
        for scorer in scorers {
            for form in [BlockFusion.Form.attention, .attentionAndMean, .attentionAndSum(gain: 3)] {
                #expect(BlockFusion(scorer, form: form).vector(of: block) == block[0])
            }
        }
    }

    @Test("The mean of copies is the block, and lengths of blocks carry weight in the mean")
    func mean() {
        let block = blocks(1)[0], long = block.map { $0 * 100 }, other = blocks(2)[1]
        #expect(isNear(BlockAggregation.mean.vectors(of: [block, block, block])[0].vector, block.normalized))
        let weighted = BlockAggregation.mean.vectors(of: [long, other])[0].vector
        #expect(zip(weighted, block.normalized).reduce(0) { $0 + $1.0 * $1.1 } > 0.99)
        let vectors = BlockAggregation.max.vectors(of: [long, other])
        #expect(vectors.map(\.block) == [0, 1] && isNear(vectors[0].vector, block.normalized))
        #expect(BlockAggregation.first.vectors(of: [other, long])[0].vector == other.normalized)
    }

    @Test("Fusion is what its definition says, number by number")
    func definitions() {
        let blocks = blocks(5)
        for scorer in scorers {
            let scores: [Double] = blocks.map { block in
                switch scorer {
                case .oneLayer(let weights, let bias):
                    return zip(weights, block).reduce(Double(bias)) { $0 + Double($1.0) * Double($1.1) }
                case .twoLayers(let weights, let biases, let output):
                    return (0..<4).reduce(0.0) { sum, unit in
                        sum + Double(output[unit])
                            * tanh(zip(weights[unit], block).reduce(Double(biases[unit])) { $0 + Double($1.0) * Double($1.1) })
                    }
                }
            }
            let sum = scores.reduce(0) { $0 + exp($1) }
            for column in 0..<8 {
                let attention = zip(scores, blocks).reduce(0.0) { $0 + exp($1.0) / sum * Double($1.1[column]) }
                let total = blocks.reduce(0.0) { $0 + Double($1[column]) }
                let expected = [attention, attention / 2 + total / 10, attention / 2 + 0.75 * total]
                for (form, value) in zip([BlockFusion.Form.attention, .attentionAndMean, .attentionAndSum(gain: 1.5)], expected) {
                    #expect(abs(Double(BlockFusion(scorer, form: form).vector(of: blocks)[column]) - value) < 1e-4)
                }
            }
        }
    }

    @Test("Equal scores are the mean, and the order of blocks changes nothing")
    func invariances() {
        let blocks = blocks(7), even = BlockFusion(.oneLayer(weights: Array(repeating: 0, count: 8), bias: 2))
        #expect(isNear(even.vector(of: blocks).normalized, BlockAggregation.mean.vectors(of: blocks)[0].vector))
        for scorer in scorers {
            let fusion = BlockFusion(scorer)
            #expect(isNear(fusion.vector(of: blocks), fusion.vector(of: blocks.reversed())))
            #expect(abs(fusion.weights(of: blocks).reduce(0, +) - 1) < 1e-12)
        }
        let large = BlockFusion(.oneLayer(weights: Array(repeating: 1000, count: 8), bias: 0))
        #expect(large.vector(of: blocks).allSatisfy { $0.isFinite })
    }
}
