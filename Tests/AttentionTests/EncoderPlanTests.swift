import ApusTesting
import Attention
import KeyValues
import Positions
import Testing

@Suite("SelfExtend on both sides")
struct EncoderPlanTests {
    /// The distance at which a query sees a key by a plan that shows every key once.
    private static func distance(_ plan: AttentionPlan, _ i: Int, _ j: Int) -> Double? {
        let shown = plan.spans.filter { $0.slots.contains(j) && $0.band.contains(i - j) }
        guard shown.count == 1 else { return nil }
        if case .mapped(let query, let key) = shown[0].placement { return query(i) - key(j) }
        return Double(i - j)
    }

    /// LongEmbed's rule.
    private static func rule(_ i: Int, _ j: Int, group g: Int, window w: Int) -> Double {
        if abs(i - j) < w { return Double(i - j) }
        return Double(i > j ? i / g + w - w / g - j / g : i / g - j / g - (w - w / g))
    }

    @Test("Every key is shown once, at the distance of the published rule", arguments: [(4, 2), (30, 7), (16, 4), (5, 1), (1, 3)])
    func rule(window: Int, group: Int) {
        let plan = SelfExtend(group: group, window: window).planOnBothSides(tokens: 83)
        let wrong = (0..<83 * 83).filter { pair in
            let (i, j) = (pair / 83, pair % 83)
            return Self.distance(plan, i, j) != Self.rule(i, j, group: group, window: window)
        }
        #expect(wrong.isEmpty)
    }

    @Test("A window of 4 and groups of 2 show ten tokens at the distances that were worked out by hand")
    func byHand() {
        let plan = SelfExtend(group: 2, window: 4).planOnBothSides(tokens: 10)
        #expect((0..<10).map { Self.distance(plan, 0, $0).map { -$0 } } == [0, 1, 2, 3, 4, 4, 5, 5, 6, 6])
        #expect((0..<10).map { Self.distance(plan, 4, $0).map { -$0 } } == [-4, -3, -2, -1, 0, 1, 2, 3, 4, 4])
    }

    @Test("Attention by it is that of brute force")
    func attention() throws {
        let problem = AttentionCase(tokens: 150, queries: 150, frame: .raw, seed: 9),
            plan = SelfExtend(group: 5, window: 40).planOnBothSides(tokens: 150)
        let cache = KeyValueCache(specs: [try problem.spec], rotary: [problem.rotary]), compute = AttentionCase.compute
        try cache.append(layer: 0, keys: problem.keyTensor, values: problem.valueTensor, compute: compute)
        let result = try compute.attend(
            queries: problem.queryTensor, firstPosition: 0, layer: 0, cache: cache, plans: [plan], rule: problem.scoreRule)
        let brute = problem.bruteForce()
        for row in [0, 39, 40, 64, 75, 149] {
            for head in 0..<problem.heads * problem.group {
                let expected = brute.row(query: problem.queryTensor.rowArray(row), position: row, index: row, queryHead: head, plan: plan)
                for dim in 0..<problem.valueDim {
                    #expect(abs(Double(result.outputs[row, head * problem.valueDim + dim]) - expected.output[dim]) < 6e-6)
                }
            }
        }
    }

    @Test("Biases on both sides are those of each key's bucket")
    func biases() throws {
        let buckets = T5Buckets(count: 4, largestDistance: 20)
        let table: [[Float]] = (0..<4).map { head in (0..<8).map { Float($0 * (head + 1)) * 0.3 - 1 } }
        var rule = ScoreRule(scale: 0.4)
        rule.distanceBiases = table.map { biases in buckets.ofDistancesOnBothSides.map { biases[$0] } }
        rule.distanceBiasOrigin = 20
        for distance in -30...30 {
            let place = min(max(distance + 20, 0), 40), bucket = (distance < 0 ? 4 : 0) + buckets.bucket(abs(distance))
            #expect(rule.distanceBiases?[2][place] == table[2][bucket], "\(distance)")
        }
        let problem = AttentionCase(tokens: 90, queries: 90, rotaryDim: 0, rule: rule)
        let cache = KeyValueCache(specs: [try problem.spec], rotary: [problem.rotary]), compute = AttentionCase.compute
        let plan = AttentionPlan([KeySpan(0..<90, band: .everything)])
        try cache.append(layer: 0, keys: problem.keyTensor, values: problem.valueTensor, compute: compute)
        let result = try compute.attend(
            queries: problem.queryTensor, firstPosition: 0, layer: 0, cache: cache, plans: [plan], rule: problem.scoreRule)
        for row in [0, 20, 45, 89] {
            for head in 0..<problem.heads * problem.group {
                let expected = problem.bruteForce().row(
                    query: problem.queryTensor.rowArray(row), position: row, index: row, queryHead: head, plan: plan)
                for dim in 0..<problem.valueDim {
                    #expect(abs(Double(result.outputs[row, head * problem.valueDim + dim]) - expected.output[dim]) < 6e-6)
                }
            }
        }
    }
}
