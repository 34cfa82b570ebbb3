import Foundation
import Testing

@testable import Positions

@Suite("Position schemes")
struct SchemeTests {
    private static func geometry(base: Double = 1e4, trainedLength: Int = 4096, dimensions: Int = 128) -> RotaryGeometry {
        RotaryGeometry(headDim: dimensions, rotaryDim: dimensions, layout: .halves, base: base, trainedLength: trainedLength)
    }

    private func check(_ scheme: any PositionScheme, _ geometry: RotaryGeometry, length: Int = 4096, _ expected: [Int: Double]) {
        let found = scheme.rotary(for: geometry, length: length).inverseFrequencies
        for (pair, value) in expected { #expect(abs(found[pair] - value) <= 2e-8 * value, "\(scheme.name) pair \(pair): \(found[pair])") }
    }

    @Test("NTK-aware scaling keeps the fastest pair and slows the slowest by the factor")
    func ntk() {
        check(
            NTKPositions(factor: 4), Self.geometry(),
            [0: 1, 16: 0.0703227548, 32: 4.94528984e-3, 40: 1.31141361e-3, 48: 3.47766405e-4, 63: 2.88695496e-5])
    }

    @Test("Dynamic NTK grows the base with the announced length", arguments: [(8192, 51293.787), (16384, 135_401.973)])
    func dynamic(length: Int, base: Double) {
        let found = DynamicNTKPositions(factor: 4).rotary(for: Self.geometry(), length: length).inverseFrequencies
        for pair in 0..<64 { #expect(abs(found[pair] / pow(base, -Double(pair) / 64) - 1) < 1e-8) }
    }

    @Test("YaRN mixes by the number of the pair, NTK-by-parts by its turns")
    func ramps() {
        let yarn = YarnPositions(factor: 4)
        check(yarn, Self.geometry(), [0: 1, 16: 0.1, 32: 6.53846154e-3, 40: 1.3378867e-3, 48: 2.5e-4, 63: 2.88695496e-5])
        #expect(abs(yarn.gain - 1.138629436) < 1e-9)
        check(NTKByPartsPositions(factor: 4), Self.geometry(), [0: 1, 16: 0.1, 32: 3.83523866e-3, 63: 2.88695496e-5])
        // Between pairs 23 and 40.
        let wide = yarn.rotary(for: Self.geometry(base: 1e6, trainedLength: 32768), length: 1).inverseFrequencies
        let own = Self.geometry(base: 1e6).inverseFrequencies
        #expect(wide[23] == own[23] && wide[24] < own[24] && wide[39] > own[39] / 4 && wide[40] == own[40] / 4)
    }

    @Test("Llama 3's rule stretches the slow pairs of Llama 3.1 as published")
    func llama3() {
        let factors = Llama3Positions(originalLength: 8192).factors(for: Self.geometry(base: 5e5, trainedLength: 131_072))
        for (offset, factor) in [1.20748, 1.55341, 2.02631, 2.69453, 3.68425, 5.25733].enumerated() {
            #expect(abs(factors[29 + offset] - factor) < 1e-5)
        }
        #expect(factors[...28].allSatisfy { $0 == 1 } && factors[35...].allSatisfy { $0 == 8 })
    }

    @Test("LongRoPE's gain is that of its paper, for both of its lists")
    func longRoPE() {
        let scheme = LongRoPEPositions(shortFactors: [1], longFactors: [4], originalLength: 4096, stretch: 32)
        #expect(abs(scheme.gain - 1.190238) < 1e-6)
        let short = scheme.rotary(for: Self.geometry(), length: 4096), long = scheme.rotary(for: Self.geometry(), length: 4097)
        #expect(short.inverseFrequencies[0] == 1 && long.inverseFrequencies[0] == 0.25 && short.gain == long.gain)
        #expect(scheme.reach(for: Self.geometry()) == 131_072)
    }

    @Test("Giraffe's truncated basis keeps, slows and stops as many pairs as published", arguments: [(2048, 41, 14, 9), (4096, 46, 14, 4)])
    func truncated(cut: Int, kept: Int, slowed: Int, stopped: Int) {
        let own = Self.geometry().inverseFrequencies, slow = 2 * Double.pi / (16 * Double(cut))
        let found = TruncatedPositions(cut: cut).rotary(for: Self.geometry(), length: 1).inverseFrequencies
        #expect(zip(found, own).count { $0 == $1 } == kept)
        #expect(found.count { abs($0 / slow - 1) < 1e-12 } == slowed && found.count { $0 == 0 } == stopped)
        if cut == 2048 { #expect(abs(slow - 1.91747598e-4) < 1e-12) }
    }

    @Test("Giraffe's power basis slows the slow pairs most")
    func power() {
        check(PowerPositions(exponent: 0.5), Self.geometry(), [0: 1, 16: 0.0866025404, 32: 7.07106781e-3, 63: 1.44347748e-5])
    }

    @Test("Every scheme with nothing to do is the model's own rotation")
    func identity() {
        let geometry = Self.geometry(), own = ModelPositions().rotary(for: geometry, length: 1 << 20)
        let still: [any PositionScheme] = [
            LinearPositions(factor: 1), NTKPositions(factor: 1), DynamicNTKPositions(factor: 7), NTKByPartsPositions(factor: 1),
            YarnPositions(factor: 1), Llama3Positions(factor: 1), PowerPositions(exponent: 0), AdjustedBasePositions(base: 1e4),
            ProportionalPositions(share: 1),
            LongRoPEPositions(shortFactors: [], longFactors: [2], originalLength: 4096, stretch: 4, gain: 1),
        ]
        for scheme in still {
            let rotary = scheme.rotary(for: geometry, length: 4096)
            for (found, expected) in zip(rotary.inverseFrequencies, own.inverseFrequencies) {
                #expect(abs(found / expected - 1) < 1e-14, "\(scheme.name)")
            }
            #expect(rotary.gain == 1 && rotary.pairing == own.pairing)
        }
    }

    @Test("Schemes act on the model's own frequencies, factors included")
    func factors() {
        var geometry = Self.geometry()
        geometry.factors = Array(repeating: 2, count: 64)
        let plain = Self.geometry().inverseFrequencies
        for scheme in [LinearPositions(factor: 4) as any PositionScheme, YarnPositions(factor: 4, gain: 1)] {
            let found = scheme.rotary(for: geometry, length: 1).inverseFrequencies
            let expected = scheme.rotary(for: Self.geometry(), length: 1).inverseFrequencies
            for pair in plain.indices { #expect(abs(found[pair] / (expected[pair] / 2) - 1) < 1e-14) }
        }
    }

    @Test("A scheme reaches as far as its factor says, or as no pair turns farther than it did in training")
    func reach() {
        let geometry = Self.geometry()
        #expect(YarnPositions(factor: 4).reach(for: geometry) == 16384)
        #expect(NTKPositions(factor: 2.5).reach(for: geometry) == 10240)
        #expect(NoPositions().reach(for: geometry) == 4096)
        // The slowest pair that is only slowed has gone an eighth of the way round, at the new speed twice as late.
        #expect((8192...9200).contains(TruncatedPositions().reach(for: geometry)))
        let base = AdjustedBasePositions(base: 5e5)
        let new = base.rotary(for: geometry, length: 1).inverseFrequencies, limit = base.reach(for: geometry)
        for (own, new) in zip(geometry.inverseFrequencies, new) where own * 4096 < 2 * .pi {
            #expect(new * Double(limit) <= own * 4096 * 1.0001)
        }
        #expect(limit > 40000)
    }

    @Test("T5's buckets are exact for small distances and logarithmic beyond")
    func buckets() {
        let buckets = T5Buckets()
        let expected = [0: 0, 15: 15, 16: 16, 18: 16, 19: 17, 127: 31, 10_000: 31]
        for (distance, bucket) in expected { #expect(buckets.bucket(distance) == bucket) }
        let places = buckets.ofDistances
        #expect(places.count == 129 && places[16] == 16 && places[128] == 31)
    }

    @Test("ALiBi's slopes for 12 heads are those of 8 and every second of 16")
    func slopes() {
        let exponents = [1, 2, 3, 4, 5, 6, 7, 8, 0.5, 1.5, 2.5, 3.5]
        for (slope, exponent) in zip(ALiBi.slopes(heads: 12), exponents) { #expect(abs(slope - Float(exp2(-exponent))) < 1e-7) }
    }

    @Test("The scale of queries begins beyond its length and grows with the logarithm")
    func queryScale() {
        let scale = QueryScale.logarithmic(beyond: 1024)
        #expect(scale.factor(at: 0) == 1 && scale.factor(at: 1023) == 1)
        #expect(abs(scale.factor(at: (1 << 20) - 1) - 2) < 1e-12)
        #expect(QueryScale.constant(1.5).factor(at: 7) == 1.5)
    }
}
