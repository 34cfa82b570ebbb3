import ApusTesting
import Attention
import Foundation
import KeyValues
import Tensors
import Testing

@Suite("LongHeads")
struct LongHeadsTests {
    private static let problem = AttentionCase(tokens: 300, queries: 300)
    private static let policy = LongHeads(chunk: 16, attended: 80)

    // MARK: The rule by itself

    /// Everything of the definition in double precision, in the model's own order of dimensions.
    private struct Reference {
        let problem: AttentionCase
        let policy: LongHeads
        var isWatched = true
        private var dim: Int { problem.keyDim }

        init(_ problem: AttentionCase, _ policy: LongHeads) {
            self.problem = problem
            self.policy = policy
        }

        /// A row for each of the queries and query heads, and the chunks that each chose.
        func rows(_ positions: some Sequence<Int>) -> (rows: [[BruteForceAttention.Row]], chosen: Set<Int>) {
            let keys = problem.keyTensor.rowArrays, values = problem.valueTensor.rowArrays, queries = problem.queryTensor.rowArrays
            let vectors = (0..<problem.heads).map { head in
                (0..<problem.tokens / policy.chunk).map { vector(of: $0, head: head, keys: keys, values: values, queries: queries) }
            }
            var distinct: Set<Int> = []
            let rows = positions.map { position in
                (0..<problem.heads * problem.group).map { queryHead in
                    let chosen = chunks(
                        position, queryHead: queryHead, query: queries[position], vectors: vectors[queryHead / problem.group])
                    distinct.formUnion(chosen)
                    // The chosen chunks as if there were nothing else.
                    let held = chosen.flatMap { $0 * policy.chunk..<min(($0 + 1) * policy.chunk, position + 1) }
                    var cached = problem.bruteForce()
                    cached.keys = held.map { keys[$0] }
                    cached.values = held.map { values[$0] }
                    cached.positions = Array(held.indices)
                    return cached.row(
                        query: queries[position], position: held.count - 1, index: 0, queryHead: queryHead,
                        plan: AttentionPlan([KeySpan(0..<held.count)]))
                }
            }
            return (rows, distinct)
        }

        private func chunks(_ position: Int, queryHead: Int, query: [Float], vectors: [[Double]]) -> [Int] {
            let own = position / policy.chunk, budget = policy.attended / policy.chunk
            guard own >= budget else { return Array(0...own) }
            let heads =
                policy.sharesChoice
                ? Array(queryHead / problem.group * problem.group..<(queryHead / problem.group + 1) * problem.group)
                : [queryHead]
            let scores = (1...own - 2).map { chunk in
                heads.reduce(0.0) { sum, head in
                    sum + (0..<dim).reduce(0.0) { $0 + Double(query[head * dim + $1]) * vectors[chunk][$1] }
                }
            }
            let best = scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }.prefix(budget - 3).map { $0 + 1 }.sorted()
            return [0] + best + [own - 1, own]
        }

        /// What stands for a chunk.
        private func vector(of chunk: Int, head: Int, keys: [[Float]], values: [[Float]], queries: [[Float]]) -> [Double] {
            let slots = chunk * policy.chunk..<(chunk + 1) * policy.chunk
            let turned = slots.map { turn(keys[$0], head: head, by: $0 - slots.lowerBound) }
            guard isWatched else {
                return (0..<dim).map { place in turned.reduce(0) { $0 + $1[place] } / Double(turned.count) }
            }
            var mean = [Double](repeating: 0, count: dim)
            for slot in slots {
                for queryHead in head * problem.group..<(head + 1) * problem.group {
                    let query = turn(queries[slot], head: queryHead, by: slot - slots.lowerBound)
                    let weights = softmax(turned.map { dot(query, $0) * Double(problem.scoreRule.scale) })
                    for (weight, other) in zip(weights, slots) {
                        for place in 0..<dim {
                            mean[place] += weight * Double(values[other][head * dim + place]) / Double(policy.chunk * problem.group)
                        }
                    }
                }
            }
            let weights = softmax(turned.map { dot(mean, $0) / Double(dim).squareRoot() })
            return (0..<dim).map { place in zip(weights, turned).reduce(0) { $0 + $1.0 * $1.1[place] } }
        }

        private func turn(_ vector: [Float], head: Int, by position: Int) -> [Double] {
            var turned = (0..<dim).map { Double(vector[head * dim + $0]) }
            for (pair, frequency) in problem.rotary.inverseFrequencies.enumerated() {
                let first = Int(problem.rotary.pairing[2 * pair]), second = Int(problem.rotary.pairing[2 * pair + 1])
                let angle = Double(position) * frequency, (x, y) = (turned[first], turned[second])
                turned[first] = x * cos(angle) - y * sin(angle)
                turned[second] = x * sin(angle) + y * cos(angle)
            }
            return turned
        }

        private func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

        private func softmax(_ scores: [Double]) -> [Double] {
            let weights = scores.map { exp($0 - (scores.max() ?? 0)) }, total = weights.reduce(0, +)
            return weights.map { $0 / total }
        }
    }

    // MARK: Against it

    @Test(
        "Representations, choice, closed gaps and the own key are those of the rule, for chunks of the text of any length",
        arguments: [[300], [15, 1, 16, 17, 31, 220], [150] + Array(repeating: 1, count: 150)], [false, true])
    func rule(chunks: [Int], sharesChoice: Bool) throws {
        let policy = LongHeads(chunk: 16, attended: 80, sharesChoice: sharesChoice)
        let expected = Reference(Self.problem, policy).rows(0..<300)
        let outputs = try MethodStream.outputs(Self.problem, policy: policy, chunks: chunks)
        #expect(MethodStream.largestDifference(outputs, expected.rows) < 6e-6)
        #expect(expected.chosen.count > policy.attended / policy.chunk)
    }

    @Test("Chunks longer than a page, chunks that lie across pages, and heads without a partner", arguments: [(96, 1), (20, 3), (128, 2)])
    func chunkLengths(chunk: Int, group: Int) throws {
        let problem = AttentionCase(tokens: 6 * chunk + 7, queries: 6 * chunk + 7, heads: 1, group: group, keyDim: 8, valueDim: 8)
        let policy = LongHeads(chunk: chunk, attended: 4 * chunk)
        let outputs = try MethodStream.outputs(problem, policy: policy, chunks: [5 * chunk + 1, chunk + 6])
        let last = 5 * chunk + 3..<problem.tokens
        #expect(MethodStream.largestDifference(Array(outputs[last]), Reference(problem, policy).rows(last).rows) < 6e-6)
    }

    @Test("With a budget for every chunk it is full attention at true positions")
    func everythingInSight() throws {
        for policy in [LongHeads(chunk: 16, attended: 304), LongHeads(chunk: 100, attended: 300)] {
            let outputs = try MethodStream.outputs(Self.problem, policy: policy, chunks: [200, 1, 99])
            #expect(MethodStream.largestDifference(outputs, Self.problem.expected(AttentionCase.causal)) < 6e-6)
        }
    }

    @Test("With three chunks it sees the first, its own and the one before, and no representation matters")
    func threeChunks() throws {
        let policy = LongHeads(chunk: 16, attended: 48)
        let expected = Reference(Self.problem, policy).rows(0..<300)
        let outputs = try MethodStream.outputs(Self.problem, policy: policy, chunks: [300])
        #expect(MethodStream.largestDifference(outputs, expected.rows) < 6e-6)
        let keys = try Self.keysOfLastQuery(policy)
        #expect(keys == 2 * 16 + 300 % 16)
    }

    private static func keysOfLastQuery(_ policy: LongHeads) throws -> Int {
        var stream = try MethodStream(problem, policy: policy)
        try stream.read(299)
        try stream.read(1)
        return stream.count.keys / 4
    }

    // MARK: Remembering

    @Test("Chunks that another method read are represented by the mean of their keys")
    func unwatched() throws {
        var reference = Reference(Self.problem, Self.policy)
        reference.isWatched = false
        let cache = try Self.problem.makeCache()
        let result = try AttentionCase.compute.attend(
            queries: Self.problem.queryTensor.slice(298..<300), firstPosition: 298, layer: 0, cache: cache, policy: Self.policy,
            rule: Self.problem.scoreRule)
        #expect(MethodStream.largestDifference(result.outputs.rowArrays, reference.rows(298..<300).rows) < 6e-6)
    }

    @Test(
        "Forks go on by themselves, a saved memory goes on in the middle of a chunk, and a shortened sequence as if it had never been longer"
    )
    func forksAndRecords() throws {
        let expected = try MethodStream.outputs(Self.problem, policy: Self.policy, chunks: [300])
        var stream = try MethodStream(Self.problem, policy: Self.policy)
        try stream.read(203)
        let record = try #require(stream.cache.memory?.record)
        var fork = try stream.forked()
        try fork.read(97)
        #expect(MethodStream.largestDifference(fork.outputs, Array(expected[203...])) < 6e-6)
        let saved = try stream.forked()
        saved.cache.memory = Self.policy.memory(record, for: saved.cache)
        var restored = try saved.forked()
        try restored.read(97)
        #expect(restored.outputs == fork.outputs)
        try stream.read(3)
        stream.cache.truncate(to: 203)
        var again = try stream.forked()
        try again.read(97)
        #expect(again.outputs == fork.outputs)
        var damaged = record
        damaged.floats["representations.0.1"]?.removeLast()
        #expect(Self.policy.memory(damaged, for: saved.cache) == nil)
        damaged = record
        damaged.integers["places.0"] = [2, 0, 1]
        #expect(Self.policy.memory(damaged, for: saved.cache) == nil)
    }

    // MARK: Cost and options

    @Test("A query sees a fixed number of keys however long the text, and a chunk costs one vector per key/value head")
    func cost() throws {
        let policy = LongHeads(chunk: 64, attended: 512)
        let problem = AttentionCase(tokens: 1024, queries: 1, heads: 1, group: 2, keyDim: 16, valueDim: 16)
        let (keys, bytes) = try problem.costs(of: policy)
        #expect(keys == [449, 449, 449])
        #expect(bytes[2] - bytes[1] == (65_536 - 16_384) / 64 * 64)
    }

    @Test("Options come from the model's window, and what is shown stays within it")
    func defaults() throws {
        #expect(try PolicyRegistry.policy("longheads", window: 4096).name == "longheads:256:2048")
        #expect(try PolicyRegistry.policy("longheads", window: 1024).name == "longheads:64:512")
        #expect(try PolicyRegistry.policy("longheads:100:700", window: nil).name == "longheads:100:700")
        #expect(try PolicyRegistry.policy("longheads-shared", window: 1024).name == "longheads-shared:64:512")
        for window in [64, 512, 1024, 32_768] {
            #expect(try PolicyRegistry.policy("longheads", window: window).reach(of: 1_000_000, layer: 0).farthest < window)
        }
        for text in ["longheads:64:128", "longheads:64:200", "longheads:64:256:1"] {
            #expect(throws: AttentionError.self) { try PolicyRegistry.policy(text, window: 1024) }
        }
    }

    @Test("Models whose keys and values differ in dimensions are refused")
    func refusal() throws {
        let problem = AttentionCase(keyDim: 16, valueDim: 8)
        #expect(throws: AttentionError.dimensionsDiffer(method: "longheads:16:80", keyDim: 16, valueDim: 8)) {
            try Self.policy.check(problem.spec)
        }
    }
}
