import Foundation
import Testing

@testable import Positions

@Suite("Rotary position embedding")
struct RotaryTests {
    private func geometry(base: Double, layout: Rotary.Layout = .halves) -> RotaryGeometry {
        RotaryGeometry(headDim: 128, rotaryDim: 128, layout: layout, base: base, trainedLength: 4096)
    }

    @Test("Base frequencies match the reference values")
    func baseFrequencies() {
        let frequencies = ModelPositions().rotary(for: geometry(base: 1e4), length: 4096).inverseFrequencies
        let expected = [0: 1, 16: 0.1, 32: 0.01, 40: 3.16227766e-3, 48: 1e-3, 63: 1.15478198e-4]
        for (pair, value) in expected { #expect(abs(frequencies[pair] / value - 1) < 1e-8, "pair \(pair)") }
    }

    @Test("Llama 3.1 factors divide the frequencies")
    func llamaFactors() {
        var factors = [Double](repeating: 1, count: 64)
        for (offset, factor) in [1.20748, 1.55341, 2.02631, 2.69453, 3.68425, 5.25733].enumerated() { factors[29 + offset] = factor }
        for pair in 35..<64 { factors[pair] = 8 }
        let own = geometry(base: 5e5).inverseFrequencies
        var divided = geometry(base: 5e5)
        divided.factors = factors
        let scaled = ModelPositions().rotary(for: divided, length: 131_072).inverseFrequencies
        #expect(scaled[28] == own[28])
        #expect(scaled[63] == own[63] / 8)
        // The factors of the published rule, recomputed: wavelengths between 2048 and 8192 tokens are blended.
        for pair in 0..<64 {
            let wavelength = 2 * Double.pi / own[pair], blend = min(max((8192 / wavelength - 1) / 3, 0), 1)
            #expect(abs(scaled[pair] / ((1 - blend) * own[pair] / 8 + blend * own[pair]) - 1) < 1e-5, "pair \(pair)")
        }
    }

    @Test("A linear factor divides every frequency")
    func linear() {
        let scaled = LinearPositions(factor: 4).rotary(for: geometry(base: 1e4), length: 16_384)
        for (a, b) in zip(scaled.inverseFrequencies, geometry(base: 1e4).inverseFrequencies) { #expect(a == b / 4) }
    }

    @Test("Paired order puts the members of a pair side by side and what does not turn last")
    func pairing() {
        let halves = Rotary(headDim: 10, layout: .halves, inverseFrequencies: [1, 0.5, 0.25])
        #expect(halves.pairing == [0, 3, 1, 4, 2, 5, 6, 7, 8, 9])
        let interleaved = Rotary(headDim: 8, layout: .interleaved, inverseFrequencies: [1, 0.5])
        #expect(interleaved.pairing == [0, 1, 2, 3, 4, 5, 6, 7])
        #expect(Rotary.none(headDim: 5).pairing == [0, 1, 2, 3, 4])
    }

    @Test(
        "Tabulated angles equal computed ones, far away, negative and beyond the table",
        arguments: [0, 1, 63, 64, 1000, -77, 131_071, 10_000_000])
    func table(distance: Int) {
        let rotary = ModelPositions().rotary(for: geometry(base: 1e4), length: 4096)
        let table = AngleTable(rotary: rotary, reach: 131_072)
        var entry = [Float](repeating: 0, count: table.entryCount)
        entry.withUnsafeMutableBufferPointer { buffer in
            if let base = buffer.baseAddress { table.write(distance: distance, to: base) }
        }
        for pair in 0..<rotary.pairs {
            let angle = Double(distance) * rotary.inverseFrequencies[pair]
            #expect(abs(Double(entry[pair]) - cos(angle)) < 3e-7)
            #expect(abs(Double(entry[rotary.pairs + pair]) - sin(angle)) < 3e-7)
        }
    }
}
