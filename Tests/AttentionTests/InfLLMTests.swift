import ApusTesting
import Attention
import Diagnostics
import Foundation
import KeyValues
import Tensors
import Testing

@Suite("InfLLM")
struct InfLLMTests {
    private static let options = options(by: .share)
    private static func options(by choice: InfLLM.Choice) -> InfLLM.Options {
        InfLLM.Options(block: 16, topBlocks: 3, window: 40, sinks: 3, choice: choice)
    }
    private static let problem = AttentionCase(tokens: 300, queries: 300, frame: .raw)

    // MARK: The rule by itself

    /// What each query sees and gets, put together from the definition: slots one by one, statistics in double precision.
    private struct Reference {
        let problem: AttentionCase
        let options: InfLLM.Options
        /// Whether attention is watched from the first token on.
        var isWatched = true

        /// - Parameter runs: queries that share a look-up.
        func rows(_ runs: [Range<Int>]) -> (rows: [[BruteForceAttention.Row]], chosen: [[Int]]) {
            let brute = problem.bruteForce(), queries = problem.queryTensor.rowArrays
            let heads = problem.heads * problem.group
            var sums = [[Double]](repeating: Array(repeating: 0, count: problem.tokens), count: heads)
            var representatives: [[[Int]]] = [], rows: [[BruteForceAttention.Row]] = [], chosen: [[Int]] = []
            for run in runs {
                let cut = max(0, run.lowerBound - options.window - options.sinks) / options.block
                while representatives.count < cut {
                    let slots = self.slots(representatives.count)
                    representatives.append((0..<heads).map { head in isWatched ? best(slots, sums[head]) : Array(slots) })
                }
                let blocks = choose(run, representatives, brute: brute, queries: queries)
                chosen.append(blocks)
                for position in run {
                    rows.append(
                        (0..<heads).map { head in
                            let row = brute.row(
                                query: queries[position], position: position, index: 0, queryHead: head,
                                plan: plan(position, blocks: blocks, cut: cut))
                            for (slot, (span, logit)) in zip(row.slots, zip(row.spans, row.logits)) where span == 0 {
                                sums[head][slot] += exp(logit - row.logSumExp)
                            }
                            return row
                        })
                }
            }
            return (rows, chosen)
        }

        private func slots(_ block: Int) -> Range<Int> {
            options.sinks + block * options.block..<options.sinks + (block + 1) * options.block
        }

        private func best(_ slots: Range<Int>, _ sums: [Double]) -> [Int] {
            Array(slots.sorted { (sums[$1], $0) < (sums[$0], $1) }.prefix(options.representatives))
        }

        /// A block's logit is the mean of its representatives' at the distance, of each head (outside) and query. `mean` adds them up,
        /// `share` takes the largest softmax over the blocks.
        private func choose(
            _ run: Range<Int>, _ representatives: [[[Int]]], brute: BruteForceAttention, queries: [[Float]]
        ) -> [Int] {
            guard representatives.count > options.topBlocks else { return Array(representatives.indices) }
            let logits = run.flatMap { position in
                (0..<problem.heads * problem.group).map { head in
                    representatives.map { block in
                        let span = KeySpan(
                            KeyChoice(slots: block[head].sorted()), band: .everything, placement: .constant(distance: options.distance))
                        let row = brute.row(
                            query: queries[position], position: position, index: 0, queryHead: head, plan: AttentionPlan([span]))
                        return row.logits.reduce(0, +) / Double(row.logits.count)
                    }
                }
            }
            let scores = representatives.indices.map { block in
                switch options.choice {
                case .mean: logits.reduce(0) { $0 + $1[block] }
                case .share: logits.map { exp($0[block]) / $0.reduce(0) { $0 + exp($1) } }.max() ?? 0
                }
            }
            return scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }.prefix(options.topBlocks).sorted()
        }

        private func plan(_ position: Int, blocks: [Int], cut: Int) -> AttentionPlan {
            let past = (0...position).filter { position - $0 >= options.window }
            let global = past.filter { slot in
                let block = slot < options.sinks ? nil : (slot - options.sinks) / options.block
                return block.map { $0 >= cut || blocks.contains($0) } ?? true
            }
            return AttentionPlan([
                KeySpan(max(0, position - options.window + 1)..<position + 1),
                KeySpan(KeyChoice(slots: global), band: .everything, placement: .constant(distance: options.distance)),
            ])
        }
    }

    private static func runs(_ tokens: Int, chunk: Int) -> [Range<Int>] {
        stride(from: 0, to: tokens, by: chunk).map { $0..<min($0 + chunk, tokens) }
    }

    // MARK: Against it

    @Test(
        "Representatives, choice, distances and the one softmax are those of the rule, in chunks of any number of look-ups",
        arguments: [([300], InfLLM.Choice.mean), ([40, 40, 220], .mean), ([80, 208, 12], .share), ([300], .share)], [1, 3])
    func rule(_ way: (chunks: [Int], choice: InfLLM.Choice), group: Int) throws {
        var problem = Self.problem, options = Self.options(by: way.choice)
        problem.group = group
        // Not more queries in a run than have a say.
        options.window = 32
        let expected = Reference(problem: problem, options: options).rows(Self.runs(300, chunk: 32))
        let outputs = try MethodStream.outputs(problem, policy: InfLLM(options), chunks: way.chunks)
        #expect(MethodStream.largestDifference(outputs, expected.rows) < 6e-6)
        // Some choice is no mere matter of recency.
        #expect(expected.chosen.contains { $0 != Array($0.last.map { $0 - 2...$0 } ?? 0...0) })
    }

    @Test("Prefill followed by decoding looks up once per token", arguments: InfLLM.Choice.allCases)
    func decoding(by choice: InfLLM.Choice) throws {
        var problem = Self.problem
        problem.tokens = 240
        problem.queries = 240
        let options = InfLLM.Options(
            block: 7, topBlocks: 2, window: 30, sinks: 5, distance: 33, representatives: 2, choice: choice)
        let singles = (180..<240).map { $0..<$0 + 1 }
        let expected = Reference(problem: problem, options: options).rows(Self.runs(180, chunk: 30) + singles).rows
        let outputs = try MethodStream.outputs(problem, policy: InfLLM(options), chunks: [180] + Array(repeating: 1, count: 60))
        #expect(MethodStream.largestDifference(outputs, expected) < 6e-6)
    }

    @Test("Within the window it is full attention")
    func withinWindow() throws {
        var problem = Self.problem
        problem.tokens = 40
        problem.queries = 40
        let outputs = try MethodStream.outputs(problem, policy: InfLLM(Self.options), chunks: [25, 15])
        #expect(MethodStream.largestDifference(outputs, problem.expected(AttentionCase.causal)) < 6e-6)
    }

    @Test("With every block in sight, chunks, look-ups and first tokens make no difference: distances are capped")
    func everythingInSight() throws {
        let problem = Self.problem
        let capped = { (position: Int) in
            AttentionPlan([
                KeySpan(max(0, position - 39)..<position + 1),
                KeySpan(0..<max(0, position - 39), placement: .constant(distance: 39)),
            ])
        }
        let brute = problem.bruteForce(), queries = problem.queryTensor.rowArrays
        let expected = queries.enumerated().map { position, query in
            (0..<4).map { brute.row(query: query, position: position, index: 0, queryHead: $0, plan: capped(position)) }
        }
        for (sinks, chunks) in [(0, [300]), (9, [100, 1, 1, 198]), (64, [300])] {
            let options = InfLLM.Options(block: 16, topBlocks: 100, window: 40, sinks: sinks)
            let outputs = try MethodStream.outputs(problem, policy: InfLLM(options), chunks: chunks)
            #expect(MethodStream.largestDifference(outputs, expected) < 6e-6, "\(sinks) first tokens")
        }
    }

    @Test("With every block in sight each token up to the query's takes part once")
    func partition() throws {
        var stream = try MethodStream(Self.problem, policy: InfLLM(InfLLM.Options(block: 16, topBlocks: 100, window: 40, sinks: 3)))
        let brute = Self.problem.bruteForce(), queries = Self.problem.queryTensor.rowArrays
        for _ in 0..<7 {
            let first = stream.cache.tokenCount
            try stream.read(40)
            let plan = stream.policy.plan(QueryBlock(layer: 0, head: 0, group: 2, positions: first..<first + 40), cache: stream.cache)
            for position in first..<first + 40 {
                let row = brute.row(query: queries[position], position: position, index: position - first, queryHead: 0, plan: plan)
                #expect(row.slots.sorted() == Array(0...position))
            }
        }
    }

    @Test("One head's block is brought back though all others together prefer another", arguments: [(InfLLM.Choice.share, 5), (.mean, 9)])
    func oneHead(by choice: InfLLM.Choice, block: Int) throws {
        let problem = Self.problem, queries = problem.queryTensor, keys = problem.keyTensor
        let policy = InfLLM(InfLLM.Options(block: 16, topBlocks: 1, window: 40, sinks: 0, distance: 0, choice: choice))
        for slot in 0..<300 {
            for dim in 0..<32 { keys[slot, dim] = 0 }
        }
        for dim in 0..<64 { queries[299, dim] = 0 }
        for head in 0..<4 { queries[299, head * 16 + head] = 4 }
        // Block 5 is all that the first head asks for; of block 9 the last two want somewhat less, but together more.
        for slot in 80..<96 { keys[slot, 0] = 8 }
        for slot in 144..<160 { (keys[slot, 16 + 2], keys[slot, 16 + 3]) = (5, 5) }
        let cache = try problem.makeCache(keys: keys)
        _ = try AttentionCase.compute.attend(
            queries: queries.slice(299..<300), firstPosition: 299, layer: 0, cache: cache, policy: policy, rule: problem.scoreRule)
        let plan = policy.plan(QueryBlock(layer: 0, head: 0, group: 2, positions: 299..<300), cache: cache)
        let seen = problem.bruteForce().row(query: queries.rowArray(299), position: 299, index: 0, queryHead: 0, plan: plan).slots
        #expect(Set(block * 16..<block * 16 + 16).isSubset(of: seen))
    }

    @Test("A block whose keys point along the query is brought back")
    func planted() throws {
        let problem = Self.problem, queries = problem.queryTensor, keys = problem.keyTensor
        let policy = InfLLM(InfLLM.Options(block: 16, topBlocks: 1, window: 40, sinks: 0, distance: 0))
        // Block 5 is made of what the last query asks for, by every head.
        for slot in 80..<96 {
            for head in 0..<2 {
                for dim in 0..<16 { keys[slot, head * 16 + dim] = queries[299, head * 32 + dim] + queries[299, head * 32 + 16 + dim] }
            }
        }
        let cache = try problem.makeCache(keys: keys)
        _ = try AttentionCase.compute.attend(
            queries: queries.slice(299..<300), firstPosition: 299, layer: 0, cache: cache, policy: policy, rule: problem.scoreRule)
        let plan = policy.plan(QueryBlock(layer: 0, head: 0, group: 2, positions: 299..<300), cache: cache)
        let seen = problem.bruteForce().row(query: queries.rowArray(299), position: 299, index: 0, queryHead: 0, plan: plan).slots
        #expect(Set(80..<96).isSubset(of: seen) && !seen.contains(79))
    }

    // MARK: Remembering

    @Test("Blocks that nobody watched are represented by the mean of their keys")
    func unwatched() throws {
        let problem = Self.problem
        var reference = Reference(problem: problem, options: Self.options)
        reference.isWatched = false
        let expected = reference.rows([299..<300]).rows
        let cache = try problem.makeCache()
        let result = try AttentionCase.compute.attend(
            queries: problem.queryTensor.slice(299..<300), firstPosition: 299, layer: 0, cache: cache, policy: InfLLM(Self.options),
            rule: problem.scoreRule)
        #expect(MethodStream.largestDifference(result.outputs.rowArrays, expected) < 6e-6)
    }

    @Test("Forks go on by themselves, and a saved memory goes on as if nothing had happened")
    func forksAndRecords() throws {
        let policy = InfLLM(Self.options)
        var stream = try MethodStream(Self.problem, policy: policy)
        try stream.read(200)
        var fork = try stream.forked()
        let saved = try stream.forked()
        try fork.read(60)
        try stream.read(60)
        #expect(fork.outputs == Array(stream.outputs[200...]))
        let record = try #require(saved.cache.memory?.record)
        #expect(record.tokens == 200)
        saved.cache.memory = policy.memory(record, for: saved.cache)
        var restored = try saved.forked()
        try restored.read(60)
        #expect(restored.outputs == fork.outputs)
        var damaged = record
        damaged.floats["sums.0"]?.removeLast()
        #expect(policy.memory(damaged, for: saved.cache) == nil)
        damaged = record
        damaged.integers["places.0"] = [-4, 3, 0, 200]
        #expect(policy.memory(damaged, for: saved.cache) == nil)
        damaged = record
        damaged.floats["representatives.0.1"]?.removeLast(16)
        #expect(policy.memory(damaged, for: saved.cache) == nil)
        damaged = record
        damaged.method = "infllm:1:1:1:1"
        #expect(policy.memory(damaged, for: saved.cache) == nil)
    }

    @Test("What was watched can't be taken back, so a shortened sequence begins to remember anew")
    func truncation() throws {
        var stream = try MethodStream(Self.problem, policy: InfLLM(Self.options))
        try stream.read(200)
        stream.cache.truncate(to: 200)
        #expect(stream.cache.memory != nil)
        stream.cache.truncate(to: 199)
        #expect(stream.cache.memory == nil)
    }

    // MARK: Cost

    @Test("A query's work stays the same as the text grows, and the index grows by one row per block")
    func cost() throws {
        let policy = InfLLM(InfLLM.Options(block: 64, topBlocks: 4, window: 256, sinks: 64))
        let problem = AttentionCase(tokens: 1024, queries: 1, heads: 1, group: 2, keyDim: 8, valueDim: 8, frame: .raw)
        let (keys, bytes) = try problem.costs(of: policy)
        #expect(keys.allSatisfy { $0 <= 64 + 256 + 4 * 64 + 64 } && Set(keys).count == 1)
        // 32 numbers of four bytes for each block of 64 tokens, and the sums of one window.
        #expect((bytes[2] - bytes[1]) == (65_536 - 16_384) / 64 * 128)
    }

    // MARK: Options

    @Test("Options come from the model's window, and what is shown stays within it")
    func defaults() throws {
        #expect(try PolicyRegistry.policy("infllm", window: 1024).name == "infllm:8:55:512:64")
        #expect(try PolicyRegistry.policy("infllm", window: 32_768).name == "infllm:128:16:4096:128")
        #expect(try PolicyRegistry.policy("infllm:32:5:100:7:90:2", window: nil).name == "infllm:32:5:100:7:90:2")
        for window in [64, 128, 512, 1024, 2048, 4096, 32_768] {
            let policy = try PolicyRegistry.policy("infllm", window: window)
            #expect(policy.reach(of: 1_000_000, layer: 0).farthest < window)
            #expect(policy.needs.frame == .raw)
        }
        #expect(try PolicyRegistry.policy("infllm:by=mean", window: 1024).name == "infllm:8:55:512:64:by=mean")
        #expect(throws: AttentionError.self) { try PolicyRegistry.policy("infllm:by=luck", window: 1024) }
        #expect(throws: AttentionError.self) { try PolicyRegistry.policy("infllm", window: nil) }
        #expect(throws: AttentionError.self) { try PolicyRegistry.policy("infllm:0", window: 1024) }
    }

    @Test("The largest scores are found with the first of equals, in order")
    func largest() {
        #expect([Float](arrayLiteral: 1, 5, 3, 5, .nan, 5, 2).placesOfHighest(2) == [1, 3])
        #expect([Float](arrayLiteral: 1, .nan, -.infinity, 0).placesOfHighest(3) == [0, 2, 3])
        #expect([Float]([1, 2]).placesOfHighest(0) == [])
        #expect([Float]([1, 2]).placesOfHighest(9) == [0, 1])
    }

    @Test("A few of many are those that sorting finds, equals and what is not a number included", arguments: 1..<20 as Range<UInt64>)
    func fewOfMany(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let numbers = (0..<600).map { _ in
            let draw = random.next() % 60
            return draw == 0 ? Float.nan : draw == 1 ? -.infinity : Float(draw)
        }
        for count in [1, 2, 7, 30, 37] {
            let sorted = numbers.indices.filter { !numbers[$0].isNaN }.sorted { (-numbers[$0], $0) < (-numbers[$1], $1) }
            #expect(numbers.placesOfHighest(count) == sorted.prefix(count).sorted())
        }
        let few: [Float] = Array(repeating: .nan, count: 100) + [3]
        #expect(few.placesOfHighest(4) == [100])
    }
}
