import Foundation
import Tensors
import Testing

@Suite("AdamW")
struct AdamWTests {
    /// The method as it is written down, in double precision.
    private struct Plain {
        var value: [Double]
        var first: [Double]
        var second: [Double]

        mutating func step(_ gradient: [Float], number: Int, rate: Double, decay: Double, scale: Double) {
            for index in value.indices {
                let gradient = Double(gradient[index]) * scale
                first[index] = 0.9 * first[index] + 0.1 * gradient
                second[index] = 0.95 * second[index] + 0.05 * gradient * gradient
                let mean = first[index] / (1 - pow(0.9, Double(number))), square = second[index] / (1 - pow(0.95, Double(number)))
                value[index] -= rate * (decay * value[index] + mean / (square.squareRoot() + 1e-8))
            }
        }
    }

    @Test("Twenty steps agree with double precision, and threads do not matter", arguments: Kernels.all)
    func steps(kernels: Kernels) {
        let count = 40_003
        var generator = SeededGenerator(seed: 41)
        let start = generator.gaussians(count)
        var plain = Plain(
            value: start.map(Double.init), first: [Double](repeating: 0, count: count), second: [Double](repeating: 0, count: count))
        let states = [1, 2, 3].map { threads in
            (
                Compute(pool: WorkerPool(threads: threads), kernels: kernels), Tensor(rows: 1, columns: count, start),
                Tensor(rows: 1, columns: count), Tensor(rows: 1, columns: count)
            )
        }
        for number in 1...20 {
            let gradient = generator.gaussians(count)
            plain.step(gradient, number: number, rate: 0.01, decay: 0.1, scale: 0.5)
            let step = AdamWStep(
                rate: 0.01, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, decay: 0.1, correction1: Float(1 - pow(0.9, Double(number))),
                correction2: Float(1 - pow(0.95, Double(number))), gradientScale: 0.5)
            for (compute, value, first, second) in states {
                compute.adamW(value: value, gradient: Tensor(rows: 1, columns: count, gradient), first: first, second: second, step)
            }
        }
        #expect(relativeError(states[0].1.array, plain.value) < 1e-6)
        #expect(relativeError(states[0].2.array, plain.first) < 1e-6 && relativeError(states[0].3.array, plain.second) < 1e-6)
        #expect(states.allSatisfy { $0.1.array == states[0].1.array })
    }

    @Test("Sums of squares agree with double precision", arguments: Kernels.all)
    func squares(kernels: Kernels) {
        var generator = SeededGenerator(seed: 42)
        for count in [0, 1, 1000, 200_001] {
            let numbers = generator.gaussians(count)
            let found = Compute(pool: WorkerPool(threads: 2), kernels: kernels).sumOfSquares(Tensor(rows: 1, columns: count, numbers))
            let expected = numbers.reduce(0) { $0 + Double($1) * Double($1) }
            #expect(abs(found - expected) <= 1e-6 * expected)
        }
    }
}
