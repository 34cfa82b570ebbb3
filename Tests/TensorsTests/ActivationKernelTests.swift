import ApusTesting
import CKernels
import Foundation
import Tensors
import Testing

@Suite("Activation kernels")
struct ActivationKernelTests {
    private static let counts = [1, 5, 16, 31, 64, 203]
    private static let inputs = stride(from: Float(-30), through: 30, by: 0.0173).map { $0 }

    private func table(_ kernels: Kernels) throws -> ActivationKernels { try #require(activation_kernels(kernels.family)).pointee }

    @Test("Functions agree with double precision", arguments: Kernels.all, Activation.allCases)
    func functions(kernels: Kernels, activation: Activation) {
        let compute = Compute(pool: WorkerPool(threads: 1), kernels: kernels)
        let x = Tensor(rows: 1, columns: Self.inputs.count, Self.inputs)
        compute.activate(x, activation)
        for (input, output) in zip(Self.inputs, x.array) {
            #expect(abs(Double(output) - activation.exact(Double(input))) <= 3e-7 * Double(abs(input)), "\(input)")
        }
    }

    @Test("A gate is its function times the other half, and quiet at the extremes", arguments: Kernels.all)
    func gates(kernels: Kernels) throws {
        let up = Self.inputs.map { 1 + $0 / 100 }
        for activation in Activation.allCases {
            let compute = Compute(pool: WorkerPool(threads: 1), kernels: kernels)
            let gate = Tensor(rows: 1, columns: Self.inputs.count, Self.inputs), plain = Tensor(rows: 1, columns: up.count, Self.inputs)
            compute.activate(plain, activation)
            compute.gate(.plain(activation), gate: gate, up: Tensor(rows: 1, columns: up.count, up), into: gate)
            #expect(relativeError(gate.array, zip(plain.array, up).map { Double($0) * Double($1) }) < 3e-7)
        }
        var far: [Float] = [0, 0, 0]
        try table(kernels).gate(ACTIVATION_SILU, [-1e30, 1e30, -.zero], [1, 1, 1], 3, &far)
        #expect(far[0].isFinite && abs(far[0]) < 1e-6 && far[1] == 1e30 && far[2] == 0)
    }

    @Test("A bias before the function is the same as a bias added beforehand", arguments: Activation.allCases)
    func bias(activation: Activation) {
        let compute = Compute(pool: WorkerPool(threads: 2)), numbers = (0..<30 * 41).map { Float($0 % 173) * 0.05 - 4 }
        let x = Tensor(rows: 30, columns: 41, numbers), y = Tensor(rows: 30, columns: 41, numbers)
        let bias = Tensor(rows: 1, columns: 41, (0..<41).map { Float($0) * 0.1 - 2 })
        compute.activate(x, activation, bias: bias)
        compute.addBias(y, bias)
        compute.activate(y, activation)
        #expect(x.array == y.array)
    }

    @Test("The clamped gate keeps both halves within its limit", arguments: Kernels.all)
    func clampedGate(kernels: Kernels) throws {
        let up = Self.inputs.reversed().map { $0 }
        var out = [Float](repeating: 0, count: up.count)
        try table(kernels).gate_clamped(Self.inputs, up, up.count, 7, 1.702, &out)
        let expected = zip(Self.inputs, up).map { gate, up in
            let open = min(Double(gate), 7)
            return open / (1 + exp(-1.702 * open)) * (min(max(Double(up), -7), 7) + 1)
        }
        #expect(relativeError(out, expected) < 5e-7)
    }

    @Test("Layer normalisation agrees with double precision, with a bias and without", arguments: Kernels.all)
    func layerNorm(kernels: Kernels) throws {
        var generator = SeededGenerator(seed: 14)
        for count in Self.counts {
            let x = generator.gaussians(count).map { $0 + 3 }, weight = generator.gaussians(count), bias = generator.gaussians(count)
            let mean = x.reduce(0.0) { $0 + Double($1) } / Double(count)
            let variance = x.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(count)
            let expected = zip(x, weight).map { (Double($0) - mean) / (variance + 1e-5).squareRoot() * Double($1) }
            var out = [Float](repeating: 0, count: count)
            try table(kernels).layer_norm(x, weight, nil, count, 1e-5, &out)
            #expect(relativeError(out, expected) < 2e-6)
            try table(kernels).layer_norm(x, weight, bias, count, 1e-5, &out)
            #expect(relativeError(out, zip(expected, bias).map { $0 + Double($1) }) < 2e-6)
        }
    }

    @Test("Soft caps bend and clamps cut", arguments: Kernels.all)
    func limits(kernels: Kernels) throws {
        var capped = Self.inputs.map { $0 * 9 }, clamped = Self.inputs
        try table(kernels).soft_cap(30, capped.count, &capped)
        #expect(relativeError(capped, Self.inputs.map { 30 * tanh(Double($0 * 9) / 30) }) < 3e-7)
        try table(kernels).clamp(2.5, clamped.count, &clamped)
        #expect(clamped == Self.inputs.map { min(max($0, -2.5), 2.5) })
    }
}
