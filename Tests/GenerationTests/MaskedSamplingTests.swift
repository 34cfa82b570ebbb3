import Testing

@testable import Generation

@Suite("Sampling with masks, penalties and biases") struct MaskedSamplingTests {
    private static let options: [SamplingOptions] = [
        .greedy, SamplingOptions(temperature: 1, seed: 1), SamplingOptions(temperature: 0.7, topK: 5, seed: 2),
        SamplingOptions(temperature: 1.2, topP: 0.8, seed: 3), SamplingOptions(temperature: 1, topK: 40, topP: 0.9, minP: 0.1, seed: 4),
        SamplingOptions(temperature: 1, repetitionPenalty: 1.3, presencePenalty: 0.5, frequencyPenalty: 0.25, logitBias: [3: 1], seed: 5),
    ]

    @Test("A mask is the same as minus infinity for all that it leaves out", arguments: options)
    func asInfinity(options: SamplingOptions) throws {
        var random = RandomSource(seed: 21)
        var masked = try Sampler(options), reference = try Sampler(options)
        for _ in 0..<200 {
            let logits = (0..<150).map { _ in (random.normal() * 8).rounded() / 4 }
            var mask = TokenMask(tokenCount: 140)
            for token in 0..<Int32(140) where random.next() % 5 == 0 { mask.insert(token) }
            let hidden = logits.enumerated().map { mask.contains(Int32($0.offset)) ? $0.element : -.infinity }
            let token = try logits.withUnsafeBufferPointer { row in try masked.next(logits: row, mask: mask) }
            let expected = try reference.next(hidden)
            #expect(token == expected)
            #expect(mask.contains(token))
        }
    }

    @Test("A mask of all tokens changes nothing", arguments: options)
    func everything(options: SamplingOptions) throws {
        var random = RandomSource(seed: 22)
        var masked = try Sampler(options), plain = try Sampler(options)
        var mask = TokenMask(tokenCount: 99)
        for token in 0..<Int32(99) { mask.insert(token) }
        for _ in 0..<100 {
            let logits = (0..<99).map { _ in random.normal() }
            let token = try logits.withUnsafeBufferPointer { row in try masked.next(logits: row, mask: mask) }
            let expected = try plain.next(logits)
            #expect(token == expected)
        }
    }

    @Test("A mask without a usable token is an error that says how many it allows", arguments: [0, 1] as [Double])
    func nothingAllowed(temperature: Double) throws {
        var sampler = try Sampler(SamplingOptions(temperature: temperature))
        var mask = TokenMask(tokenCount: 4)
        let logits: [Float] = [1, .nan, -.infinity, 2]
        #expect(throws: SamplingError.nothingAllowed(allowedCount: 0)) {
            try logits.withUnsafeBufferPointer { row in try sampler.next(logits: row, mask: mask) }
        }
        mask.insert(1)
        mask.insert(2)
        #expect(throws: SamplingError.nothingAllowed(allowedCount: 2)) {
            try logits.withUnsafeBufferPointer { row in try sampler.next(logits: row, mask: mask) }
        }
    }

    @Test("Presence and frequency penalties count the tokens of the reply, not those of the prompt")
    func penalties() throws {
        var presence = try Sampler(SamplingOptions(presencePenalty: 1))
        presence.remember([0, 0, 0])
        let logits: [Float] = [3, 2.5, 1.5]
        #expect(try (0..<5).map { _ in try presence.next(logits) } == [0, 1, 0, 0, 0], "0 stays at 2, 1 at 1.5, 2 at 1.5")
        var frequency = try Sampler(SamplingOptions(frequencyPenalty: 0.75))
        #expect(
            try (0..<5).map { _ in try frequency.next(logits) } == [0, 1, 0, 1, 0], "3, 2.5 > 2.25, 2.25 > 1.75, 1.75 > 1.5, 1.5 = 1.5")
        var favoured = try Sampler(SamplingOptions(presencePenalty: -2))
        let favourites = try [favoured.next([0, 1, 0]), favoured.next([2.5, 1, 0])]
        #expect(favourites == [1, 1])
    }

    @Test("A bias moves single tokens, and one outside the vocabulary is an error")
    func biases() throws {
        var sampler = try Sampler(SamplingOptions(logitBias: [0: -100, 2: 1.5]))
        #expect(try sampler.next([50, 2, 1]) == 2)
        var outside = try Sampler(SamplingOptions(logitBias: [3: 1]))
        #expect(throws: SamplingError.biasOutsideVocabulary(token: 3, vocabularyCount: 3)) { try outside.next([1, 2, 3]) }
    }
}

@Suite("Token mask") struct TokenMaskTests {
    @Test("It holds what was put in, across the borders of words", arguments: [1, 63, 64, 65, 200])
    func contents(count: Int) {
        var mask = TokenMask(tokenCount: count)
        #expect(mask.isEmpty && mask.count == 0)
        let wanted = [0, 1, 62, 63, 64, 127, 128, 199].map(Int32.init).filter { $0 < count }
        for token in wanted + [-1, Int32(count), .max, .min] { mask.insert(token) }
        #expect(mask.tokens == wanted && mask.count == wanted.count)
        #expect(!mask.contains(-1) && !mask.contains(Int32(count)) && mask.contains(0))
        var other = TokenMask(tokenCount: count)
        other.formUnion(mask)
        #expect(other == mask)
        mask.removeAll()
        #expect(mask.isEmpty && !other.isEmpty)
    }
}
