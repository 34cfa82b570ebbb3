import ApusTesting
import Attention
import Foundation
import KeyValues
import Tensors
import Testing

@Suite("Landmark attention")
struct LandmarkTests {
    // MARK: Gates

    /// Spans of which some have a gate, at random.
    private func gatedPlan(_ random: inout SeededGenerator, problem: AttentionCase) -> AttentionPlan {
        AttentionPlan(
            (0..<2 + random.below(4)).map { number in
                let first = random.below(100), last = first + 1 + random.below(40)
                var rows = RowBits(count: problem.queries * problem.group)
                for row in 0..<problem.queries * problem.group where random.below(3) > 0 { rows[row] = true }
                return KeySpan(
                    first..<last, rows: random.below(2) == 0 ? .all : .some(rows),
                    placement: random.below(2) == 0 ? .own : .placed(at: random.below(120)),
                    gate: number == 0 ? nil : last + random.below(3))
            })
    }

    @Test("A gated span weighs what its gate weighs, whatever the kernels and the frame", arguments: KeyFrame.allCases, [1, 5])
    func gates(frame: KeyFrame, queries: Int) throws {
        var random = SeededGenerator(seed: UInt64(queries))
        for round in 0..<6 {
            let problem = AttentionCase(tokens: 150, queries: queries, frame: frame, seed: UInt64(round))
            let plans = [gatedPlan(&random, problem: problem), gatedPlan(&random, problem: problem)]
            let expected = problem.expected(plans)
            for table in AttentionKernelTable.all {
                let worst = try problem.difference(plans, expected: expected, kernels: table)
                #expect(worst.output < 8e-6 && worst.logSumExp < 8e-6, "\(table) round \(round)")
            }
        }
    }

    @Test("The attention that keys behind a gate got adds up to what the gate got")
    func masses() throws {
        let problem = AttentionCase(tokens: 140, queries: 3), cache = try problem.makeCache()
        let plan = AttentionPlan([KeySpan(0..<50, gate: 50), KeySpan(60..<100, placement: .placed(at: 70), gate: 101), KeySpan(110..<140)])
        let expected = problem.expected([plan])
        let result = try AttentionCase.compute.attend(
            queries: problem.queryTensor, firstPosition: problem.firstPosition, layer: 0, cache: cache, plans: [plan],
            rule: problem.scoreRule)
        let work = cache.work
        for (number, span) in plan.spans.enumerated() {
            let masses = try AttentionCase.compute.attentionMass(
                queries: problem.queryTensor, firstPosition: problem.firstPosition, layer: 0, cache: cache, head: 1, span: span,
                rule: problem.scoreRule, logSumExp: result.logSumExp)
            for slot in span.slots {
                for head in 0..<2 {
                    let mass = expected.reduce(0.0) { $0 + $1[2 + head].mass(slot: slot, span: number) }
                    #expect(abs(Double(masses[head, slot - span.slots.lowerBound]) - mass) < 1e-5)
                }
            }
        }
        #expect(cache.work == work)
    }

    // MARK: The rules of the paper, every key looked at

    /// What a query head sees by the definition: a softmax over its own block and the landmarks of others, and one within each of those.
    private struct Reference {
        let problem: AttentionCase
        let regular: Int
        let recalled: Int
        var values: [[Float]]
        private let brute: BruteForceAttention

        init(_ problem: AttentionCase, regular: Int, recalled: Int) {
            self.problem = problem
            self.regular = regular
            self.recalled = recalled
            values = problem.valueTensor.rowArrays
            brute = problem.bruteForce()
        }

        /// The logit of a key that appears at a position.
        private func logit(_ query: [Float], _ position: Int, _ head: Int, slot: Int, at place: Int) -> Double {
            brute.row(
                query: query, position: position, index: 0, queryHead: head,
                plan: AttentionPlan([KeySpan(slot..<slot + 1, band: .everything, placement: .placed(at: place))])
            ).logits.first ?? -.infinity
        }

        /// The blocks that are called back, each with the position at which its first token appears, counted so that the query is where it is.
        private func recalls(_ query: [Float], _ position: Int, _ head: Int) -> [(block: Int, first: Int)] {
            let length = regular + 1, blocks = position / length
            guard blocks > recalled else { return (0..<blocks).map { ($0, $0 * length) } }
            // The slots of the mapping are counted from 0; the own block stands in slot k + 1.
            let shift = blocks * length - (recalled + 1) * length
            let scores = (0..<blocks).map { block in
                let slot = block < blocks - recalled ? 0 : block - (blocks - recalled) + 1
                return logit(query, position, head, slot: block * length + regular, at: shift + slot * length + regular)
            }
            let chosen = (0..<blocks).sorted { (scores[$1], $0) < (scores[$0], $1) }.prefix(recalled).sorted()
            return chosen.enumerated().map { rank, block in
                (block, shift + (block < blocks - recalled ? rank : rank + 1) * length)
            }
        }

        func row(_ query: [Float], position: Int, head: Int) -> [Double] {
            let length = regular + 1, own = position / length * length
            var groupZero: [(score: Double, value: [Double])] = (own...position).filter { $0 % length != regular }.map { slot in
                (logit(query, position, head, slot: slot, at: slot), value(slot, head))
            }
            for (block, first) in recalls(query, position, head) {
                let scores = (0..<regular).map { logit(query, position, head, slot: block * length + $0, at: first + $0) }
                let largest = scores.max() ?? 0, weights = scores.map { exp($0 - largest) }, total = weights.reduce(0, +)
                var mean = [Double](repeating: 0, count: problem.valueDim)
                for (offset, weight) in weights.enumerated() {
                    for (index, value) in value(block * length + offset, head).enumerated() { mean[index] += weight / total * value }
                }
                groupZero.append((logit(query, position, head, slot: block * length + regular, at: first + regular), mean))
            }
            let largest = groupZero.map(\.score).max() ?? 0, total = groupZero.reduce(0) { $0 + exp($1.score - largest) }
            return (0..<problem.valueDim).map { index in
                groupZero.reduce(0) { $0 + exp($1.score - largest) / total * $1.value[index] }
            }
        }

        private func value(_ slot: Int, _ head: Int) -> [Double] {
            let first = head / problem.group * problem.valueDim
            return values[slot][first..<first + problem.valueDim].map(Double.init)
        }
    }

    /// Reads in chunks and returns a row for each query.
    private func read(_ problem: AttentionCase, _ policy: any AttentionPolicy, chunks: [Int], values: Tensor? = nil) throws -> [[Float]] {
        let cache = KeyValueCache(specs: [try problem.spec], rotary: [problem.rotary]), compute = AttentionCase.compute
        let keys = problem.keyTensor, values = values ?? problem.valueTensor, queries = problem.queryTensor
        var first = 0, rows: [[Float]] = []
        for chunk in chunks {
            let range = first..<first + chunk
            try cache.append(layer: 0, keys: keys.slice(range), values: values.slice(range), compute: compute)
            rows += try compute.attend(
                queries: queries.slice(range), firstPosition: first, layer: 0, cache: cache, policy: policy, rule: problem.scoreRule
            ).outputs.rowArrays
            cache.commit(tokens: chunk)
            first += chunk
        }
        return rows
    }

    private func problem(_ tokens: Int) -> AttentionCase {
        AttentionCase(tokens: tokens, queries: tokens, keyDim: 8, valueDim: 8, rotaryDim: 6, gain: 1.1, frame: .raw)
    }

    @Test(
        "It is the grouped softmax of the definition, in chunks of any length",
        arguments: [[9, 2], [9, 3], [9, 100], [3, 1], [20, 2]], [[90], [40, 33, 17], Array(repeating: 1, count: 90)])
    func definition(sizes: [Int], chunks: [Int]) throws {
        let regular = sizes[0], recalled = sizes[1]
        let problem = problem(90), reference = Reference(problem, regular: regular, recalled: recalled)
        let rows = try read(problem, LandmarkAttention(regular: regular, recalled: recalled), chunks: chunks)
        let queries = problem.queryTensor.rowArrays
        for position in stride(from: 0, to: 90, by: chunks.count == 1 ? 1 : 7) {
            for head in 0..<4 {
                let expected = reference.row(queries[position], position: position, head: head)
                for (index, value) in expected.enumerated() {
                    #expect(abs(Double(rows[position][head * 8 + index]) - value) < 8e-6, "position \(position), head \(head)")
                }
            }
        }
    }

    @Test("Within the first block it is ordinary attention")
    func firstBlock() throws {
        let problem = problem(40)
        let rows = try read(problem, LandmarkAttention(regular: 40, recalled: 2), chunks: [40])
        let full = try read(problem, FullAttention(), chunks: [40])
        #expect(zip(rows.joined(), full.joined()).allSatisfy { abs($0 - $1) < 4e-6 })
    }

    @Test("Weights add up to one, and landmarks give no value")
    func weights() throws {
        let problem = problem(70), policy = LandmarkAttention(regular: 6, recalled: 3)
        let ones = Tensor(rows: 70, columns: 16, Array(repeating: 1, count: 70 * 16))
        for slot in stride(from: 6, to: 70, by: 7) { for column in 0..<16 { ones[slot, column] = 1e6 } }
        #expect(try read(problem, policy, chunks: [70], values: ones).joined().allSatisfy { abs($0 - 1) < 1e-5 })
    }

    @Test("Where a landmark scores as its block's tokens do together, it is plain attention to them")
    func honestLandmarks() throws {
        var problem = AttentionCase(tokens: 33, queries: 1, heads: 1, group: 1, keyDim: 8, valueDim: 8, rotaryDim: 0, frame: .raw)
        problem.rule = ScoreRule(scale: 0.3)
        let query = problem.queryTensor.rowArray(0), keys = problem.keyTensor, policy = LandmarkAttention(regular: 9, recalled: 5)
        let regular = (0..<33).filter { $0 % 10 != 9 }, square = query.reduce(0) { $0 + $1 * $1 }
        func score(_ slot: Int) -> Float { 0.3 * zip(query, keys.rowArray(slot)).reduce(0) { $0 + $1.0 * $1.1 } }
        for block in 0..<3 {
            let together = log((0..<9).reduce(Float(0)) { $0 + exp(score(block * 10 + $1)) })
            for column in 0..<8 { keys[block * 10 + 9, column] = query[column] * together / (0.3 * square) }
        }
        let cache = try problem.makeCache(keys: keys)
        let found = try AttentionCase.compute.attend(
            queries: problem.queryTensor, firstPosition: 32, layer: 0, cache: cache, policy: policy, rule: problem.scoreRule)
        let plain = try AttentionCase.compute.attend(
            queries: problem.queryTensor, firstPosition: 32, layer: 0, cache: cache,
            plans: [AttentionPlan([KeySpan(KeyChoice(slots: regular))])], rule: problem.scoreRule)
        #expect(zip(found.outputs.array, plain.outputs.array).allSatisfy { abs($0 - $1) < 4e-6 })
    }

    @Test("Blocks called back stand in their order, none farther than k + 1 blocks and the own; the last k are where they are")
    func positions() throws {
        let policy = LandmarkAttention(regular: 9, recalled: 2)
        for tokens in 1...75 {
            let problem = problem(tokens), cache = try problem.makeCache(), position = tokens - 1, blocks = position / 10
            let last = Tensor(rows: 1, columns: 32, problem.queryTensor.rowArray(position))
            policy.prepare(
                LayerQueries(layer: 0, values: last, firstPosition: position, rule: problem.scoreRule, compute: AttentionCase.compute),
                cache: cache)
            let plan = policy.plan(QueryBlock(layer: 0, head: 1, group: 2, positions: position..<tokens), cache: cache)
            for row in 0..<2 {
                let recalls = plan.spans.filter { $0.gate != nil && $0.shows(row) }
                #expect(recalls.count == min(2, blocks))
                let shown = recalls.map { span -> Int in
                    if case .placed(let place) = span.placement { place } else { span.slots.lowerBound }
                }
                #expect(zip(shown, shown.dropFirst()).allSatisfy { $1 >= $0 + 10 })
                #expect(shown.allSatisfy { position - $0 <= 30 + position % 10 })
                let areLast = recalls.allSatisfy { $0.slots.lowerBound / 10 >= blocks - 2 }
                for (span, place) in zip(recalls, shown) where areLast {
                    #expect(place == span.slots.lowerBound)
                }
            }
            #expect(policy.reach(of: position, layer: 0).farthest <= max(position % 10 + 30, 0))
        }
    }

    @Test("A fork chooses for itself, and what is cut off is forgotten")
    func forks() throws {
        let problem = problem(80), policy = LandmarkAttention(regular: 5, recalled: 2), compute = AttentionCase.compute
        let cache = KeyValueCache(specs: [try problem.spec], rotary: [problem.rotary])
        func append(_ range: Range<Int>, to cache: KeyValueCache, reversed: Bool = false) throws -> [Float] {
            let rows = reversed ? Array(range.reversed()) : Array(range)
            func pick(_ tensor: Tensor) -> Tensor { Tensor(rows: rows.count, columns: tensor.columns, rows.flatMap(tensor.rowArray)) }
            try cache.append(layer: 0, keys: pick(problem.keyTensor), values: pick(problem.valueTensor), compute: compute)
            let result = try compute.attend(
                queries: pick(problem.queryTensor), firstPosition: cache.tokenCount, layer: 0, cache: cache, policy: policy,
                rule: problem.scoreRule)
            cache.commit(tokens: rows.count)
            return result.outputs.array
        }
        _ = try append(0..<40, to: cache)
        let fork = cache.fork()
        _ = try append(40..<80, to: fork, reversed: true)
        let own = try append(40..<80, to: cache)
        fork.truncate(to: 40)
        #expect(try append(40..<80, to: fork) == own)
    }

    @Test("A token visits landmarks' blocks and its own, however long the text; what is remembered is a key for each block")
    func cost() throws {
        let problem = AttentionCase(tokens: 4096, queries: 1, heads: 1, group: 1, keyDim: 8, valueDim: 8, frame: .raw)
        let zeros = Tensor(rows: 4096, columns: 8), policy = LandmarkAttention(regular: 63, recalled: 4)
        let cache = KeyValueCache(specs: [try problem.spec], rotary: [problem.rotary])
        for round in 1...4 {
            try cache.append(layer: 0, keys: zeros, values: zeros, compute: AttentionCase.compute)
            cache.commit(tokens: 4096)
            let result = try AttentionCase.compute.attend(
                queries: problem.queryTensor, firstPosition: cache.tokenCount - 1, layer: 0, cache: cache, policy: policy,
                rule: problem.scoreRule)
            #expect(result.count.keys == 4 * 64 + 63)
            let keys = (64 * round - 1) * cache.layout(layer: 0).paddedKeyDim * 4
            #expect(cache.memory?.byteCount == keys)
        }
    }
}

extension KeySpan {
    fileprivate func shows(_ row: Int) -> Bool {
        switch rows {
        case .all: true
        case .some(let bits): bits[row]
        }
    }
}
