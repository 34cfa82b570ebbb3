import ApusTesting
import Attention
import KeyValues
import Tensors
import Testing

@Suite("LServe and Quest")
struct LServeTests {
    private static func policy(_ text: String, streaming: [[Bool]]? = nil) throws -> any AttentionPolicy {
        let policy = try PolicyRegistry.policy(text, window: nil)
        guard let streaming else { return policy }
        return policy.divided(by: HeadScores(streaming.map { $0.map { $0 ? 0 : 1 } }))
    }

    /// A case whose every token has a query.
    private static func whole(_ tokens: Int, seed: UInt64 = 1) -> AttentionCase {
        AttentionCase(tokens: tokens, queries: tokens, frame: .origin, seed: seed)
    }

    private static func plan(_ policy: any AttentionPolicy, _ position: Int, head: Int, cache: KeyValueCache) -> AttentionPlan {
        policy.plan(QueryBlock(layer: 0, head: head, group: 2, positions: position..<position + 1), cache: cache)
    }

    @Test(
        "Names keep what is not as usual",
        arguments: [
            "lserve:4096", "lserve:512:streaming=0:interval=8", "quest:64", "lserve:64:sinks=0:local=7:dense=1:reading=pages:gates=a/b.tsv",
        ])
    func names(text: String) throws {
        #expect(try Self.policy(text).name == text)
    }

    @Test("Wrong options are refused", arguments: ["lserve:64:interval=3", "lserve:64:streaming=101", "quest:64:reading=x", "quest:1:2"])
    func refusals(text: String) {
        #expect(throws: AttentionError.self) { try Self.policy(text) }
    }

    @Test(
        "With a budget that covers everything it is full attention, whatever the interval",
        arguments: ["lserve:1024:streaming=0:interval=1", "lserve:1024:streaming=0:interval=64", "quest:1024:dense=0:reading=pages"])
    func fullBudget(text: String) throws {
        let problem = Self.whole(330), policy = try Self.policy(text)
        let chunks = [250] + Array(repeating: 1, count: 80)
        let found = try problem.read(chunks, policy: policy, into: problem.makeCache(tokens: 0))
        let full = try problem.read(chunks, policy: FullAttention(), into: problem.makeCache(tokens: 0))
        #expect(largestDifference(found, full) < 4e-6)
    }

    /// The sheet's choice: bounds over runs of `run` tokens, the most over a page and over the queries that share the head.
    private static func chosenPages(
        _ reference: SparseReference, query: [Float], head: Int, position: Int, pages: Int, run: Int = 16
    ) -> [Int] {
        let newest = position / 64, queries = reference.queries(query, head: head, position: position)
        let scores = (0..<newest).map { page in
            stride(from: page * 64, to: (page + 1) * 64, by: run).map { first in
                let keys = reference.keys[head][first..<first + run]
                return queries.map { query in
                    query.indices.reduce(0.0) { sum, c in
                        let (least, most) = (keys.map { $0[c] }.min() ?? 0, keys.map { $0[c] }.max() ?? 0)
                        return sum + max(query[c] * most, query[c] * least)
                    }
                }.max() ?? 0
            }.max() ?? 0
        }
        return SparseReference.largest(pages - 1, of: scores) + [newest]
    }

    @Test("Each query sees the pages of the highest bounds and the newest, as brute force finds them", arguments: [1, 2])
    func choice(seed: UInt64) throws {
        let problem = Self.whole(540, seed: seed), reference = SparseReference(problem), queries = problem.queryTensor
        let policy = try Self.policy("quest:256:dense=0"), cache = try problem.makeCache(tokens: 0)
        try problem.read([450], policy: policy, into: cache)
        let brute = problem.bruteForce()
        for position in 450..<540 {
            let output = try problem.read([1], policy: policy, into: cache, from: position)
            for head in 0..<2 {
                let plan = Self.plan(policy, position, head: head, cache: cache)
                let expected = Self.chosenPages(reference, query: queries.rowArray(position), head: head, position: position, pages: 4)
                #expect(plan.spans.first?.choice?.pages.map(\.index) == expected, "position \(position)")
                let row = brute.row(
                    query: queries.rowArray(position), position: position, index: 0, queryHead: 2 * head, plan: plan)
                for dim in 0..<16 { #expect(abs(Double(output[0][2 * head * 16 + dim]) - row.output[dim]) < 4e-6) }
            }
        }
    }

    @Test("A choice is made at multiples of the interval, serves until the next, and never lacks the newest page")
    func interval() throws {
        let problem = Self.whole(520), reference = SparseReference(problem), queries = problem.queryTensor
        let policy = try Self.policy("quest:192:dense=0:interval=8"), cache = try problem.makeCache(tokens: 0)
        try problem.read([445], policy: policy, into: cache)
        for position in 445..<520 {
            try problem.read([1], policy: policy, into: cache, from: position)
            let chooser = max(445, position / 8 * 8)
            let expected = Self.chosenPages(reference, query: queries.rowArray(chooser), head: 0, position: chooser, pages: 3)
            #expect(Self.plan(policy, position, head: 0, cache: cache).spans[0].choice?.pages.map(\.index) == expected)
        }
    }

    @Test("While reading, runs of a page choose by their queries, if that is asked for, and chunks of whole runs change nothing")
    func choosingWhileReading() throws {
        let problem = Self.whole(512), policy = try Self.policy("lserve:192:streaming=0:reading=pages")
        let cache = try problem.makeCache(tokens: 0)
        let whole = try problem.read([512], policy: policy, into: cache)
        #expect(cache.work.keys < 4 * 512 * 256)
        let parts = try problem.read([128, 64, 320], policy: policy, into: problem.makeCache(tokens: 0))
        #expect(whole == parts)
    }

    @Test("Streaming heads see sinks and a window, in chunks of any length, and give back every page between")
    func streamingHeads() throws {
        let problem = Self.whole(700),
            policy = try Self.policy(
                "lserve:4096:sinks=70:local=100", streaming: [[true, false]])
        let expected = try problem.read([700], policy: policy, into: problem.makeCache(tokens: 0))
        for chunks in [Array(repeating: 50, count: 14), [1, 63, 64, 65, 7, 500], Array(repeating: 1, count: 700)] {
            let cache = try problem.makeCache(tokens: 0)
            #expect(largestDifference(try problem.read(chunks, policy: policy, into: cache), expected) < 4e-6)
            let held = (0..<11).map { cache.page(layer: 0, head: 0, index: $0) != nil }
            #expect(held == (0..<11).map { $0 < 2 || $0 >= 9 })
            #expect((0..<11).allSatisfy { cache.page(layer: 0, head: 1, index: $0) != nil })
        }
        let brute = problem.bruteForce()
        for position in [0, 69, 70, 99, 100, 169, 170, 171, 640, 699] {
            let seen = KeyChoice(slots: (0...position).filter { $0 < 70 || $0 > position - 100 })
            let row = brute.row(
                query: problem.queryTensor.rowArray(position), position: position, index: 0, queryHead: 1,
                plan: AttentionPlan([KeySpan(seen)]))
            for dim in 0..<16 { #expect(abs(Double(expected[position][16 + dim]) - row.output[dim]) < 4e-6) }
        }
    }

    @Test("Bounds over runs of sixteen find more of the best keys than bounds over whole pages")
    func hierarchy() throws {
        var found = [16: 0, 64: 0]
        for seed in 1...3 {
            let problem = Self.whole(1000, seed: UInt64(seed)), reference = SparseReference(problem)
            for position in stride(from: 900, to: 1000, by: 20) {
                let query = reference.queries(problem.queryTensor.rowArray(position), head: 0, position: position)
                let scores = (0..<position / 64 * 64).map { slot in
                    query.map { SparseReference.dot($0, reference.keys[0][slot]) }.max() ?? 0
                }
                let best = SparseReference.largest(20, of: scores)
                for run in [16, 64] {
                    let pages = Set(
                        Self.chosenPages(
                            reference, query: problem.queryTensor.rowArray(position), head: 0, position: position, pages: 5, run: run))
                    found[run, default: 0] += best.count { pages.contains($0 / 64) }
                }
            }
        }
        #expect(found[16, default: 0] > found[64, default: 0])
    }

    @Test("A fork goes on by itself, a saved record goes on as the sequence did, and truncating forgets")
    func memory() throws {
        let problem = Self.whole(600), policy = try Self.policy("lserve:192:interval=8", streaming: [[false, true]])
        let cache = try problem.makeCache(tokens: 0)
        try problem.read([500, 1, 1, 1], policy: policy, into: cache)
        let record = try #require(cache.memory?.record), fork = cache.fork(), restored = cache.fork()
        restored.memory = policy.memory(record, for: cache)
        #expect(restored.memory?.record == record)
        let ones = Array(repeating: 1, count: 90)
        let expected = try problem.read(ones, policy: policy, into: cache, from: 503)
        #expect(cache.memory?.record != record)
        #expect(fork.memory?.record == record)
        #expect(try problem.read(ones, policy: policy, into: restored, from: 503) == expected)
        fork.memory = nil
        // Without memory it is built again; only which query chose first differs.
        let again = try problem.read(ones, policy: policy, into: fork, from: 503)
        #expect(again.dropFirst(8) == expected.dropFirst(8))
        cache.truncate(to: 503)
        // The streaming head has given back what an earlier token would see.
        let truncated = try problem.read(ones, policy: policy, into: cache, from: 503)
        #expect(zip(truncated, expected).dropFirst(8).allSatisfy { $0.prefix(32) == $1.prefix(32) })
        #expect(policy.memory(MemoryRecord(method: policy.name, tokens: 500), for: cache) == nil)
    }

    @Test("A share of heads is streaming by scores of the whole model, not of each layer")
    func division() {
        let scores = HeadScores([[0.9, 0.8], [0.1, 0.2], [0.7, 0.05]])
        #expect(scores.lowest(percent: 50) == [[false, false], [true, true], [false, true]])
        #expect(scores.lowest(percent: 0).joined().allSatisfy { !$0 } && scores.lowest(percent: 100).joined().allSatisfy { $0 })
        #expect(HeadScores(ofQueryHeads: [[0.1, 0.3, 0.2, 0]], group: 2).scores == [[0.3, 0.2]])
    }

    @Test("Keys that a generated token visits stay the same from 4,096 to 65,536, and the memory grows by the token")
    func cost() throws {
        var visited: [Int] = [], bytes: [Int] = []
        for depth in [4096, 16_384, 65_536] {
            var problem = AttentionCase(tokens: depth, queries: 1, heads: 2, group: 1, keyType: .bf16, frame: .origin)
            problem.queries = 1
            let policy = try Self.policy("lserve:1024", streaming: [[false, true]]), cache = try problem.makeCache()
            policy.retain(in: cache)
            let result = try AttentionCase.compute.attend(
                queries: problem.queryTensor, firstPosition: depth - 1, layer: 0, cache: cache, policy: policy, rule: problem.scoreRule)
            visited.append(result.count.keys)
            bytes.append(cache.memory?.byteCount ?? 0)
            // One head holds everything, the other sinks and window.
            #expect(cache.bytesInUse - bytes[bytes.count - 1] < (try problem.spec).pageBytes / 2 * (depth / 64 + 8))
        }
        #expect(Set(visited) == [1024 + 128 + 256])
        let slope = Double(bytes[2] - bytes[1]) / Double(65_536 - 16_384)
        #expect(abs(slope - 2 * 16 * 4 / 16) < 0.1)
    }
}
