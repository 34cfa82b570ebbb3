import ApusTesting
import Attention
import Diagnostics
import KeyValues
import Tensors
import Positions
import Testing

@Suite("Attention policies")
struct PolicyTests {
    @Test("Every method is worth trying in some form, which names itself with all of its options", arguments: [256, 1024, 32_768])
    func trials(window: Int) throws {
        let trials = PolicyRegistry.trials(for: Stretch(window: window, length: 16 * window), layers: 6)
        let policies = try trials.map { try PolicyRegistry.policy($0, window: nil, layers: 6) }
        #expect(policies.map(\.name) == trials)
        #expect(Set(trials.map { String($0.prefix { $0 != ":" }) }).count >= PolicyRegistry.names.count - 2)
        // What makes texts longer reaches as far as was asked for within the window.
        let long = policies.filter { $0.name.hasPrefix("selfextend") || $0.name.hasPrefix("lm-infinite") || $0.name.hasPrefix("longheads") }
        #expect(long.count >= 4 && long.allSatisfy { $0.reach(of: 16 * window - 1, layer: 0).farthest < window })
    }

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
            "", "fool", "full:1", "sliding", "sliding:0", "sliding:x", "streaming:4:-1", "streaming:1:2:3",
            "sliding:1073741825", "streaming:9223372036854775807:5",
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

    /// Shows every run of queries what came before the run, nearer by another shift for each query.
    private struct RunsOfSeven: AttentionPolicy {
        let name = "runs"
        var needs: PolicyNeeds { PolicyNeeds(frame: .raw, queriesPerPlan: 7) }

        func reach(of position: Int, layer: Int) -> PolicyReach { PolicyReach(own: 0..<position + 1) }

        func retain(in cache: KeyValueCache, layer: Int) {}

        func plan(_ block: QueryBlock, cache: KeyValueCache) -> AttentionPlan {
            let first = block.positions.lowerBound
            return AttentionPlan([
                KeySpan(0..<first / 7 * 7, placement: .shiftedPerQuery(by: block.positions.map { $0 - first })),
                KeySpan(first / 7 * 7..<block.positions.upperBound, band: .window(3)),
            ])
        }
    }

    @Test(
        "A policy is asked for no more queries at once than it allows, at places that do not depend on chunks",
        arguments: [1, 5, 7, 20, 30])
    func queriesPerPlan(chunk: Int) throws {
        let problem = AttentionCase(tokens: 70, queries: 30, frame: .raw), cache = try problem.makeCache(), policy = RunsOfSeven()
        let queries = problem.queryTensor, brute = problem.bruteForce()
        for first in stride(from: 0, to: 30, by: chunk) {
            let rows = first..<min(first + chunk, 30)
            let result = try AttentionCase.compute.attend(
                queries: queries.slice(rows), firstPosition: 40 + first, layer: 0, cache: cache, policy: policy, rule: problem.scoreRule)
            let expected = rows.map { row in
                let position = 40 + row, run = max(40 + first, position / 7 * 7)
                let block = QueryBlock(layer: 0, head: 0, group: 2, positions: run..<min((run / 7 + 1) * 7, 40 + rows.upperBound))
                return (0..<4).map {
                    brute.row(
                        query: queries.rowArray(row), position: position, index: position - run, queryHead: $0,
                        plan: policy.plan(block, cache: cache))
                }
            }
            let worst = problem.difference(of: result, expected: expected)
            #expect(worst.output < 4e-6 && worst.logSumExp < 4e-6)
        }
    }

    @Test("A policy that needs keys in another frame is refused by name")
    func frames() throws {
        let problem = AttentionCase(frame: .page), cache = try problem.makeCache()
        #expect(throws: AttentionError.frameMissing(method: "runs", needed: .raw, frame: .page)) {
            try AttentionCase.compute.attend(
                queries: problem.queryTensor, firstPosition: problem.firstPosition, layer: 0, cache: cache, policy: RunsOfSeven(),
                rule: problem.scoreRule)
        }
    }

    @Test("Parts of a span show their keys as the whole does")
    func clamping() throws {
        let problem = AttentionCase(tokens: 130, queries: 2)
        for placement in [Placement.own, .placed(at: 5), .shifted(by: 9), .behind(distance: 200)] {
            let span = KeySpan(10..<120, placement: placement)
            let parts = [span.clamped(to: 0..<40), span.clamped(to: 40..<77), span.clamped(to: 77..<500)]
            let whole = problem.expected([AttentionPlan([span])]), cut = problem.expected([AttentionPlan(parts)])
            #expect(whole.map { $0.map(\.logits) } == cut.map { $0.map(\.logits) })
        }
        #expect(KeySpan(10..<20).clamped(to: 30..<40).slots.isEmpty)
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
