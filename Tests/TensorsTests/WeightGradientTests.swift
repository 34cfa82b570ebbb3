import Foundation
import Tensors
import Testing

@Suite("Gradients of weights")
struct WeightGradientTests {
    private static let shapes = [(1, 1, 1), (5, 3, 2), (40, 17, 33), (257, 130, 48), (300, 64, 100), (64, 256, 31)]

    private static func random(_ rows: Int, _ columns: Int, seed: UInt64) -> Tensor {
        var generator = SeededGenerator(seed: seed)
        return Tensor(rows: rows, columns: columns, generator.gaussians(rows * columns))
    }

    @Test("They are the products of gradients and inputs, added to what is there", arguments: Kernels.all)
    func products(kernels: Kernels) {
        for (tokens, rows, columns) in Self.shapes {
            let x = Self.random(tokens, columns, seed: 1), aheads = [Self.random(tokens, rows, seed: 2), Self.random(tokens, 7, seed: 3)]
            let before = aheads.map { Self.random($0.columns, columns, seed: 4) }
            let expected = zip(aheads, before).map { ahead, before in
                (0..<before.count).map { place in
                    (0..<tokens).reduce(Double(before.array[place])) {
                        $0 + Double(ahead[$1, place / columns]) * Double(x[$1, place % columns])
                    }
                }
            }
            for precision in [StorageType.f32, .bf16] {
                let results = [1, 2, 3].map { threads in
                    let gradients = before.map { Tensor(rows: $0.rows, columns: $0.columns, $0.array) }
                    Compute(pool: WorkerPool(threads: threads), kernels: kernels).addWeightGradients(
                        x, outputGradients: aheads, to: gradients, precision: precision)
                    return gradients.map(\.array)
                }
                #expect(results[0] == results[1] && results[0] == results[2])
                for (found, expected) in zip(results[0], expected) {
                    #expect(
                        relativeError(found, expected) < (precision == .f32 ? 2e-6 : 0.01), "\(tokens), \(rows), \(columns), \(precision)")
                }
            }
        }
    }
}
