import Diagnostics
import Testing

@testable import Generation

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Of every filter, alone and together.
private let filterings: [SamplingOptions] = [
    SamplingOptions(temperature: 1),
    SamplingOptions(temperature: 0.3),
    SamplingOptions(temperature: 3),
    SamplingOptions(temperature: 1, topK: 1),
    SamplingOptions(temperature: 1, topK: 7),
    SamplingOptions(temperature: 1, topK: 100_000),
    SamplingOptions(temperature: 1, topP: 0.05),
    SamplingOptions(temperature: 1, topP: 0.9),
    SamplingOptions(temperature: 0.5, topP: 0.999),
    SamplingOptions(temperature: 1, minP: 0.1),
    SamplingOptions(temperature: 1, minP: 1),
    SamplingOptions(temperature: 0.8, topK: 40, topP: 0.95, minP: 0.05),
    SamplingOptions(temperature: 2, topK: 20, topP: 0.5, minP: 0.3),
]

@Suite("Sampler") struct SamplerTests {
    @Test("Every filter leaves the tokens and probabilities of the definition", arguments: filterings)
    func filters(options: SamplingOptions) throws {
        var random = RandomSource(seed: 11)
        for count in [1, 2, 39, 1_000] {
            // Rounded to quarters, many logits are equal, some at the border of each filter.
            let logits = (0..<count).map { _ in (random.normal() * 12).rounded() / 4 }
            let expected = referenceProbabilities(logits, options)
            let set = logits.withUnsafeBufferPointer { CandidateSet($0, options: options) }
            let left = zip(set.tokens, set.weights).filter { $0.1 > 0 }
            let total = set.weights.reduce(0, +)
            #expect(left.map { Int($0.0) } == expected.keys.sorted())
            for (token, weight) in left {
                let probability = try #require(expected[Int(token)])
                #expect(abs(weight / total - probability) < 1e-12)
            }
        }
    }

    @Test("Tokens come as often as their probabilities say", arguments: filterings)
    func frequencies(options: SamplingOptions) throws {
        let logits: [Float] = [0.5, -1, 2, 1.5, 0, 2, -3, 1, 0.25, 0.75]
        let draws = 20_000
        var options = options
        options.seed = 2026
        let set = logits.withUnsafeBufferPointer { CandidateSet($0, options: options) }
        var random = RandomSource(seed: 2026)
        let drawn = (0..<draws).compactMap { _ in set.draw(random.unitInterval()) }
        var sampler = try Sampler(options)
        for token in drawn.prefix(50) { #expect(try sampler.next(logits) == token) }
        let counts = drawn.reduce(into: [:]) { counts, token in counts[Int(token), default: 0] += 1 }
        let expected = referenceProbabilities(logits, options)
        #expect(Set(counts.keys).isSubset(of: expected.keys))
        let chiSquare = expected.reduce(0.0) { sum, entry in
            let mean = entry.value * Double(draws)
            let difference = Double(counts[entry.key] ?? 0) - mean
            return sum + difference * difference / mean
        }
        // 27.9 is exceeded once in a thousand times with nine degrees of freedom, and less often with fewer.
        #expect(chiSquare < 27.9)
    }

    @Test("Greedy takes the highest logit, of equals the lowest token, whatever stands between")
    func greedy() throws {
        var sampler = try Sampler(.greedy)
        #expect(try sampler.next([1, 3, .nan, 3, 2]) == 1)
        #expect(try sampler.next([.nan, -.infinity, -5]) == 2)
        #expect(try sampler.next([0, .infinity, 5, .infinity]) == 1)
    }

    @Test("Of equal logits top-k and top-p keep the lowest tokens")
    func ties() {
        let logits: [Float] = Array(repeating: 1, count: 64)
        for options in [SamplingOptions(temperature: 1, topK: 3), SamplingOptions(temperature: 1, topP: 3.0 / 64)] {
            let set = logits.withUnsafeBufferPointer { CandidateSet($0, options: options) }
            #expect(zip(set.tokens, set.weights).filter { $0.1 > 0 }.map(\.0) == [0, 1, 2])
        }
    }

    @Test("The coldest temperature is greedy, the hottest uniform, and neither leaves the numbers")
    func extremeTemperatures() throws {
        let logits: [Float] = [-Float.greatestFiniteMagnitude, 3, 3.000001, .greatestFiniteMagnitude, 0]
        var cold = try Sampler(SamplingOptions(temperature: .leastNonzeroMagnitude, topP: 0.9, seed: 1))
        for _ in 0..<100 { #expect(try cold.next(logits) == 3) }
        let hot = SamplingOptions(temperature: .greatestFiniteMagnitude)
        let set = logits.withUnsafeBufferPointer { CandidateSet($0, options: hot) }
        #expect(set.weights.allSatisfy { abs($0 - 1) < 1e-12 })
    }

    @Test("NaN and minus infinity are never drawn, plus infinity always")
    func unusualLogits() throws {
        var sampler = try Sampler(SamplingOptions(temperature: 5, seed: 3))
        for _ in 0..<200 {
            #expect([1, 3].contains(try sampler.next([.nan, 0, -.infinity, 1])))
            #expect(try sampler.next([0, .infinity, 9]) == 1)
        }
    }

    @Test("A row in which nothing can be chosen is an error that says why", arguments: [0, 1] as [Double])
    func nothingToChoose(temperature: Double) throws {
        var sampler = try Sampler(SamplingOptions(temperature: temperature, topK: 2, topP: 0.5, minP: 0.1))
        #expect(throws: SamplingError.noUsableLogit(vocabularyCount: 3, notNumbers: 2)) {
            try sampler.next([.nan, -.infinity, .nan])
        }
        #expect(throws: SamplingError.noUsableLogit(vocabularyCount: 0, notNumbers: 0)) { try sampler.next([]) }
    }

    @Test("The repetition penalty divides positive and multiplies negative logits of the window, once each")
    func repetitionPenalty() throws {
        var sampler = try Sampler(SamplingOptions(repetitionPenalty: 2, repetitionWindow: 2))
        // 7 lies outside the vocabulary, as a token of the prompt may with a vocabulary cut short.
        sampler.remember([7, 0, 0])
        #expect(try sampler.next([4, 2.5, -1, -3]) == 1, "0 stands at 2")
        #expect(try sampler.next([4, 2.5, -1, -3]) == 0, "0 stands at 2, and 1, just chosen, at 1.25")
        sampler.remember([2, 2])
        #expect(try sampler.next([-2.1, -5, -1, -3]) == 2, "2 stands at -2, not -4")
    }

    @Test("Tokens out of the repetition window count no more")
    func repetitionWindow() {
        var recent = RecentTokens(limit: 3)
        for token in [1, 2, 3, 4, 2] as [Int32] { recent.append(token) }
        #expect(recent.distinct == [3, 4, 2])
    }

    @Test("The same seed gives the same tokens, and they are those of the definition computed elsewhere")
    func reproducible() throws {
        let logits = (0..<101).map { Float($0 * 37 % 101) / 16 }
        var filtered = try Sampler(SamplingOptions(temperature: 0.8, topK: 40, topP: 0.95, minP: 0.02, seed: 7))
        #expect(
            try (0..<16).map { _ in try filtered.next(logits) }
                == [68, 30, 87, 98, 98, 90, 8, 16, 38, 19, 57, 73, 92, 90, 46, 57])
        var open = try Sampler(SamplingOptions(temperature: 1.5, seed: 7))
        #expect(
            try (0..<16).map { _ in try open.next(logits) }
                == [69, 30, 86, 98, 100, 89, 8, 13, 40, 18, 56, 75, 95, 90, 46, 57])
    }

    @Test("A filter that removes nothing changes nothing, and a seed that was drawn can be used again")
    func neutralFilters() throws {
        let logits = (0..<500).map { Float($0 * 211 % 500) / 100 }
        var first = try Sampler(SamplingOptions(temperature: 1))
        var again = try Sampler(SamplingOptions(temperature: 1, topK: 500, minP: 1e-9, seed: first.seed))
        for _ in 0..<50 { #expect(try first.next(logits) == again.next(logits)) }
    }
}

@Suite("Exponential") struct ExponentialTests {
    @Test("It agrees with the C library to two units in the last place, from 0 down to where it is 0")
    func againstLibrary() {
        var random = RandomSource(seed: 6)
        for scale in [1e-12, 0.01, 1, 30, 700] {
            for _ in 0..<200 {
                let x = SIMD8<Double>((0..<8).map { _ in -scale * random.unitInterval() })
                let value = exponential(x)
                for lane in 0..<8 { #expect(abs(value[lane] - exp(x[lane])) <= 2 * exp(x[lane]).ulp) }
            }
        }
        #expect(exponential(SIMD8(0, -0.0, -700, -700.1, -1e300, -.infinity, .nan, -1))[5] == 0)
        #expect(exponential(SIMD8(0, -0.0, -700, -700.1, -1e300, -.infinity, .nan, -1))[6] == 0)
        #expect(exponential(.zero) == .one)
    }
}

@Suite("Random source") struct RandomSourceTests {
    @Test("SplitMix64 and xoshiro256** give their authors' numbers")
    func publishedNumbers() {
        var seeder = SplitMix64(seed: 1_234_567)
        #expect(
            (0..<5).map { _ in seeder.next() } == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423, 4_593_380_528_125_082_431,
                16_408_922_859_458_223_821,
            ])
        var random = RandomSource(state: (1, 2, 3, 4))
        #expect(
            (0..<6).map { _ in random.next() } == [
                11_520, 0, 1_509_978_240, 1_215_971_899_390_074_240, 1_216_172_134_540_287_360, 607_988_272_756_665_600,
            ])
        var seeded = RandomSource(seed: 42)
        #expect((0..<2).map { _ in seeded.next() } == [1_546_998_764_402_558_742, 6_990_951_692_964_543_102])
    }

    @Test("The unit interval is evenly filled and never reaches 1")
    func unitInterval() {
        var random = RandomSource(seed: 5)
        var bins = [Int](repeating: 0, count: 10)
        for _ in 0..<10_000 { bins[Int(random.unitInterval() * 10)] += 1 }
        #expect(bins.allSatisfy { abs($0 - 1_000) < 120 })
    }
}
