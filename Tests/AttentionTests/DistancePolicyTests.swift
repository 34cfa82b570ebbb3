import ApusTesting
import Attention
import Foundation
import KeyValues
import Positions
import Tensors
import Testing

/// Methods that change the distances at which keys are shown, held to attention in double precision by their rules as the papers give
/// them: a function of query and key alone.
@Suite("Methods that change distances")
struct DistancePolicyTests {
    /// At which distance the query at `i` sees the key at `j`; nil if it does not.
    typealias DistanceRule = @Sendable (_ i: Int, _ j: Int) -> Double?

    static func selfExtend(group: Int, window: Int) -> DistanceRule {
        { i, j in i - j < window ? Double(i - j) : Double(i / group + window - window / group - j / group) }
    }
    static func reRoPE(window: Int, leak: Double?) -> DistanceRule {
        { i, j in
            let distance = Double(i - j), end = Double(window)
            return distance < end ? distance : leak.map { end + (distance - end) / $0 } ?? end
        }
    }
    static func lmInfinite(globals: Int, window: Int) -> DistanceRule {
        { i, j in i - j < window ? Double(i - j) : j < globals ? Double(window) : nil }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let policy: any AttentionPolicy
        let rule: DistanceRule
        var testDescription: String { policy.name }
    }

    static let cases: [Case] = [
        Case(policy: SelfExtend(group: 4, window: 32), rule: selfExtend(group: 4, window: 32)),
        Case(policy: SelfExtend(group: 7, window: 30), rule: selfExtend(group: 7, window: 30)),
        Case(policy: SelfExtend(group: 1, window: 5), rule: { i, j in Double(i - j) }),
        Case(policy: SelfExtend(group: 1000, window: 64), rule: selfExtend(group: 1000, window: 64)),
        Case(policy: ReRoPE(window: 40), rule: reRoPE(window: 40, leak: nil)),
        Case(policy: ReRoPE(window: 40, leak: 8), rule: reRoPE(window: 40, leak: 8)),
        Case(policy: ReRoPE(window: 33, leak: 3), rule: reRoPE(window: 33, leak: 3)),
        Case(policy: LMInfinite(globals: 10, window: 50), rule: lmInfinite(globals: 10, window: 50)),
        Case(policy: LMInfinite(globals: 70, window: 64), rule: lmInfinite(globals: 70, window: 64)),
    ]

    /// What brute force finds for one query by a rule of distances: a row for each query head.
    static func expected(_ problem: AttentionCase, position: Int, rule: DistanceRule) -> [BruteForceAttention.Row] {
        let seen = (0...position).compactMap { slot in rule(position, slot).map { (slot: slot, distance: $0) } }
        let keys = problem.keyTensor.rowArrays, values = problem.valueTensor.rowArrays
        var brute = problem.bruteForce()
        brute.keys = seen.map { keys[$0.slot] }
        brute.values = seen.map { values[$0.slot] }
        brute.positions = Array(seen.indices)
        let distances = seen.map(\.distance)
        let placement = Placement.mapped(query: .custom { _ in 0 }, key: .custom { -distances[$0] })
        let plan = AttentionPlan([KeySpan(0..<seen.count, band: .everything, placement: placement)])
        return (0..<problem.heads * problem.group).map {
            brute.row(query: problem.queryTensor.rowArray(position), position: position, index: 0, queryHead: $0, plan: plan)
        }
    }

    /// Reads all tokens in chunks and compares every chosen row with what is expected.
    private func worst(
        _ problem: AttentionCase, policy: any AttentionPolicy, chunk: Int, rows: [Int], rule: DistanceRule, layers: Int = 1
    ) throws -> Double {
        let compute = AttentionCase.compute, layer = layers - 1
        let cache = KeyValueCache(
            specs: Array(repeating: try problem.spec, count: layers), rotary: Array(repeating: problem.rotary, count: layers))
        let keys = problem.keyTensor, values = problem.valueTensor, queries = problem.queryTensor
        var worst = 0.0
        for first in stride(from: 0, to: problem.tokens, by: chunk) {
            let range = first..<min(first + chunk, problem.tokens)
            for layer in 0..<layers {
                try cache.append(layer: layer, keys: keys.slice(range), values: values.slice(range), compute: compute)
            }
            let result = try compute.attend(
                queries: queries.slice(range), firstPosition: first, layer: layer, cache: cache, policy: policy, rule: problem.scoreRule)
            cache.commit(tokens: range.count)
            policy.retain(in: cache)
            for row in rows where range.contains(row) {
                for (head, expected) in Self.expected(problem, position: row, rule: rule).enumerated() {
                    for dim in 0..<problem.valueDim {
                        let found = Double(result.outputs[row - first, head * problem.valueDim + dim])
                        worst = max(worst, abs(found - expected.output[dim]))
                    }
                }
            }
        }
        return worst
    }

    private static let rows = [0, 1, 31, 32, 33, 49, 50, 51, 63, 64, 65, 127, 128, 131, 200, 259]

    @Test("Every query sees what the rule says, in chunks of any length and token by token", arguments: cases, [1, 7, 64, 260])
    func rule(method: Case, chunk: Int) throws {
        let problem = AttentionCase(tokens: 260, queries: 260, frame: .raw)
        #expect(try worst(problem, policy: method.policy, chunk: chunk, rows: Self.rows, rule: method.rule) < 6e-6)
    }

    @Test("Partial rotation, pairs side by side and a single key/value head", arguments: cases)
    func layouts(method: Case) throws {
        let problem = AttentionCase(
            tokens: 140, queries: 140, heads: 1, group: 3, rotaryDim: 8, gain: 1.1, layout: .interleaved, frame: .raw, seed: 3)
        #expect(try worst(problem, policy: method.policy, chunk: 70, rows: [60, 100, 139], rule: method.rule) < 6e-6)
    }

    @Test("Biases by distance follow the distances that are shown", arguments: cases)
    func biases(method: Case) throws {
        let rule = ScoreRule(scale: 0.4, slopes: [0.5, 0.25, 0.125, 0.0625])
        let problem = AttentionCase(tokens: 140, queries: 140, rotaryDim: 0, frame: .raw, rule: rule)
        #expect(try worst(problem, policy: method.policy, chunk: 50, rows: [60, 100, 139], rule: method.rule) < 6e-6)
    }

    @Test("While a text fits the window it is read as with full attention", arguments: cases)
    func withinTheWindow(method: Case) throws {
        let problem = AttentionCase(tokens: 5, queries: 5, frame: .raw)
        #expect(try worst(problem, policy: method.policy, chunk: 5, rows: [0, 2, 4], rule: { i, j in Double(i - j) }) < 4e-6)
    }

    @Test("What is shown lies within what the method says it may show", arguments: cases, [0, 31, 64, 200, 5000])
    func reach(method: Case, position: Int) {
        let reach = method.policy.reach(of: position, layer: 0)
        let shown = (0...position).compactMap { slot in method.rule(position, slot).map { (slot, $0) } }
        #expect(shown.allSatisfy { slot, distance in distance <= Double(reach.farthest) + 1e-9 })
        #expect(shown.allSatisfy { slot, _ in reach.slots.contains { $0.contains(slot) } })
        #expect(Double(reach.farthest) < (shown.map(\.1).max() ?? 0) + 1)
    }

    @Test("SelfExtend and leaky ReRoPE reach as far as their papers say")
    func longestText() {
        let selfExtend = SelfExtend(group: 8, window: 256), reach = (1024 - 256) * 8 + 256
        #expect(selfExtend.reach(of: reach - 1, layer: 0).farthest < 1024)
        #expect(selfExtend.reach(of: reach + 8, layer: 0).farthest >= 1024)
        let leaky = ReRoPE(window: 256, leak: 8)
        #expect(leaky.reach(of: reach - 8, layer: 0).farthest < 1024)
        #expect(ReRoPE(window: 256).reach(of: 1 << 40, layer: 0).farthest == 256)
        #expect(LMInfinite(globals: 4, window: 256).reach(of: 1 << 40, layer: 0).farthest == 256)
    }

    @Test("LM-Infinite recalls the keys that match each head best, half a window away", arguments: [1, 30, 120])
    func recall(chunk: Int) throws {
        let problem = AttentionCase(tokens: 120, queries: 120, frame: .raw), window = 24, globals = 3, count = 4
        let policy = LMInfinite(globals: globals, window: window, recalled: count)
        let keys = problem.keyTensor.rowArrays, brute = problem.bruteForce(), compute = AttentionCase.compute, layers = 5
        let cache = KeyValueCache(
            specs: Array(repeating: try problem.spec, count: layers), rotary: Array(repeating: problem.rotary, count: layers))
        for first in stride(from: 0, to: 120, by: chunk) {
            let range = first..<min(first + chunk, 120)
            for layer in 0..<layers {
                try cache.append(
                    layer: layer, keys: problem.keyTensor.slice(range), values: problem.valueTensor.slice(range), compute: compute)
            }
            let result = try compute.attend(
                queries: problem.queryTensor.slice(range), firstPosition: first, layer: 4, cache: cache, policy: policy,
                rule: problem.scoreRule)
            cache.commit(tokens: range.count)
            policy.retain(in: cache)
            for row in [20, 26, 27, 60, 119] where range.contains(row) {
                for head in 0..<4 {
                    // The scores of all keys at half a window's distance.
                    let scores = brute.row(
                        query: problem.queryTensor.rowArray(row), position: row, index: 0, queryHead: head,
                        plan: AttentionPlan([KeySpan(0..<keys.count, band: .everything, placement: .constant(distance: window / 2))])
                    ).logits
                    let middle = globals..<max(globals, row - window + 1)
                    let chosen = Set(middle.sorted { scores[$0] > scores[$1] }.prefix(count))
                    let plain = Self.lmInfinite(globals: globals, window: window)
                    let expected = Self.expected(problem, position: row) { i, j in
                        chosen.contains(j) ? Double(window / 2) : plain(i, j)
                    }[head]
                    for dim in 0..<problem.valueDim {
                        let found = Double(result.outputs[row - first, head * problem.valueDim + dim])
                        #expect(abs(found - expected.output[dim]) < 6e-6)
                    }
                }
            }
        }
        #expect(cache.bytesInUse > 0 && cache.fork().memory != nil)
    }

    @Test("LM-Infinite's memory stops growing, and what it forgets has no influence")
    func bounded() throws {
        let problem = AttentionCase(tokens: 1024, queries: 1, keyDim: 8, valueDim: 8, keyType: .bf16, frame: .raw)
        let cache = try problem.makeCache()
        LMInfinite(globals: 10, window: 100).retain(in: cache)
        #expect(cache.bytesInUse <= 2 * 4 * (try problem.spec).pageBytes)
    }

    @Test("The registry knows them, with what is left out taken from the window")
    func names() throws {
        #expect(try PolicyRegistry.policy("selfextend:4:512", window: nil).name == "selfextend:4:512")
        #expect(try PolicyRegistry.policy("selfextend", window: 2048).name == "selfextend:8:512")
        #expect(try PolicyRegistry.policy("rerope:512", window: nil).name == "rerope:512")
        #expect(try PolicyRegistry.policy("rerope:512:16", window: nil).name == "rerope:512:16")
        #expect(try PolicyRegistry.policy("rerope", window: 1024).name == "rerope:512")
        #expect(try PolicyRegistry.policy("lm-infinite:100:2000", window: nil).name == "lm-infinite:100:2000")
        #expect(try PolicyRegistry.policy("lm-infinite:10:1000:5", window: nil).name == "lm-infinite:10:1000:5")
        #expect(try PolicyRegistry.policy("lm-infinite", window: 1024).name == "lm-infinite:10:1023")
    }
}
