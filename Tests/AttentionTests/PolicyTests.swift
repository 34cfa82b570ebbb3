import ApusTesting
import Attention
import Diagnostics
import KeyValues
import Tensors
import Testing

@Suite("Attention policies")
struct PolicyTests {
    @Test("Names and options make policies")
    func registry() throws {
        #expect(try PolicyRegistry.policy("full", window: nil).name == "full")
        #expect(try PolicyRegistry.policy("sliding:1024", window: nil).name == "sliding:1024")
        #expect(try PolicyRegistry.policy("sliding", window: 4096).name == "sliding:4096")
        #expect(try PolicyRegistry.policy("streaming:4:1020", window: nil).name == "streaming:4:1020")
        #expect(try PolicyRegistry.policy("streaming", window: 2048).name == "streaming:4:2044")
        #expect(try PolicyRegistry.policy("streaming:8", window: 2048).name == "streaming:8:2040")
    }

    @Test(
        "Wrong names and options are refused with what is right",
        arguments: [
            "", "fool", "full:1", "sliding", "sliding:0", "sliding:x", "streaming:4:-1", "streaming:1:2:3", "sliding:9223372036854775807",
            "streaming:4:9223372036854775807",
        ])
    func refusals(text: String) {
        do {
            _ = try PolicyRegistry.policy(text, window: nil)
            Issue.record("\(text) was accepted")
        } catch {
            #expect(error.kind == .usage)
            #expect(error.description.contains("choose one of") || error.description.contains("write "))
        }
    }

    @Test("A window counts the own key, and pages out of it are given back")
    func slidingWindow() throws {
        let problem = AttentionCase(tokens: 300, queries: 3, heads: 1, group: 1), cache = try problem.makeCache()
        let policy = SlidingWindow(window: 100)
        let plan = policy.plan(QueryBlock(layer: 0, head: 0, group: 1, positions: 297..<300), cache: cache)
        let rows = problem.expected([plan])
        #expect(rows.map { $0[0].slots } == [Array(198...297), Array(199...298), Array(200...299)])
        policy.retain(in: cache)
        #expect((0..<5).map { cache.page(layer: 0, head: 0, index: $0) == nil } == [true, true, true, false, false])
        #expect(cache.arena.bytesInUse == cache.bytesInUse)
        #expect(cache.bytesInUse == 2 * (try problem.spec).pageBytes)
    }

    @Test("Sinks appear as if the cache held nothing but sinks and window")
    func streaming() throws {
        let problem = AttentionCase(tokens: 200, queries: 200, heads: 1, group: 1, keyDim: 8, valueDim: 8)
        let policy = StreamingLLM(sinks: 4, window: 20)
        let plan = policy.plan(QueryBlock(layer: 0, head: 0, group: 1, positions: 0..<200), cache: try problem.makeCache())
        let keys = problem.keyTensor.rowArrays, values = problem.valueTensor.rowArrays, brute = problem.bruteForce()
        let result = try AttentionCase.compute.attend(
            queries: problem.queryTensor, firstPosition: 0, layer: 0, cache: try problem.makeCache(), plans: [plan], rule: problem.scoreRule
        )
        for position in [0, 3, 19, 20, 23, 24, 100, 199] {
            // What the cache holds, put together anew and numbered from 0.
            let held = Array(Set(0..<min(4, position + 1)).union(max(0, position - 19)...position)).sorted()
            var cached = brute
            cached.keys = held.map { keys[$0] }
            cached.values = held.map { values[$0] }
            cached.positions = Array(held.indices)
            let row = cached.row(
                query: problem.queryTensor.rowArray(position), position: held.count - 1, index: 0, queryHead: 0,
                plan: AttentionPlan([KeySpan(0..<held.count)]))
            for dim in 0..<8 { #expect(abs(Double(result.outputs[position, dim]) - row.output[dim]) < 4e-6, "position \(position)") }
        }
    }

    @Test("Streaming holds a bounded number of pages")
    func bounded() throws {
        var problem = AttentionCase(tokens: 64, queries: 1, heads: 2, keyDim: 8, valueDim: 8, keyType: .bf16)
        let cache = KeyValueCache(specs: [try problem.spec], rotary: [problem.rotary]), policy = StreamingLLM(sinks: 4, window: 100)
        for round in 0..<20 {
            problem.seed = UInt64(round)
            try cache.append(layer: 0, keys: problem.keyTensor, values: problem.valueTensor, compute: AttentionCase.compute)
            cache.commit(tokens: 64)
            policy.retain(in: cache)
            #expect(cache.bytesInUse <= 4 * (try problem.spec).pageBytes)
        }
        #expect(cache.tokenCount == 1280)
    }
}
