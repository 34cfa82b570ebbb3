import ApusTesting
import Attention
import KeyValues
import Tensors
import Testing

@Suite("Attention plans against brute force")
struct PlanTests {
    /// Spans over random slots with random bands, rows and placements.
    private func randomPlan(_ random: inout SeededGenerator, problem: AttentionCase) -> AttentionPlan {
        AttentionPlan(
            (0..<1 + random.below(4)).map { _ in
                let first = random.below(problem.tokens), last = first + random.below(problem.tokens - first + 1)
                return KeySpan(
                    first..<last, band: randomBand(&random), rows: randomRows(&random, count: problem.queries * problem.group),
                    placement: randomPlacement(&random, problem: problem), choice: randomChoice(&random, tokens: problem.tokens))
            })
    }

    private func randomBand(_ random: inout SeededGenerator) -> Band {
        switch random.below(5) {
        case 0: .everything
        case 1: .causal
        case 2: .window(1 + random.below(100))
        case 3: .beyond(random.below(80))
        default: Band(lowest: -random.below(5), highest: random.below(120) - 3)
        }
    }

    private func randomChoice(_ random: inout SeededGenerator, tokens: Int) -> KeyChoice? {
        switch random.below(4) {
        case 0: KeyChoice(slots: (0..<tokens).filter { _ in random.below(3) == 0 })
        case 1: KeyChoice((0..<8).filter { _ in random.below(2) == 0 }.map { KeyChoice.Page($0) })
        case 2: KeyChoice(runs: [3..<70, 70..<71, 100..<130])
        default: nil
        }
    }

    private func randomRows(_ random: inout SeededGenerator, count: Int) -> RowSet {
        guard random.below(2) == 0 else { return .all }
        var bits = RowBits(count: count)
        for row in 0..<count where random.below(2) == 0 { bits[row] = true }
        return .some(bits)
    }

    private func randomPlacement(_ random: inout SeededGenerator, problem: AttentionCase) -> Placement {
        switch random.below(problem.frame == .raw ? 7 : 5) {
        case 0: .own
        case 1: .shifted(by: random.below(300) - 100)
        case 2: .shiftedPerQuery(by: (0..<problem.queries).map { _ in random.below(100) })
        case 3: .placed(at: random.below(200) - 50)
        case 4: .behind(distance: random.below(300))
        case 5: .constant(distance: random.below(300))
        default: .mapped(query: .custom { Double($0) / 3 + 20 }, key: .quotient(by: 5))
        }
    }

    @Test("Random plans of several spans", arguments: KeyFrame.allCases, [1, 6])
    func randomPlans(frame: KeyFrame, queries: Int) throws {
        var random = SeededGenerator(seed: UInt64(queries))
        for round in 0..<12 {
            var problem = AttentionCase(tokens: 150, queries: queries, frame: frame, seed: UInt64(round))
            problem.rule = ScoreRule(scale: 0.4, slopes: round % 2 == 0 ? nil : [0.1, 0.02, 0.3, 0.01])
            let plans = [randomPlan(&random, problem: problem), randomPlan(&random, problem: problem)]
            let expected = problem.expected(plans)
            for type in [CacheType.f32, .bf16] {
                problem.keyType = type
                let worst = try problem.difference(plans, expected: expected)
                let tolerance = 2 * AttentionCase.tolerance(type)
                #expect(worst.output < tolerance && worst.logSumExp < tolerance, "round \(round), \(type), \(plans)")
            }
        }
    }

    @Test("What attention went over is counted: a key once for each row that sees it", arguments: [1, 6])
    func counts(queries: Int) throws {
        var random = SeededGenerator(seed: 9)
        for _ in 0..<10 {
            let problem = AttentionCase(tokens: 150, queries: queries, frame: .raw), cache = try problem.makeCache()
            let plans = [randomPlan(&random, problem: problem), randomPlan(&random, problem: problem)]
            let result = try AttentionCase.compute.attend(
                queries: problem.queryTensor, firstPosition: problem.firstPosition, layer: 0, cache: cache, plans: plans,
                rule: problem.scoreRule)
            #expect(result.count.keys == problem.expected(plans).joined().reduce(0) { $0 + $1.slots.count })
            #expect(cache.work == result.count)
        }
    }

    @Test("A choice by runs, by slots and by pages is the same, and falls into spans of one page that show the same together")
    func choices() {
        let runs = KeyChoice(runs: [3..<70, 70..<71, 128..<192])
        #expect(runs == KeyChoice(slots: Array(3..<71) + Array(128..<192)))
        #expect(runs.count == 132 && runs.slots == 0..<192 && runs.pages.map(\.index) == [0, 1, 2])
        #expect(runs.pages[2] == KeyChoice.Page(2))
        #expect(KeySpan(runs).dense.map(\.slots) == [0..<64, 64..<128, 128..<192])
        #expect(KeySpan(runs).dense.reduce(0) { $0 + ($1.choice?.count ?? 0) } == 132)
    }

    @Test("A row that sees nothing gives zero and minus infinity")
    func nothing() throws {
        for queries in [1, 3] {
            let problem = AttentionCase(queries: queries)
            for plan in [AttentionPlan([]), AttentionPlan([KeySpan(0..<130, band: Band(lowest: 500))]), AttentionPlan([KeySpan(5..<5)])] {
                let result = try AttentionCase.compute.attend(
                    queries: problem.queryTensor, firstPosition: 130 - queries, layer: 0, cache: try problem.makeCache(), plans: [plan],
                    rule: problem.scoreRule)
                #expect(result.outputs.array.allSatisfy { $0 == 0 })
                #expect(result.logSumExp.array.allSatisfy { $0 == -.infinity })
            }
        }
    }

    @Test("Spans' log-sum-exps and single keys' masses", arguments: [1, 5])
    func masses(queries: Int) throws {
        let problem = AttentionCase(tokens: 140, queries: queries)
        let plan = AttentionPlan([
            KeySpan(0..<70, band: .beyond(20), placement: .shifted(by: 7)), KeySpan(30..<140, band: .window(20)),
            KeySpan(0..<3, band: .beyond(900)),
        ])
        let expected = problem.expected([plan]), cache = try problem.makeCache(), queryTensor = problem.queryTensor
        let result = try AttentionCase.compute.attend(
            queries: queryTensor, firstPosition: problem.firstPosition, layer: 0, cache: cache, plans: [plan], rule: problem.scoreRule,
            request: AttentionRequest(spanLogSumExp: true))
        #expect(problem.difference(of: result, expected: expected).output < 4e-6)
        for (index, rows) in expected.enumerated() {
            for (head, row) in rows.enumerated() {
                for span in plan.spans.indices {
                    let found = result.spanLogSumExp[head / 2][span][index, head % 2], own = row.logSumExp(ofSpan: span)
                    #expect(Double(found) == own || abs(Double(found) - own) < 1e-5)
                }
            }
        }
        for span in 0...1 {
            let masses = try AttentionCase.compute.attentionMass(
                queries: queryTensor, firstPosition: problem.firstPosition, layer: 0, cache: cache, head: 1, span: plan.spans[span],
                rule: problem.scoreRule, logSumExp: result.logSumExp)
            for slot in plan.spans[span].slots {
                for head in 0..<2 {
                    let mass = expected.reduce(0.0) { $0 + $1[2 + head].mass(slot: slot, span: span) }
                    #expect(abs(Double(masses[head, slot - plan.spans[span].slots.lowerBound]) - mass) < 1e-5)
                }
            }
        }
    }

    @Test("Parts over any partition of the keys merge to the whole")
    func merging() throws {
        var random = SeededGenerator(seed: 5)
        let problem = AttentionCase(tokens: 150, queries: 4), cache = try problem.makeCache(), compute = AttentionCase.compute
        func attend(_ slots: Range<Int>) throws -> AttentionResult {
            try compute.attend(
                queries: problem.queryTensor, firstPosition: problem.firstPosition, layer: 0, cache: cache,
                plans: [AttentionPlan([KeySpan(slots)])], rule: problem.scoreRule)
        }
        let whole = try attend(0..<150)
        for _ in 0..<5 {
            let cuts = ([0, 150] + (0..<random.below(5)).map { _ in random.below(151) }).sorted()
            let merged = AttentionResult.merge(try zip(cuts, cuts.dropFirst()).map { try attend($0..<$1) })
            for (a, b) in zip(merged.outputs.array, whole.outputs.array) { #expect(abs(a - b) < 2e-6) }
            for (a, b) in zip(merged.logSumExp.array, whole.logSumExp.array) { #expect(abs(a - b) < 2e-6) }
        }
    }

    @Test("Placements that rotated keys cannot serve are refused", arguments: [KeyFrame.page, .origin])
    func refusals(frame: KeyFrame) throws {
        let problem = AttentionCase(frame: frame)
        for placement in [Placement.constant(distance: 4), .mapped(query: .quotient(by: 1), key: .quotient(by: 1))] {
            #expect(throws: AttentionError.self) {
                try problem.difference([AttentionPlan([KeySpan(0..<9, placement: placement)])])
            }
        }
        #expect(throws: AttentionError.perQueryShiftsMissing(shifts: 1, queries: 5)) {
            try problem.difference([AttentionPlan([KeySpan(0..<9, placement: .shiftedPerQuery(by: [1]))])])
        }
    }
}

extension BruteForceAttention.Row {
    /// The share of attention that one key got as part of a span.
    func mass(slot: Int, span: Int) -> Double {
        zip(zip(slots, spans), logits).reduce(0) { $1.0 == (slot, span) ? $0 + exponential($1.1 - logSumExp) : $0 }
    }
}
