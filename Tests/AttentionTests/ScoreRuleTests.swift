import ApusTesting
import Attention
import Foundation
import KeyValues
import Positions
import Tensors
import Testing

@Suite("Biases by distance and scaled queries")
struct ScoreRuleTests {
    private static let buckets = T5Buckets(count: 8, largestDistance: 40)

    private static var biased: ScoreRule {
        var rule = ScoreRule(scale: 0.3)
        rule.distanceBiases = (0..<4).map { head in buckets.ofDistances.map { Float($0 * (head + 1)) * 0.2 - 1 } }
        return rule
    }

    @Test("T5's biases reach every kernel", arguments: AttentionKernelTable.all, [CacheType.f32, .bf16, .q8])
    func biases(kernels: AttentionKernelTable, type: CacheType) throws {
        for queries in [1, 40] {
            let problem = AttentionCase(tokens: 150, queries: queries, keyType: type, rule: Self.biased)
            let difference = try problem.difference(AttentionCase.causal, kernels: kernels)
            #expect(difference.output < max(6e-6, AttentionCase.tolerance(type)))
        }
    }

    @Test("Keys behind the query count as at no distance, and those beyond the list as its last")
    func ends() throws {
        let problem = AttentionCase(tokens: 150, queries: 30, rotaryDim: 0, rule: Self.biased)
        let plan = AttentionPlan([KeySpan(0..<150, band: .everything)])
        #expect(try problem.difference([plan]).output < 6e-6)
    }

    @Test("Queries are scaled by their positions, whatever the chunks")
    func scaled() throws {
        var rule = ScoreRule(scale: 0.4)
        rule.queryScale = .logarithmic(beyond: 20)
        let problem = AttentionCase(tokens: 130, queries: 130, rule: rule), expected = problem.expected(AttentionCase.causal)
        let whole = try problem.difference(AttentionCase.causal, expected: expected)
        #expect(whole.output < 6e-6 && whole.logSumExp < 6e-6)
        let cache = try problem.makeCache(), first = 120..<130
        let part = try AttentionCase.compute.attend(
            queries: problem.queryTensor.slice(first), firstPosition: 120, layer: 0, cache: cache, plans: AttentionCase.causal, rule: rule)
        #expect(problem.difference(of: part, expected: Array(expected[first])).output < 6e-6)
    }

    @Test("Attention does not drift with position, in float32 and with unturned keys in bfloat16", arguments: [CacheType.f32, .bf16])
    func drift(type: CacheType) throws {
        let problem = AttentionCase(tokens: 96, queries: 8, keyDim: 64, keyType: type, valueType: .f32, frame: .raw)
        func outputs(shift: Int) throws -> [[Float]] {
            let cache = KeyValueCache(specs: [try problem.spec], rotary: [problem.rotary]), compute = AttentionCase.compute
            if shift > 0 {
                var before = problem
                before.tokens = shift
                try cache.append(layer: 0, keys: before.keyTensor, values: before.valueTensor, compute: compute)
            }
            try cache.append(layer: 0, keys: problem.keyTensor, values: problem.valueTensor, compute: compute)
            let plan = AttentionPlan([KeySpan(shift..<shift + 96)])
            return try compute.attend(
                queries: problem.queryTensor, firstPosition: shift + 88, layer: 0, cache: cache, plans: [plan], rule: problem.scoreRule,
                request: AttentionRequest(kernels: AttentionKernelTable.all.first)
            ).outputs.rowArrays
        }
        let here = try outputs(shift: 0)
        for shift in [16, 4096] {
            let there = try outputs(shift: shift)
            let worst = zip(here.joined(), there.joined()).map { abs($0 - $1) }.max() ?? 0
            // A page's numbers are kept relative to their mean, which rounds otherwise where a page begins elsewhere.
            #expect(worst < (type == .f32 || shift.isMultiple(of: 64) ? 1e-5 : 0.03))
        }
    }
}
