import Foundation
import Testing

@testable import Training

@Suite("Dataset decomposition")
struct DecompositionTests {
    private func pieces(_ count: Int, _ exponents: ClosedRange<Int> = 8...13) -> [Range<Int>] {
        DatasetDecomposition.pieces(of: count, exponents: exponents) { $0.upperBound }.map(\.range)
    }

    @Test(
        "Documents are cut into pieces of a power of two and one token more, the longest first",
        arguments: [
            (257, [257]), (256, []), (300, [257]), (1000, [513, 257]), (5000, [4097, 513, 257]), (8193, [8193]),
            (20_000, [8193, 8193, 2049, 1025, 513]), (0, []), (1, []),
        ])
    func rule(count: Int, lengths: [Int]) {
        #expect(pieces(count).map(\.count) == lengths)
    }

    @Test("The pieces and the rest are the document, in order and without overlap")
    func cover() {
        for count in 0..<3000 {
            var end = 0
            for piece in pieces(count, 3...9) {
                #expect(piece.lowerBound == end)
                end = piece.upperBound
            }
            #expect(count - end <= 8)
        }
    }

    @Test("Long documents that are cut at random give each length as many tokens as the others")
    func random() {
        var random = CorpusRandom(seed: 3), counts = [Int](repeating: 0, count: 6)
        for _ in 0..<60 {
            let pieces = DatasetDecomposition.pieces(of: 1_000_000, exponents: 5...10) { DatasetDecomposition.exponent($0, &random) }
            for piece in pieces { counts[piece.exponent - 5] += 1 << piece.exponent }
        }
        let mean = Double(counts.reduce(0, +)) / 6
        for count in counts { #expect(abs(Double(count) - mean) < 0.02 * mean) }
    }

    @Test("What is in no piece is counted")
    func dropped() {
        let decomposition = DatasetDecomposition(CorpusFixture.documents([300, 100, 257]), exponents: 8...10)
        #expect(decomposition.droppedTokens == 43 + 100 && decomposition.droppedDocuments == 1)
        #expect(decomposition.inputCounts == [512, 0, 0])
    }

    // MARK: - The stream

    private static let corpus = CorpusFixture.documents((0..<60).map { 40 + $0 * 53 })

    private func stream(_ curriculum: LengthCurriculum = .growP2, cycles: Int = 2) throws -> DecompositionStream {
        var options = DecompositionStream.Options(exponents: 4...8, step: StepSize(tokens: 512, tokensPerPart: 256))
        options.curriculum = curriculum
        options.cycles = cycles
        return try DecompositionStream(Self.corpus, options: options)
    }

    @Test("A step is of one length, always has the same number of tokens, and no sequence mixes documents")
    func steps() throws {
        var stream = try stream()
        for _ in 0..<stream.stepsPerEpoch {
            let parts = stream.next()
            #expect(parts.reduce(0) { $0 + $1.tokens.count } == 512)
            #expect(Set(parts.flatMap(\.sequences).map(\.count)).count == 1)
            for part in parts {
                #expect(part.weights.allSatisfy { $0 == 1 } && zip(part.tokens, part.targets).allSatisfy { $0 + 1 == $1 })
                for range in part.ranges { #expect(Set(part.tokens[range].map { $0 / 1_000_000 }).count == 1) }
            }
        }
    }

    @Test("Each cycle uses exactly what it owns, and an epoch each piece at most once")
    func cycles() throws {
        var stream = try stream(cycles: 3)
        var seen: Set<Int32> = []
        for cycle in 0..<3 {
            let owned = stream.batches(inCycle: cycle)
            var used = owned.map { _ in 0 }
            for _ in 0..<owned.reduce(0, +) {
                let parts = stream.next()
                #expect(stream.state.cycle == cycle && stream.state.epoch == 0)
                used[(parts[0].sequences[0].count.trailingZeroBitCount) - 4] += 1
                for token in parts.flatMap(\.tokens) { #expect(seen.insert(token).inserted) }
            }
            #expect(used == owned)
        }
        _ = stream.next()
        #expect(stream.state.epoch == 1 && stream.state.cycle == 0)
    }

    /// Mean length in the first and in the second half of each cycle.
    private func lengths(_ curriculum: LengthCurriculum) throws -> (first: Double, second: Double) {
        var stream = try stream(curriculum, cycles: 1)
        let steps = stream.stepsPerEpoch
        let lengths = (0..<steps).map { _ in Double(stream.next()[0].sequences[0].count) }
        func mean(_ part: ArraySlice<Double>) -> Double { part.reduce(0, +) / Double(part.count) }
        return (mean(lengths[..<(steps / 2)]), mean(lengths[(steps / 2)...]))
    }

    @Test("Curricula that grow have their short sequences first, and those that shrink their long ones")
    func curricula() throws {
        let p100 = try lengths(.growP100), p2 = try lengths(.growP2), shrinking = try lengths(.shrinkP100)
        #expect(p100.first < p100.second / 3 && p2.first < p2.second && shrinking.first > shrinking.second * 3)
        #expect(LengthCurriculum.growP2.odds(count: 6) == [32, 16, 8, 4, 2, 1])
        #expect(LengthCurriculum.growLinear.odds(count: 3) == [3, 2, 1] && LengthCurriculum.shrinkP2.odds(count: 3) == [1, 2, 4])
        #expect(LengthCurriculum.uniform.odds(count: 2) == [1, 1] && LengthCurriculum.growP100.odds(count: 3) == [10_000, 100, 1])
    }

    @Test("A saved state brings the same batches again, wherever it was saved")
    func resume() throws {
        var stream = try stream()
        for _ in 0..<stream.stepsPerEpoch - 3 { _ = stream.next() }
        let saved = try JSONDecoder().decode(DecompositionStream.State.self, from: JSONEncoder().encode(stream.state))
        let rest = (0..<9).map { _ in stream.next() }
        var resumed = try self.stream()
        #expect(resumed.fits(saved))
        resumed.state = saved
        #expect((0..<9).map { _ in resumed.next() } == rest)
        var damaged = saved
        damaged.used[0] = 1_000_000
        #expect(!resumed.fits(damaged))
    }

    @Test("The attention that a token costs is that of its own length")
    func cost() {
        let counts = DatasetDecomposition(Self.corpus, exponents: 4...8, randomizes: false).inputCounts
        let total = counts.reduce(0, +)
        let attended = zip(4...8, counts).reduce(0.0) { $0 + Double($1.1) / Double(total) * Double(1 << $1.0 + 1) / 2 }
        #expect(attended < Double(1 << 8 + 1) / 2)
    }

    @Test("What cannot fill a step is refused")
    func refusals() throws {
        let corpus = Self.corpus
        #expect(throws: CorpusError.self) {
            try DecompositionStream(corpus, options: .init(exponents: 4...8, step: StepSize(tokens: 300)))
        }
        #expect(throws: CorpusError.self) {
            try DecompositionStream(CorpusFixture.documents([20]), options: .init(exponents: 4...5, step: StepSize(tokens: 64)))
        }
        var options = DecompositionStream.Options(exponents: 4...5, step: StepSize(tokens: 64))
        options.cycles = 0
        #expect(throws: CorpusError.self) { try DecompositionStream(corpus, options: options) }
    }
}

@Suite("Mixing streams")
struct MixedStreamTests {
    /// Streams of documents 0, 1 and 2.
    private func stream(
        _ phases: [MixedStream.Phase], batches: Int = 4, weights: [Float] = [1, 1, 1], tokensPerPart: Int = 16
    ) throws -> MixedStream {
        let streams = try (0..<3).map { number in
            let corpus = TokenCorpus([(0..<400).map { Int32(number * 1_000_000 + $0) }])
            return CorpusStream.concatenated(
                try ConcatenatedStream(corpus, options: .init(length: 16, step: StepSize(tokens: 16))))
        }
        return try MixedStream(streams, weights: weights, phases: phases, batchesPerStep: batches, tokensPerPart: tokensPerPart)
    }

    private func counts(_ batches: [PackedBatch]) -> [Int] {
        (0..<3).map { number in batches.count { $0.tokens[0] / 1_000_000 == number } }
    }

    @Test("Every stretch of the run has its shares, and shares change as the phases say")
    func shares() throws {
        var stream = try stream([.init(steps: 10, shares: [3, 1, 0]), .init(steps: 20, shares: [1, 0, 0], finalShares: [0, 0, 1])])
        for step in 0..<10 {
            #expect(try counts(stream.next()) == [3, 1, 0], "step \(step)")
        }
        let first = try (0..<10).flatMap { _ in try stream.next() }, second = try (0..<10).flatMap { _ in try stream.next() }
        #expect(abs(counts(first)[0] - 31) <= 1 && abs(counts(second)[0] - 11) <= 1)
        #expect(counts(first)[1] == 0 && counts(second)[1] == 0)
        #expect(try counts(stream.next()) == [0, 0, 4])
        #expect(stream.shares(atStep: 20) == [0.5, 0, 0.5] && stream.shares(atStep: 1_000) == [0, 0, 1])
    }

    @Test("A saved state brings the same batches again, through the streams within")
    func resume() throws {
        let phases = [MixedStream.Phase(steps: 7, shares: [0.3, 0.3, 0.4]), .init(steps: 5, shares: [0.1, 0.2, 0.7])]
        var stream = CorpusStream.mixed(try self.stream(phases, batches: 3))
        for _ in 0..<5 { _ = try stream.next() }
        let saved = try JSONDecoder().decode(CorpusStream.State.self, from: JSONEncoder().encode(stream.state))
        let rest = try (0..<8).map { _ in try stream.next() }
        var resumed = CorpusStream.mixed(try self.stream(phases, batches: 3))
        #expect(resumed.fits(saved) && !resumed.fits(.concatenated(.init())))
        resumed.state = saved
        #expect(try (0..<8).map { _ in try resumed.next() } == rest)
    }

    @Test("Batches are joined up to the size of a part, and weigh what their streams do")
    func joined() throws {
        var apart = try stream([.init(steps: 1, shares: [3, 1, 0])])
        var together = try stream([.init(steps: 1, shares: [3, 1, 0])], weights: [1, 0.25, 1], tokensPerPart: 48)
        let parts = try together.next(), single = try apart.next()
        #expect(parts.map(\.tokens.count) == [48, 16])
        #expect(parts.flatMap(\.tokens) == single.flatMap(\.tokens) && parts.flatMap(\.sequences) == single.flatMap(\.sequences))
        let weights = parts.flatMap { part in zip(part.tokens, part.weights).map { ($0 / 1_000_000, $1) } }
        #expect(weights.allSatisfy { stream, weight in weight == (stream == 1 ? 0.25 : 1) })
    }

    @Test("Samples are what each stream brings next, and looking at them changes nothing")
    func samples() throws {
        let mixed = try stream([.init(steps: 1, shares: [1, 1, 1])])
        var stream = CorpusStream.mixed(mixed)
        let before = stream.state, samples = try stream.samples()
        #expect(stream.state == before && samples.count == 3)
        #expect(try counts(stream.next()).sorted() == [1, 1, 2] && samples.map(counts) == [[1, 0, 0], [0, 1, 0], [0, 0, 1]])
        #expect(try CorpusStream.mixed(mixed).samples() == samples && ToyStream().samples().isEmpty)
    }

    @Test("Shares that mean nothing are refused", arguments: [[1, 1], [0, 0, 0], [1, -1, 1], [.nan, 1, 1]] as [[Double]])
    func refusals(shares: [Double]) {
        #expect(throws: CorpusError.self) { try stream([.init(steps: 3, shares: shares)]) }
    }
}
