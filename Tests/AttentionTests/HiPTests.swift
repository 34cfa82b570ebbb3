import ApusTesting
import Attention
import Foundation
import KeyValues
import Tensors
import Testing

@Suite("HiP attention")
struct HiPTests {
    private static func policy(_ text: String) throws -> any AttentionPolicy { try PolicyRegistry.policy(text, window: nil) }

    private static func whole(_ tokens: Int, group: Int = 2, seed: UInt64 = 1) -> AttentionCase {
        AttentionCase(tokens: tokens, queries: tokens, group: group, frame: .origin, seed: seed)
    }

    /// The slots that a policy shows to the query at a position.
    private static func slots(
        _ policy: any AttentionPolicy, _ positions: Range<Int>, head: Int, group: Int = 2, cache: KeyValueCache
    ) -> [Int] {
        let plan = policy.plan(QueryBlock(layer: 0, head: head, group: group, positions: positions), cache: cache)
        return plan.spans.flatMap { span in
            span.slots.filter { slot in
                span.choice?.pages.contains { $0.index == slot / 64 && $0.keys >> UInt64(slot % 64) & 1 == 1 } ?? true
            }
        }
    }

    /// The recursion of the sheet, key by key.
    private static func recursion(_ scores: [Double], kept: Int) -> [Int] {
        guard scores.count > kept else { return Array(scores.indices) }
        var nodes = (0..<kept).map { (scores.count * $0 / kept, scores.count * ($0 + 1) / kept) }
        while nodes.contains(where: { $0.1 - $0.0 > 1 }) {
            var branches: [(Int, Int)] = []
            for (first, end) in nodes {
                let middle = first + (end - first) / 2
                branches += end - first == 1 ? [(first, end)] : [(first, middle), (middle, end)]
            }
            let best = SparseReference.largest(kept, of: branches.map { scores[$0.0 + ($0.1 - $0.0) / 2] })
            nodes = best.map { branches[$0] }
        }
        return nodes.map(\.0)
    }

    @Test("Names keep what is not as usual", arguments: ["hip:512", "hip:64:block=2:window=70:dense=0:refresh=1:show=pages"])
    func names(text: String) throws {
        #expect(try Self.policy(text).name == text)
    }

    @Test("Wrong options are refused", arguments: ["hip:64:block=3", "hip:8", "hip:64:refresh=5", "hip:64:show=x", "hip:0"])
    func refusals(text: String) {
        #expect(throws: AttentionError.self) { try Self.policy(text) }
    }

    @Test(
        "With keys or a window that cover everything, or in dense layers, it is full attention",
        arguments: [
            "hip:1024:dense=0", "hip:512:block=2:window=1:sinks=0:dense=0", "hip:16:window=4096:dense=0", "hip:16:dense=1",
        ])
    func fullBudget(text: String) throws {
        let problem = Self.whole(330), policy = try Self.policy(text)
        for chunks in [[330], [100, 3, 127, 50] + Array(repeating: 1, count: 50)] {
            let found = try problem.read(chunks, policy: policy, into: problem.makeCache(tokens: 0))
            let full = try problem.read(chunks, policy: FullAttention(), into: problem.makeCache(tokens: 0))
            #expect(largestDifference(found, full) < 4e-6)
        }
    }

    @Test("Key by key it finds what the recursion finds", arguments: [1, 2, 3])
    func recursion(seed: UInt64) throws {
        let problem = Self.whole(450, group: 1, seed: seed), reference = SparseReference(problem), queries = problem.queryTensor
        let policy = try Self.policy("hip:24:block=1:window=40:sinks=5:dense=0:refresh=1"), cache = try problem.makeCache(tokens: 400)
        for position in 400..<450 {
            try problem.read([1], policy: policy, into: cache, from: position)
            let window = (position - 39) / 64 * 64
            for head in 0..<2 {
                let query = reference.queries(queries.rowArray(position), head: head, position: position)[0]
                let scores = reference.keys[head][5..<window].map { SparseReference.dot(query, $0) }
                let expected = Array(0..<5) + Self.recursion(scores, kept: 24).map { $0 + 5 } + Array(window...position)
                #expect(Self.slots(policy, position..<position + 1, head: head, group: 1, cache: cache) == expected)
            }
        }
    }

    @Test("A run of queries shares the blocks of the best of every second query and every query head", arguments: [2, 8, 16])
    func blocks(length: Int) throws {
        let problem = Self.whole(512), reference = SparseReference(problem), queries = problem.queryTensor
        let policy = try Self.policy("hip:64:block=\(length):window=64:sinks=16:dense=0"), cache = try problem.makeCache(tokens: 448)
        let outputs = try problem.read([64], policy: policy, into: cache, from: 448)
        let window = (448 - 63) / 64 * 64, first = 16
        for head in 0..<2 {
            let rows = stride(from: 448, to: 512, by: 2).flatMap {
                reference.queries(queries.rowArray($0), head: head, position: $0)
            }
            let scores = stride(from: first, to: window, by: length).map { slot in
                (slot..<slot + length).map { key in
                    rows.map { SparseReference.dot($0, reference.keys[head][key]) }.max() ?? 0
                }.max() ?? 0
            }
            let kept = Self.recursion(scores, kept: 64 / length).flatMap { first + $0 * length..<first + ($0 + 1) * length }
            #expect(Self.slots(policy, 448..<512, head: head, cache: cache) == Array(0..<first) + kept + Array(window..<512))
            let plan = policy.plan(QueryBlock(layer: 0, head: head, group: 2, positions: 448..<512), cache: cache)
            for position in [448, 475, 511] {
                let row = problem.bruteForce().row(
                    query: queries.rowArray(position), position: position, index: position - 448, queryHead: 2 * head, plan: plan)
                for dim in 0..<16 { #expect(abs(Double(outputs[position - 448][2 * head * 16 + dim]) - row.output[dim]) < 4e-6) }
            }
        }
    }

    @Test("Chosen keys are exactly as many as asked for, each once, and the work is bounded", arguments: [1, 3, 100, 1000, 4097])
    func counts(keys: Int) {
        for kept in [1, 2, 7, 32] {
            var evaluated = 0
            let search = HierarchicalSearch(blocks: 10..<10 + keys, kept: kept)
            let found = search.run { blocks in
                evaluated += blocks.count
                #expect(blocks.count <= 2 * kept)
                return blocks.map { Float($0 * 7919 % 1009) }
            }
            #expect(found.count == min(kept, keys) && found == Set(found).sorted() && found.allSatisfy((10..<10 + keys).contains))
            #expect(evaluated <= 2 * kept * max(0, Int(ceil(log2(Double(keys) / Double(kept)))) + 1))
        }
    }

    @Test("Of scores that ascend it finds exactly the best, and a wide peak is never missed")
    func monotone() {
        let search = HierarchicalSearch(blocks: 0..<4096, kept: 64)
        #expect(search.run { $0.map(Float.init) } == Array(4032..<4096))
        for peak in stride(from: 0, to: 4096 - 70, by: 37) {
            // Wider than half a node: 4096 / 64 / 2.
            let range = peak..<peak + 66, found = search.run { $0.map { range.contains($0) ? 1 : 0 } }
            #expect(found.contains(where: range.contains), "peak at \(peak)")
        }
    }

    /// Noise smoothed over so many keys.
    private static func noise(_ count: Int, smoothness: Int, random: inout SeededGenerator) -> [Float] {
        let white = (0..<count + smoothness).map { _ in
            (0..<12).reduce(Float(-6)) { sum, _ in sum + random.unit() }
        }
        var sum = white[..<smoothness].reduce(0, +)
        return (0..<count).map { index in
            sum += white[index + smoothness] - white[index]
            return 3 * sum / Float(smoothness).squareRoot()
        }
    }

    @Test(
        "Of smoothed noise it finds as many of the best keys as measured elsewhere",
        arguments: [(1, 0.12), (4, 0.49), (16, 0.92), (64, 0.995)])
    func recall(smoothness: Int, expected: Double) {
        var random = SeededGenerator(seed: 7), found = 0, evaluated = 0
        var keptMass = 0.0, randomMass = 0.0
        for _ in 0..<12 {
            let scores = Self.noise(8192, smoothness: smoothness, random: &random)
            let best = Set(scores.indices.sorted { scores[$0] > scores[$1] }.prefix(256))
            let chosen = HierarchicalSearch(blocks: 0..<8192, kept: 256).run { blocks in
                evaluated += blocks.count
                return blocks.map { scores[$0] }
            }
            found += chosen.count(where: best.contains)
            let most = scores.max() ?? 0, weights = scores.map { exp(Double($0 - most)) }, total = weights.reduce(0, +)
            keptMass += chosen.reduce(0) { $0 + weights[$1] } / total
            randomMass += (0..<256).reduce(0) { sum, _ in sum + weights[random.below(8192)] } / total
        }
        #expect(abs(Double(found) / (12 * 256) - expected) < 0.06)
        #expect(evaluated == 12 * 2560)
        #expect(keptMass > randomMass)
    }

    @Test("Generated tokens search anew every so often and see all that came since")
    func refresh() throws {
        let problem = Self.whole(560), policy = try Self.policy("hip:32:window=64:dense=0:refresh=16")
        let cache = try problem.makeCache(tokens: 470)
        var blocks: [[Int]] = []
        for position in 470..<560 {
            try problem.read([1], policy: policy, into: cache, from: position)
            let slots = Self.slots(policy, position..<position + 1, head: 1, cache: cache)
            let searched = max(470, position / 16 * 16), window = (searched - 63) / 64 * 64
            #expect(slots.suffix(position + 1 - window) == Array(window...position))
            blocks.append(Array(slots.prefix(slots.count - (position + 1 - window))))
            if position > searched { #expect(blocks[blocks.count - 2] == blocks[blocks.count - 1]) }
        }
        #expect(Set(blocks).count > 3)
    }

    @Test("Showing whole pages shows at least what blocks show, and nothing twice")
    func wholePages() throws {
        let problem = Self.whole(600)
        var seen: [[Int]] = []
        for text in ["hip:64:window=64:dense=0", "hip:64:window=64:dense=0:show=pages"] {
            let policy = try Self.policy(text), cache = try problem.makeCache(tokens: 599)
            try problem.read([1], policy: policy, into: cache, from: 599)
            seen.append(Self.slots(policy, 599..<600, head: 0, cache: cache))
        }
        #expect(Set(seen[1]).isSuperset(of: seen[0]) && Set(seen[1]).count == seen[1].count && seen[1] == seen[1].sorted())
    }

    @Test("Chunks of whole runs change nothing; forks, records and truncating keep what was found")
    func memory() throws {
        let problem = Self.whole(640), policy = try Self.policy("hip:32:window=64:dense=0")
        let cache = try problem.makeCache(tokens: 0)
        let whole = try problem.read([576], policy: policy, into: problem.makeCache(tokens: 0))
        #expect(try problem.read([64, 192, 320], policy: policy, into: cache) == whole)
        try problem.read([1, 1, 1], policy: policy, into: cache, from: 576)
        let record = try #require(cache.memory?.record), fork = cache.fork(), restored = cache.fork()
        restored.memory = policy.memory(record, for: cache)
        let ones = Array(repeating: 1, count: 20)
        let expected = try problem.read(ones, policy: policy, into: cache, from: 579)
        #expect(fork.memory?.record == record)
        #expect(try problem.read(ones, policy: policy, into: restored, from: 579) == expected)
        #expect(try problem.read(ones, policy: policy, into: fork, from: 579) == expected)
        var odd = record
        odd.integers["blocks.0.1"] = [576, 584, 64, 9]
        #expect(policy.memory(odd, for: cache) == nil)
    }

    @Test("Visited keys stay the same from 4,096 to 65,536, and what is scored grows by the logarithm")
    func cost() throws {
        var visited: [Int] = [], scored: [Int] = []
        for depth in [4096, 16_384, 65_536] {
            let problem = AttentionCase(tokens: depth, queries: 1, heads: 1, group: 1, keyType: .bf16, frame: .origin)
            let policy = try Self.policy("hip:512:dense=0"), cache = try problem.makeCache()
            let result = try AttentionCase.compute.attend(
                queries: problem.queryTensor, firstPosition: depth - 1, layer: 0, cache: cache, policy: policy, rule: problem.scoreRule)
            visited.append(result.count.keys)
            var count = 0
            _ = HierarchicalSearch(blocks: 0..<depth / 16, kept: 32).run { blocks in
                count += blocks.count
                return blocks.map { Float($0 % 7) }
            }
            scored.append(count)
        }
        #expect(Set(visited) == [512 + 64 + 256])
        #expect(scored == [3 * 64, 5 * 64, 7 * 64])
    }
}
