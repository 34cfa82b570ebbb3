import ApusTesting
import Attention
import Foundation
import Tensors
import Testing

@Suite("Packed attention")
struct PackedAttentionTests {
    private static let slopes: [Float] = [0.5, 0.1]

    private static func biases(heads: Int, count: Int) -> [[Float]] {
        var random = SeededGenerator(seed: 17)
        return (0..<heads).map { _ in (0..<count).map { _ in random.normal() } }
    }

    static let cases: [PackedAttentionCase] = [
        PackedAttentionCase(),
        PackedAttentionCase(sequences: [0..<1, 1..<65, 65..<129], group: 2),
        PackedAttentionCase(sequences: [2..<30, 33..<100], keyValueHeads: 2, keyDim: 20, valueDim: 36, restRows: 3),
        PackedAttentionCase(sequences: [0..<150], group: 2, pattern: .causal(window: 5)),
        PackedAttentionCase(sequences: [0..<150], pattern: .causal(window: 70)),
        PackedAttentionCase(sequences: [0..<90], softCap: 2),
        PackedAttentionCase(sequences: [0..<90], group: 2, slopes: slopes),
        PackedAttentionCase(sequences: [0..<70], group: 2, sinks: [0.3, 4]),
        PackedAttentionCase(
            sequences: [0..<70], keyValueHeads: 2, pattern: .causal(window: 9), softCap: 3, slopes: slopes, sinks: [-1, 2]),
        PackedAttentionCase(sequences: [0..<1, 1..<70, 70..<230], group: 2, pattern: .whole),
        PackedAttentionCase(sequences: [0..<64, 64..<264], keyValueHeads: 2, keyDim: 20, pattern: .window(side: 3, globals: 0)),
        PackedAttentionCase(sequences: [3..<203], pattern: .window(side: 70, globals: 2), sinks: [0.5]),
        PackedAttentionCase(sequences: [0..<3, 3..<333], pattern: .window(side: 0, globals: 66)),
        PackedAttentionCase(sequences: [0..<50, 50..<600], pattern: .blocks(random: 1, seed: 5), softCap: 4),
        PackedAttentionCase(sequences: [0..<1, 1..<70, 70..<200], group: 2, biases: biases(heads: 2, count: 33)),
        PackedAttentionCase(
            sequences: [0..<40, 40..<150], keyValueHeads: 2, group: 2, pattern: .whole, softCap: 3, biases: biases(heads: 4, count: 61),
            biasOrigin: 20),
    ]

    @Test("Outputs and sums agree with brute force", arguments: cases)
    func forward(problem: PackedAttentionCase) {
        let expected = PlainPackedAttention(problem).results()
        for kernels in Kernels.all {
            let found = problem.found(kernels: kernels)
            #expect(largestDifference(found.outputs.array, expected.outputs) < 1e-5, "\(kernels)")
            #expect(largestDifference(found.logSumExp.array, expected.logSumExp) < 1e-5, "\(kernels)")
        }
    }

    @Test("Gradients are the slopes of the loss", arguments: cases)
    func gradients(problem: PackedAttentionCase) {
        let plain = PlainPackedAttention(problem), found = Kernels.all.map { problem.found(kernels: $0) }
        var random = SeededGenerator(seed: 3)
        func check(_ gradients: [[Float]], _ numbers: WritableKeyPath<PlainPackedAttention, [Double]>, _ name: String) {
            let count = plain[keyPath: numbers].count
            for _ in 0..<min(3, count) {
                let place = random.below(count), expected = plain.slope(numbers, at: place)
                for (kernels, gradient) in zip(Kernels.all, gradients) {
                    #expect(abs(Double(gradient[place]) - expected) < 2e-5 * max(1, abs(expected)), "\(kernels): \(name) \(place)")
                }
            }
        }
        check(found.map(\.gradient.queries.array), \.queries, "queries")
        check(found.map(\.gradient.keys.array), \.keys, "keys")
        check(found.map(\.gradient.values.array), \.values, "values")
        check(found.map(\.sinks), \.sinks, "sinks")
        check(found.map(\.biases), \.biases, "biases")
    }

    @Test("Rows of no sequence give 0 and get 0", arguments: Kernels.all)
    func gaps(kernels: Kernels) {
        let problem = Self.cases[2], found = problem.found(kernels: kernels)
        for row in [0, 1, 30, 32, 100, 102] {
            for tensor in [found.outputs, found.gradient.queries, found.gradient.keys, found.gradient.values] {
                #expect(tensor.rowArray(row).allSatisfy { $0 == 0 })
            }
            #expect(found.logSumExp.rowArray(row).allSatisfy { $0 == -.infinity })
        }
    }

    @Test("Products in bfloat16 stay near those in float32", arguments: cases)
    func precision(problem: PackedAttentionCase) {
        let exact = problem.found(kernels: .portable).all
        for kernels in Kernels.all {
            for (numbers, reference) in zip(problem.found(kernels: kernels, precision: .bf16).all, exact) where !reference.isEmpty {
                #expect(relativeDifference(numbers, reference) < 0.02, "\(kernels)")
            }
        }
    }

    @Test("Any shape gives what plain vectors give, and any number of threads the same bits", arguments: Kernels.all)
    func fuzz(kernels: Kernels) {
        var random = SeededGenerator(seed: FuzzBudget.seed(11))
        for round in 0..<FuzzBudget.rounds(3) {
            let problem = PackedAttentionCase.random(&random, seed: UInt64(round)), reference = problem.found(kernels: .portable)
            for precision in [StorageType.f32, .bf16] {
                let found = problem.found(kernels: kernels, precision: precision)
                for (numbers, expected) in zip(found.all, reference.all) where !expected.isEmpty {
                    #expect(relativeDifference(numbers, expected) < (precision == .f32 ? 3e-6 : 0.03), "\(problem), \(precision)")
                }
                for threads in [2, 3] {
                    let isEqual = problem.found(kernels: kernels, threads: threads, precision: precision).all == found.all
                    #expect(isEqual, "\(problem), \(threads) threads")
                }
            }
        }
    }

    @Test("Blocks see themselves, their neighbours, the ends and as many others as were asked for", arguments: [1, 2, 5, 9, 130])
    func blocks(count: Int) throws {
        let pattern = PackedPattern.blocks(random: 3, seed: 7)
        for query in 0..<count {
            let seen = try #require(pattern.keyBlocks(ofQueries: query, blocks: count))
            let kept = Set([0, query - 1, query, query + 1, count - 1].filter { (0..<count).contains($0) })
            #expect(seen.isSuperset(of: kept))
            #expect(seen.count == (query == 0 || query == count - 1 ? count : min(count, kept.count + 3)))
            #expect(seen == pattern.keyBlocks(ofQueries: query, blocks: count))
        }
    }

    @Test("A head that attends evenly and knows the first token tells every position: its output is one over it", arguments: Kernels.all)
    func absolutePositions(kernels: Kernels) {
        let compute = Compute(pool: WorkerPool(threads: 1), kernels: kernels), count = 1_000
        let zeros = Tensor(rows: count, columns: 16, Array(repeating: 0, count: count * 16)), values = Tensor(rows: count, columns: 16)
        values.clear()
        values[0, 0] = 1
        let attention = PackedAttention(sequences: [0..<count], rule: ScoreRule(scale: 1), keyValueHeads: 1)
        let outputs = compute.attendTraining(queries: zeros, keys: zeros, values: values, attention).outputs
        for row in 0..<count { #expect(abs(outputs[row, 0] * Float(row + 1) - 1) < 1e-5, "token \(row + 1)") }
    }

    @Test("ALiBi by distance is ALiBi by the key's place, and biases by distance that fall as evenly", arguments: Kernels.all)
    func slopesByKey(kernels: Kernels) {
        let slope: Float = 0.25
        var byDistance = PackedAttentionCase(sequences: [0..<90]), byBias = byDistance
        byDistance.slopes = [slope]
        byBias.biases = [(0..<90).map { -slope * Float($0) }]
        let compute = Compute(pool: WorkerPool(threads: 1), kernels: kernels)
        let queries = byDistance.queries, keys = byDistance.keys
        for row in 0..<90 {
            // The last dimension carries the place alone.
            queries[row, 15] = 1 / byDistance.scale
            keys[row, 15] = slope * Float(row)
        }
        let byKey = compute.attendTraining(
            queries: queries, keys: keys, values: byDistance.values, PackedAttentionCase(sequences: [0..<90]).attention())
        for row in 0..<90 { keys[row, 15] = 0 }
        for problem in [byDistance, byBias] {
            let found = compute.attendTraining(queries: queries, keys: keys, values: byDistance.values, problem.attention())
            #expect(zip(found.outputs.array, byKey.outputs.array).allSatisfy { abs($0 - $1) < 2e-5 })
        }
    }

    @Test("Scores far apart and far from 0 neither overflow nor vanish", arguments: Kernels.all)
    func largeScores(kernels: Kernels) {
        let compute = Compute(pool: WorkerPool(threads: 1), kernels: kernels), count = 130
        let keys = Tensor(rows: count, columns: 16)
        for row in 0..<count { keys[row, 0] = row == 40 ? 100 : Float(row) / 10 }
        let queries = Tensor(rows: count, columns: 16, [Float](repeating: 100, count: count * 16))
        let values = Tensor(rows: count, columns: 16, (0..<count * 16).map { Float($0 / 16) })
        for precision in [StorageType.f32, .bf16] {
            let attention = PackedAttention(sequences: [0..<count], rule: ScoreRule(scale: 1), keyValueHeads: 1, precision: precision)
            let (outputs, sums) = compute.attendTraining(queries: queries, keys: keys, values: values, attention)
            #expect(abs(outputs[129, 0] - 40) < 0.01 && abs(outputs[39, 5] - 39) < 0.2)
            #expect(abs(sums[129, 0] - 10_000) < (precision == .f32 ? 0.1 : 80))
            let gradient = compute.attendTrainingGradient(
                queries: queries, keys: keys, values: values, outputs: outputs, logSumExp: sums, outputGradient: values, attention)
            #expect(gradient.queries.array.allSatisfy(\.isFinite) && gradient.keys.array.allSatisfy(\.isFinite))
        }
    }
}

extension PackedAttentionCase {
    static func random(_ random: inout SeededGenerator, seed: UInt64) -> PackedAttentionCase {
        var problem = PackedAttentionCase(sequences: [], seed: seed)
        var start = random.below(3)
        for _ in 0..<1 + random.below(3) {
            let count = [1, 2, 15, 16, 17, 63, 64, 65, 127, 128, 129][random.below(11)]
            problem.sequences.append(start..<start + count)
            start += count + random.below(2)
        }
        problem.keyDim = [16, 24, 40, 64, 80, 96, 128, 256][random.below(8)]
        problem.valueDim = random.below(2) == 0 ? problem.keyDim : [16, 64, 72][random.below(3)]
        problem.group = [1, 2, 3, 4][random.below(4)]
        problem.keyValueHeads = 1 + random.below(2)
        problem.pattern =
            switch random.below(6) {
            case 0, 1: .causal(window: nil)
            case 2: .causal(window: 1 + random.below(150))
            case 3: .whole
            case 4: .window(side: random.below(150), globals: random.below(80))
            default: .blocks(random: random.below(3), seed: seed)
            }
        problem.softCap = random.below(4) == 0 ? 3 : nil
        if random.below(4) == 0 { problem.slopes = (0..<problem.heads).map { _ in random.unit() } }
        if random.below(4) == 0 { problem.sinks = (0..<problem.heads).map { _ in random.normal() } }
        if random.below(4) == 0 {
            let count = 1 + random.below(200)
            problem.biases = (0..<problem.heads).map { _ in (0..<count).map { _ in random.normal() } }
            problem.biasOrigin = random.below(count)
        }
        return problem
    }
}

/// The largest difference of two numbers; infinite where one is no number or infinite alone.
private func largestDifference(_ values: [Float], _ expected: [Double]) -> Double {
    zip(values, expected).reduce(0) { most, pair in
        let difference = abs(Double(pair.0) - pair.1)
        return Double(pair.0) == pair.1 ? most : difference.isFinite ? max(most, difference) : .infinity
    }
}

/// The root mean square of the differences over that of the reference. Equal infinities do not differ.
private func relativeDifference(_ values: [Float], _ reference: [Float]) -> Double {
    var difference = 0.0, norm = 1e-300
    for (value, expected) in zip(values, reference) where value != expected || expected.isFinite {
        difference += pow(Double(value) - Double(expected), 2)
        norm += pow(Double(expected), 2)
    }
    return (difference / norm).squareRoot()
}
