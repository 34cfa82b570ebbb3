import ApusTesting
import Attention
import Foundation
import Tensors
import Testing

@Suite("Linear attention")
struct LinearAttentionTests {
    private static let sequences = [1..<4, 4..<30]
    private static let rows = 31
    private static let heads = 2
    private static let keyDim = 8
    private static let valueDim = 12

    private func numbers(_ columns: Int, _ seed: UInt64) -> [Double] {
        var random = SeededGenerator(seed: seed)
        return (0..<Self.rows * columns).map { _ in Double(random.normal()) }
    }

    private var inputs: [[Double]] {
        [
            numbers(Self.heads * Self.keyDim, 1), numbers(Self.heads * Self.keyDim, 2), numbers(Self.heads * Self.valueDim, 3),
            numbers(Self.heads * Self.valueDim, 4),
        ]
    }

    /// As it is defined: each key weighs as much as the product of its features and the query's.
    private func plain(_ queries: [Double], _ keys: [Double], _ values: [Double]) -> [Double] {
        func features(_ x: [Double], _ row: Int, _ head: Int) -> [Double] {
            (0..<Self.keyDim).map { index in
                let value = x[(row * Self.heads + head) * Self.keyDim + index]
                return value > 0 ? value + 1 : exp(value)
            }
        }
        var outputs = [Double](repeating: 0, count: values.count)
        for sequence in Self.sequences {
            for (row, head) in sequence.flatMap({ row in (0..<Self.heads).map { (row, $0) } }) {
                let query = features(queries, row, head)
                let weights = sequence.map { zip(query, features(keys, $0, head)).reduce(0) { $0 + $1.0 * $1.1 } }
                let sum = weights.reduce(0, +)
                for (key, weight) in zip(sequence, weights) {
                    for index in 0..<Self.valueDim {
                        outputs[(row * Self.heads + head) * Self.valueDim + index] +=
                            weight / sum * values[(key * Self.heads + head) * Self.valueDim + index]
                    }
                }
            }
        }
        return outputs
    }

    private func tensor(_ numbers: [Double]) -> Tensor {
        Tensor(rows: Self.rows, columns: numbers.count / Self.rows, numbers.map(Float.init))
    }

    @Test("Outputs and gradients agree with the definition, and any number of threads gives the same bits", arguments: Kernels.all)
    func definition(kernels: Kernels) {
        let inputs = inputs, expected = plain(inputs[0], inputs[1], inputs[2])
        let attention = LinearAttention(
            queries: tensor(inputs[0]), keys: tensor(inputs[1]), values: tensor(inputs[2]), sequences: Self.sequences, heads: Self.heads)
        let found = [1, 3].map { threads -> [[Float]] in
            let compute = Compute(pool: WorkerPool(threads: threads), kernels: kernels), outputs = attention.outputs(compute)
            let gradient = attention.gradient(outputs: outputs, outputGradient: tensor(inputs[3]), compute)
            return [outputs.array, gradient.queries.array, gradient.keys.array, gradient.values.array]
        }
        #expect(found[0] == found[1])
        #expect(zip(found[0][0], expected).allSatisfy { abs(Double($0) - $1) < 1e-5 })
        func loss(_ inputs: [[Double]]) -> Double {
            zip(plain(inputs[0], inputs[1], inputs[2]), inputs[3]).reduce(0) { $0 + $1.0 * $1.1 }
        }
        var random = SeededGenerator(seed: 9)
        for (input, gradient) in found[0].dropFirst().enumerated() {
            for _ in 0..<6 {
                let place = random.below(gradient.count)
                var low = inputs, high = inputs
                low[input][place] -= 1e-5
                high[input][place] += 1e-5
                let slope = (loss(high) - loss(low)) / 2e-5
                #expect(abs(Double(gradient[place]) - slope) < 2e-4 * max(1, abs(slope)), "input \(input), place \(place)")
            }
        }
    }
}
