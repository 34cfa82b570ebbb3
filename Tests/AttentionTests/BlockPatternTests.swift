import ApusTesting
import Attention
import KeyValues
import Tensors
import Testing

/// Which keys a method of a fixed pattern shows, written from its description: query, key, key/value head.
private typealias Mask = (_ query: Int, _ key: Int, _ head: Int) -> Bool

@Suite("Fixed patterns of blocks and windows")
struct BlockPatternTests {
    /// Reads in chunks, dropping what the method drops after each, and compares some rows with brute force over the mask.
    private func check(_ policy: any AttentionPolicy, _ problem: AttentionCase, chunks: [Int], mask: Mask) throws {
        let cache = KeyValueCache(specs: [try problem.spec], rotary: [problem.rotary]), compute = AttentionCase.compute
        let keys = problem.keyTensor, values = problem.valueTensor, queries = problem.queryTensor, brute = problem.bruteForce()
        var first = 0, worst = 0.0
        for chunk in chunks {
            let range = first..<first + chunk
            try cache.append(layer: 0, keys: keys.slice(range), values: values.slice(range), compute: compute)
            let result = try compute.attend(
                queries: queries.slice(range), firstPosition: first, layer: 0, cache: cache, policy: policy, rule: problem.scoreRule)
            for position in range where position % 11 == 0 || position % 64 < 2 || chunk == 1 {
                for head in 0..<problem.heads * problem.group {
                    let shown = (0...position).filter { mask(position, $0, head / problem.group) }
                    let row = brute.row(
                        query: queries.rowArray(position), position: position, index: 0, queryHead: head,
                        plan: AttentionPlan([KeySpan(KeyChoice(slots: shown), band: .everything)]))
                    for dim in 0..<problem.valueDim {
                        let found = Double(result.outputs[position - first, head * problem.valueDim + dim])
                        worst = max(worst, abs(found - row.output[dim]))
                    }
                }
            }
            cache.commit(tokens: chunk)
            policy.retain(in: cache)
            first += chunk
        }
        #expect(worst < 6e-6, "\(policy.name), \(chunks)")
    }

    private static let chunkings = [[500], [64, 200, 36, 200], [447] + Array(repeating: 1, count: 53)]

    private static var problem: AttentionCase { AttentionCase(tokens: 500, queries: 500, keyDim: 8, valueDim: 8) }

    @Test("Sinks stay at their true distances beside the window", arguments: chunkings)
    func sinkWindow(chunks: [Int]) throws {
        try check(SinkWindow(sinks: 5, window: 70), Self.problem, chunks: chunks) { query, key, _ in key < 5 || query - key < 70 }
    }

    @Test("Blocks see themselves causally, and the whole of the one before", arguments: chunkings, [0, 1])
    func blocks(chunks: [Int], before: Int) throws {
        for block in [50, 64, 150] {
            try check(BlockWindow(block: block, before: before), Self.problem, chunks: chunks) { query, key, _ in
                query / block - key / block <= before
            }
        }
    }

    @Test("Strided blocks are those of the block's own number and the head", arguments: chunkings)
    func strided(chunks: [Int]) throws {
        for (local, stride, block) in [(2, 3, 16), (1, 2, 64), (3, 5, 10), (1, 16, 24)] {
            let step = max(1, stride / 2)
            try check(StridedBlocks(local: local, stride: stride, block: block), Self.problem, chunks: chunks) { query, key, head in
                query / block - key / block < local || (key / block + head * step) % stride == 0
            }
        }
    }

    @Test("Random blocks are the same however the text is cut, causal, and different for each head, layer and block of queries")
    func randomBlocks() throws {
        let policy = RandomBlocks(window: 1, first: 1, random: 2, seed: 7), cache = try AttentionCase(tokens: 64).makeCache()
        func pages(_ position: Int, _ head: Int, _ layer: Int = 0) -> [Int] {
            let block = QueryBlock(layer: layer, head: head, group: 2, positions: position..<position + 1)
            return policy.plan(block, cache: cache).spans.flatMap { $0.choice?.pages.map(\.index) ?? [] }
        }
        for chunks in Self.chunkings {
            try check(policy, Self.problem, chunks: chunks) { query, key, head in pages(query, head).contains(key / 64) }
        }
        for block in 0..<40 {
            let chosen = pages(block * 64 + 5, 1)
            #expect(chosen == pages(block * 64 + 63, 1) && chosen == Array(Set(chosen)).sorted())
            #expect(chosen.first == 0 && chosen.last == block && chosen.count == min(4, block + 1))
        }
        let draws = Set((0..<8).flatMap { head in (30..<34).map { pages($0 * 64, head, head % 3) } })
        #expect(draws.count > 28)
    }

    @Test("What covers everything equals full attention to the bit of a few roundings")
    func everything() throws {
        let policies: [any AttentionPolicy] = [
            SinkWindow(sinks: 3, window: 500), BlockWindow(block: 500, before: 0), BlockWindow(block: 256, before: 1),
            StridedBlocks(local: 8, stride: 9), StridedBlocks(local: 1, stride: 1),
            RandomBlocks(window: 8, first: 1, random: 1, seed: 1), RandomBlocks(window: 1, first: 1, random: 9, seed: 1),
        ]
        for policy in policies { try check(policy, Self.problem, chunks: [300, 200]) { _, _, _ in true } }
    }

    @Test("A head keeps its local blocks and one page in every stride of the others, and nothing else")
    func keptPages() throws {
        let problem = AttentionCase(tokens: 64, heads: 4, keyDim: 8, valueDim: 8), policy = StridedBlocks(local: 2, stride: 4)
        let cache = KeyValueCache(specs: [try problem.spec], rotary: [problem.rotary])
        for block in 1...40 {
            try cache.append(layer: 0, keys: problem.keyTensor, values: problem.valueTensor, compute: AttentionCase.compute)
            cache.commit(tokens: 64)
            policy.retain(in: cache)
            // The next query's own block is still empty, so one local block is kept.
            let blocks = 4 * (1 + (block - 1) / 4)
            #expect(abs(cache.bytesInUse - blocks * (try problem.spec).pageBytes / 4) <= 4 * (try problem.spec).pageBytes / 4)
        }
        let kept = (0..<4).map { head in Set((0..<38).filter { cache.page(layer: 0, head: head, index: $0) != nil }) }
        #expect(kept.reduce(Set()) { $0.union($1) } == Set(0..<38), "together the heads keep every block")
        #expect((0..<4).allSatisfy { head in kept[head].allSatisfy { ($0 + head) % 4 == 0 } })
        for position in [2560, 2600] {
            for head in 0..<4 {
                for slots in policy.slots(neededAt: position, layer: 0, head: head, cache: cache) {
                    for page in slots.lowerBound / 64..<min(40, (slots.upperBound + 63) / 64) {
                        #expect(cache.page(layer: 0, head: head, index: page) != nil)
                    }
                }
            }
        }
    }

    @Test("Work for a token: constant for windows and random blocks, a stride's share of the text for strided blocks")
    func cost() throws {
        let problem = AttentionCase(tokens: 4096, queries: 1, heads: 1, group: 1, keyDim: 8, valueDim: 8)
        let zeros = Tensor(rows: 4096, columns: 8), query = problem.queryTensor
        let cache = KeyValueCache(specs: [try problem.spec], rotary: [problem.rotary])
        var counts: [String: [Int]] = [:]
        let policies: [any AttentionPolicy] = [
            SinkWindow(sinks: 64, window: 960), BlockWindow(block: 1024, before: 0), BlockWindow(block: 512, before: 1),
            StridedBlocks(local: 16, stride: 16), RandomBlocks(window: 3, first: 1, random: 3, seed: 1),
        ]
        for _ in 0..<16 {
            try cache.append(layer: 0, keys: zeros, values: zeros, compute: AttentionCase.compute)
            cache.commit(tokens: 4096)
            for policy in policies {
                let result = try AttentionCase.compute.attend(
                    queries: query, firstPosition: cache.tokenCount - 1, layer: 0, cache: cache, policy: policy, rule: problem.scoreRule)
                counts[policy.name, default: []].append(result.count.keys)
            }
        }
        for name in ["sink-window:64:960", "block0:1024", "block1:512"] { #expect(counts[name] == Array(repeating: 1024, count: 16)) }
        #expect(counts["random-blocks:3:1:3:1"] == Array(repeating: 7 * 64, count: 16))
        let expected = (1...16).map { 1024 + ($0 * 64 - 16 + 15) / 16 * 64 }
        #expect(counts["strided:16:16:64"] == expected)
    }
}
