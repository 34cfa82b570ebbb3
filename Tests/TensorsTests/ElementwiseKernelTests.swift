import CKernels
import Foundation
import Tensors
import Testing

@Suite("Elementwise kernels")
struct ElementwiseKernelTests {
    private static let counts = [1, 5, 16, 31, 64, 203, 896]

    private func table(_ kernels: Kernels) throws -> ElementwiseKernels { try #require(elementwise_kernels(kernels.family)).pointee }

    @Test("RMS normalisation agrees with double precision", arguments: Kernels.all)
    func rmsNorm(kernels: Kernels) throws {
        var generator = SeededGenerator(seed: 4)
        for count in Self.counts {
            let x = generator.gaussians(count)
            let weight = generator.gaussians(count)
            var out = [Float](repeating: 0, count: count)
            try table(kernels).rms_norm(x, weight, count, 1e-5, &out)
            let mean = x.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(count)
            let expected = zip(x, weight).map { Double($0) * Double($1) / (mean + 1e-5).squareRoot() }
            #expect(relativeError(out, expected) < 3e-7)
        }
    }

    @Test("Sums and products by a factor are exact", arguments: Kernels.all)
    func addAndScale(kernels: Kernels) throws {
        var generator = SeededGenerator(seed: 5)
        for count in Self.counts {
            let x = generator.gaussians(count)
            let y = generator.gaussians(count)
            var out = y
            try table(kernels).add(x, count, &out)
            #expect(out == zip(x, y).map { $0 + $1 })
            try table(kernels).scale(0.3, count, &out)
            #expect(out == zip(x, y).map { ($0 + $1) * 0.3 })
        }
    }

    @Test("Softmax sums to one and gives nothing to minus infinity", arguments: Kernels.all)
    func softmax(kernels: Kernels) throws {
        var generator = SeededGenerator(seed: 6)
        for count in Self.counts {
            var x = generator.gaussians(count).map { $0 * 9 + 1000 }
            if count > 1 { x[count / 2] = -.infinity }
            let most = Double(x.max() ?? 0)
            let exponentials = x.map { exp(Double($0) - most) }
            let sum = exponentials.reduce(0, +)
            try table(kernels).softmax(count, &x)
            #expect(relativeError(x, exponentials.map { $0 / sum }) < 5e-7)
            #expect(count == 1 || x[count / 2] == 0)
        }
        var hidden = [Float](repeating: -.infinity, count: 20)
        try table(kernels).softmax(20, &hidden)
        #expect(hidden.allSatisfy { $0 == 0 })
    }

    @Test("Argmax finds the first largest value and passes over NaN", arguments: Kernels.all)
    func argmax(kernels: Kernels) throws {
        var generator = SeededGenerator(seed: 7)
        for count in Self.counts {
            var x = generator.gaussians(count)
            let place = Int.random(in: 0..<count, using: &generator)
            x[place] = 50
            x[count - 1] = 50
            if place > 0 { x[0] = .nan }
            #expect(try table(kernels).argmax(x, count) == place)
        }
        #expect(try table(kernels).argmax([.nan, .nan], 2) == 0)
        #expect(try table(kernels).argmax([.nan, -.infinity], 2) == 1)
    }

    @Test("Weight rows are decoded to the same bits by every family", arguments: Kernels.all, RandomWeights.types)
    func decode(kernels: Kernels, type: StorageType) throws {
        var generator = SeededGenerator(seed: 8)
        for columns in type.blockLength == 256 ? [256, 768] : [32, 96, 128, 224] {
            let weights = RandomWeights(type, rows: 3, columns: columns, using: &generator)
            let matrix = try weights.matrix()
            var out = [Float](repeating: 0, count: columns)
            for row in 0..<3 {
                matrix.decodeRow(row, into: &out, kernels: kernels)
                #expect(out.map(Double.init) == Array(weights.values[row * columns..<row * columns + columns]))
            }
        }
    }

    @Test("Every half-precision number is decoded, subnormal, infinite and NaN ones too", arguments: Kernels.all)
    func halves(kernels: Kernels) throws {
        let halves = (0...UInt16.max).map { $0 }
        var out = [Float](repeating: 0, count: halves.count)
        try table(kernels).decode(WEIGHTS_F16, halves, halves.count, &out)
        for (half, value) in zip(halves, out) {
            let expected = HalfPrecision.value(of: half)
            if !(Double(value) == expected || (value.isNaN && expected.isNaN)) { Issue.record("half \(half) became \(value)") }
        }
    }
}
