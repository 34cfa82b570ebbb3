import ApusTesting
import CKernels
import Foundation
import Tensors
import Testing

/// Gradients are held to slopes of the same functions in double precision, written plainly.
@Suite("Gradients")
struct GradientTests {
    private static func compute(_ kernels: Kernels, threads: Int = 1) -> Compute {
        Compute(pool: WorkerPool(threads: threads), kernels: kernels)
    }

    private static func random(_ rows: Int, _ columns: Int, seed: UInt64, offset: Float = 0) -> Tensor {
        var generator = SeededGenerator(seed: seed)
        return Tensor(rows: rows, columns: columns, generator.gaussians(rows * columns).map { $0 + offset })
    }

    /// How `loss` changes with one of the numbers, by central differences.
    static func slope(_ numbers: [Float], at place: Int, _ loss: ([Double]) -> Double) -> Double {
        var low = numbers.map(Double.init), high = low
        low[place] -= 1e-5
        high[place] += 1e-5
        return (loss(high) - loss(low)) / 2e-5
    }

    private static func dot(_ numbers: [Double], _ weights: Tensor) -> Double {
        zip(numbers, weights.array).reduce(0) { $0 + $1.0 * Double($1.1) }
    }

    // MARK: Norms

    /// Rows of x normalised in runs as long as a row of weights.
    private static func normalised(_ x: [Double], weight: [Double], run: Int, centred: Bool) -> [Double] {
        stride(from: 0, to: x.count, by: run).flatMap { start in
            let values = x[start..<start + run], mean = centred ? values.reduce(0, +) / Double(run) : 0
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(run) + 1e-3
            return values.enumerated().map { ($1 - mean) / variance.squareRoot() * weight[(start + $0) % weight.count] }
        }
    }

    struct NormShape: CustomTestStringConvertible {
        let rows: Int
        let columns: Int
        let weightRows: Int
        let weightColumns: Int
        let isCentred: Bool
        var testDescription: String { "[\(rows), \(columns)] by [\(weightRows), \(weightColumns)], centred: \(isCentred)" }
    }

    static let normShapes: [NormShape] = [true, false].flatMap { isCentred in
        [(1, 1, 1, 1), (3, 37, 1, 37), (5, 48, 1, 16), (4, 60, 3, 10), (40, 64, 1, 64)].map {
            NormShape(rows: $0.0, columns: $0.1, weightRows: $0.2, weightColumns: $0.3, isCentred: isCentred)
        }
    }

    @Test("Norms", arguments: Kernels.all, normShapes)
    func norms(kernels: Kernels, shape: NormShape) {
        let x = Self.random(shape.rows, shape.columns, seed: 1, offset: 0.5), ahead = Self.random(shape.rows, shape.columns, seed: 2)
        let weight = Self.random(shape.weightRows, shape.weightColumns, seed: 3)
        let weightGradient = Self.random(shape.weightRows, shape.weightColumns, seed: 4), before = weightGradient.array
        let bias = Tensor(rows: shape.weightRows, columns: shape.weightColumns), compute = Self.compute(kernels)
        let gradient = Tensor(rows: shape.rows, columns: shape.columns, ahead.array)
        if shape.isCentred {
            compute.layerNormGradient(
                x, weight: weight, epsilon: 1e-3, outputGradient: gradient, into: gradient, addingTo: weightGradient, biasGradient: bias)
        } else {
            compute.rmsNormGradient(
                x, weight: weight, epsilon: 1e-3, outputGradient: gradient, into: gradient, addingTo: weightGradient)
        }
        func loss(_ x: [Double], _ weight: [Double]) -> Double {
            Self.dot(Self.normalised(x, weight: weight, run: shape.weightColumns, centred: shape.isCentred), ahead)
        }
        for place in stride(from: 0, to: x.count, by: max(1, x.count / 9)) {
            let expected = Self.slope(x.array, at: place) { loss($0, weight.array.map(Double.init)) }
            #expect(abs(Double(gradient.array[place]) - expected) < 2e-5 * max(1, abs(expected)), "x \(place)")
        }
        for place in 0..<min(9, weight.count) {
            let expected = Self.slope(weight.array, at: place) { loss(x.array.map(Double.init), $0) }
            let found = Double(weightGradient.array[place]) - Double(before[place])
            #expect(abs(found - expected) < 2e-5 * max(1, abs(expected)), "weight \(place)")
        }
        guard shape.isCentred else { return }
        for place in 0..<bias.count {
            let expected = stride(from: place, to: ahead.count, by: bias.count).reduce(0) { $0 + Double(ahead.array[$1]) }
            #expect(abs(Double(bias.array[place]) - expected) < 1e-5, "bias \(place)")
        }
    }

    // MARK: Activations

    @Test("Activations, also in place", arguments: Kernels.all, Activation.allCases)
    func activations(kernels: Kernels, activation: Activation) {
        let inputs = stride(from: Float(-20), through: 20, by: 0.0371).map { $0 }
        let x = Tensor(rows: 1, columns: inputs.count, inputs), ahead = Self.random(1, inputs.count, seed: 5)
        let factors = ahead.array
        Self.compute(kernels).activateGradient(x, activation, outputGradient: ahead, into: ahead)
        for (place, input) in inputs.enumerated() {
            let expected = Double(factors[place]) * Self.slope([input], at: 0) { activation.exact($0[0]) }
            #expect(abs(Double(ahead.array[place]) - expected) < 3e-6 * max(1, abs(expected)), "\(input)")
        }
    }

    static let gatedActivations: [GatedActivation] =
        Activation.allCases.map(GatedActivation.plain) + [.clamped(limit: 1.1, slope: 1.702)]

    @Test("Gates, also over their inputs", arguments: Kernels.all, gatedActivations)
    func gates(kernels: Kernels, activation: GatedActivation) {
        let gate = Self.random(3, 37, seed: 6), up = Self.random(3, 37, seed: 7), ahead = Self.random(3, 37, seed: 8)
        let (gates, ups) = (gate.array, up.array)
        Self.compute(kernels).gateGradient(
            activation, gate: gate, up: up, outputGradient: ahead, gateGradient: gate, upGradient: up)
        func joined(_ gate: Double, _ up: Double) -> Double {
            switch activation {
            case .plain(let activation): return activation.exact(gate) * up
            case .clamped(let limit, let slope):
                let open = min(gate, Double(limit)), rest = min(max(up, -Double(limit)), Double(limit)) + 1
                return open / (1 + exp(-Double(slope) * open)) * rest
            }
        }
        for place in gates.indices {
            let factor = Double(ahead.array[place])
            let gateSlope = factor * Self.slope([gates[place]], at: 0) { joined($0[0], Double(ups[place])) }
            let upSlope = factor * Self.slope([ups[place]], at: 0) { joined(Double(gates[place]), $0[0]) }
            #expect(abs(Double(gate.array[place]) - gateSlope) < 5e-6 * max(1, abs(gateSlope)), "gate \(gates[place])")
            #expect(abs(Double(up.array[place]) - upSlope) < 5e-6 * max(1, abs(upSlope)), "up \(ups[place])")
        }
    }

    @Test("Soft caps", arguments: Kernels.all)
    func softCap(kernels: Kernels) {
        let x = Self.random(3, 50, seed: 9), gradient = Tensor(rows: 3, columns: 50, [Float](repeating: 1, count: 150))
        let capped = Tensor(rows: 3, columns: 50, x.array), compute = Self.compute(kernels)
        compute.softCap(capped, 1.5)
        compute.softCapGradient(capped, 1.5, gradient: gradient)
        #expect(relativeError(gradient.array, x.array.map { 1 - pow(tanh(Double($0) / 1.5), 2) }) < 1e-6)
    }

    // MARK: Loss

    private static func loss(_ logits: [Double], target: Int) -> Double {
        let most = logits.max() ?? 0
        return most + log(logits.reduce(0) { $0 + exp($1 - most) }) - logits[target]
    }

    @Test("Cross-entropy, weighted and scaled", arguments: Kernels.all, [1, 7, 64, 203])
    func crossEntropy(kernels: Kernels, count: Int) {
        let logits = Self.random(4, count, seed: 10), before = logits.array
        let targets = (0..<9).map { Int32($0 * 5 % count) }, weights: [Float] = [9, 9, 1, 0, 0.5, 2, 9, 9, 9]
        let sum = Self.compute(kernels).crossEntropy(logits: logits, targets: targets[2..<6], weights: weights[2..<6], scale: 0.25)
        var expectedSum = 0.0
        for row in 0..<4 {
            let own = Array(before[row * count..<(row + 1) * count]), weight = Double(weights[row + 2])
            expectedSum += weight * Self.loss(own.map(Double.init), target: Int(targets[row + 2]))
            for column in 0..<count {
                let expected = 0.25 * weight * Self.slope(own, at: column) { Self.loss($0, target: Int(targets[row + 2])) }
                #expect(abs(Double(logits[row, column]) - expected) < 2e-6, "[\(row), \(column)]")
            }
        }
        #expect(abs(sum - expectedSum) < 1e-5 * max(1, expectedSum))
    }

    @Test("The loss of logits that are no numbers is none", arguments: Kernels.all)
    func brokenLogits(kernels: Kernels) {
        let logits = Tensor(rows: 1, columns: 40, [Float](repeating: 1, count: 39) + [.nan])
        #expect(Self.compute(kernels).crossEntropy(logits: logits, targets: [0], weights: [1], scale: 1).isNaN)
    }

    @Test("Embeddings add up where tokens repeat", arguments: Kernels.all)
    func embeddings(kernels: Kernels) {
        let tokens: [Int32] = [3, 0, 3, 3, 1], ahead = Self.random(5, 150, seed: 12), table = Self.random(4, 150, seed: 13)
        var expected = table.array.map(Double.init)
        for (row, token) in tokens.enumerated() {
            for column in 0..<150 { expected[Int(token) * 150 + column] += Double(ahead[row, column]) }
        }
        Self.compute(kernels, threads: 2).embedGradient(tokens: tokens, outputGradient: ahead, addingTo: table)
        #expect(relativeError(table.array, expected) < 1e-6)
    }

    // MARK: Threads

    @Test("Any number of threads gives the same bits", arguments: Kernels.all, [1, 33, 500])
    func threads(kernels: Kernels, rows: Int) {
        let results = [1, 2, 3].map { threads in
            let compute = Self.compute(kernels, threads: threads), x = Self.random(rows, 200, seed: 20)
            let ahead = Self.random(rows, 200, seed: 21), weight = Self.random(1, 200, seed: 22)
            let sums = (0..<3).map { _ in Tensor(rows: 1, columns: 200) }, into = Tensor(rows: rows, columns: 200)
            compute.rmsNormGradient(x, weight: weight, epsilon: 1e-5, outputGradient: ahead, into: into, addingTo: sums[0])
            compute.layerNormGradient(
                x, weight: weight, epsilon: 1e-5, outputGradient: ahead, into: into, addingTo: sums[1], biasGradient: sums[2])
            let table = Tensor(rows: 9, columns: 200)
            compute.embedGradient(tokens: (0..<rows).map { Int32($0 % 9) }, outputGradient: ahead, addingTo: table)
            let loss = compute.crossEntropy(
                logits: x, targets: (0..<rows).map { Int32($0 % 200) }[...], weights: [Float](repeating: 1, count: rows)[...], scale: 1)
            return sums.map(\.array) + [into.array, table.array, x.array, [Float(loss), Float(compute.sumOfSquares(ahead))]]
        }
        #expect(results[0] == results[1] && results[0] == results[2])
    }
}
