import ApusTesting
import Attention
import KeyValues
import Positions
import Tensors
import Testing

@Suite("Attention over a growing cache")
struct StreamTests {
    /// Appends in chunks and lets each chunk attend.
    private func read(_ problem: AttentionCase, chunks: [Int], policy: any AttentionPolicy, compute: Compute = AttentionCase.compute) throws
        -> [Float]
    {
        let cache = KeyValueCache(specs: [try problem.spec], rotary: [problem.rotary])
        let keys = problem.keyTensor, values = problem.valueTensor, queries = problem.queryTensor
        var first = 0, outputs: [Float] = []
        for chunk in chunks {
            let range = first..<first + chunk
            try cache.append(layer: 0, keys: keys.slice(range), values: values.slice(range), compute: compute)
            outputs += try compute.attend(
                queries: queries.slice(range), firstPosition: first, layer: 0, cache: cache, policy: policy, rule: problem.scoreRule
            ).outputs.array
            cache.commit(tokens: chunk)
            policy.retain(in: cache)
            first += chunk
        }
        return outputs
    }

    private func largestDifference(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).map { abs($0 - $1) }.max() ?? .infinity }

    @Test("Reading in chunks, at once and token by token is the same", arguments: [CacheType.f32, .bf16], [0, 1, 2])
    func chunks(type: CacheType, method: Int) throws {
        let policies: [any AttentionPolicy] = [FullAttention(), SlidingWindow(window: 40), StreamingLLM(sinks: 4, window: 36)]
        for frame in KeyFrame.allCases {
            let problem = AttentionCase(tokens: 150, queries: 150, heads: 1, keyType: type, frame: frame)
            let whole = try read(problem, chunks: [150], policy: policies[method])
            let tolerance = Float(AttentionCase.tolerance(type)) * (type == .f32 ? 1 : 2)
            for chunks in [[64, 64, 22], [1, 70, 3, 76], Array(repeating: 1, count: 150)] {
                #expect(
                    largestDifference(whole, try read(problem, chunks: chunks, policy: policies[method])) < tolerance, "\(frame) \(chunks)")
            }
        }
    }

    @Test("The number of threads does not change a bit", arguments: [1, 4, 100])
    func threads(queries: Int) throws {
        var problem = AttentionCase(tokens: 100, queries: queries, keyDim: 8, valueDim: 8, keyType: .bf16)
        problem.tokens = queries == 1 ? 5000 : 200
        let plans = AttentionCase.causal
        let results = try [1, 2, 3].map { threads in
            let compute = Compute(pool: WorkerPool(threads: threads))
            return try compute.attend(
                queries: problem.queryTensor, firstPosition: problem.firstPosition, layer: 0,
                cache: try problem.makeCache(compute: compute), plans: plans, rule: problem.scoreRule
            ).outputs.array
        }
        #expect(results[0] == results[1] && results[0] == results[2])
    }

    @Test("Splitting a long cache over runs of pages is exact")
    func longDecode() throws {
        let problem = AttentionCase(tokens: 4500, queries: 1, heads: 1, group: 1, keyDim: 8, valueDim: 8)
        let worst = try problem.difference(AttentionCase.causal)
        #expect(worst.output < 4e-6 && worst.logSumExp < 4e-6)
    }

    @Test("A text that starts elsewhere gives the same bits from pages in their own frame")
    func shiftInvariance() throws {
        for type in [CacheType.f32, .bf16, .q8] {
            for queries in [1, 5] {
                let problem = AttentionCase(tokens: 130, queries: queries, keyType: type)
                let near = try problem.makeCache(), shift = 1_000_000
                let far = KeyValueCache(specs: [try problem.spec], rotary: [problem.rotary])
                for head in 0..<2 {
                    for (index, entry) in near.pages(layer: 0, head: head).enumerated() {
                        let page = try #require(entry.page)
                        let moved = try page.moved(to: entry.start + shift, spec: problem.spec)
                        try far.adopt(page: moved, count: entry.count, layer: 0, head: head, index: index)
                    }
                }
                func attend(_ cache: KeyValueCache, at position: Int) throws -> [Float] {
                    try AttentionCase.compute.attend(
                        queries: problem.queryTensor, firstPosition: position, layer: 0, cache: cache, plans: AttentionCase.causal,
                        rule: problem.scoreRule
                    ).outputs.array
                }
                let first = problem.firstPosition
                #expect(try attend(near, at: first) == attend(far, at: first + shift), "\(type)")
            }
        }
    }

    @Test("Slots whose positions are not consecutive attend from where they are", arguments: [1, 5])
    func scatteredPositions(queries: Int) throws {
        var problem = AttentionCase(tokens: 130, queries: queries, frame: .raw)
        problem.rule = ScoreRule(scale: 0.4, slopes: [0.1, 0.02, 0.3, 0.01])
        let near = try problem.makeCache(), far = KeyValueCache(specs: [try problem.spec], rotary: [problem.rotary])
        let positions = (0..<130).map { 3 * $0 + $0 % 7 }
        for head in 0..<2 {
            for (index, entry) in near.pages(layer: 0, head: head).enumerated() {
                let own = positions[index * 64..<index * 64 + entry.count].map { Int32($0) }
                let page = try #require(entry.page)
                let moved = try page.moved(to: Int(own[0]), positions: own, spec: problem.spec)
                try far.adopt(page: moved, count: entry.count, layer: 0, head: head, index: index)
            }
        }
        var brute = problem.bruteForce()
        brute.positions = positions
        let plan = AttentionPlan([KeySpan(0..<130, band: Band(lowest: 0, highest: 300))])
        let queryTensor = problem.queryTensor
        let result = try AttentionCase.compute.attend(
            queries: queryTensor, firstPosition: 388, layer: 0, cache: far, plans: [plan], rule: problem.scoreRule)
        let expected = queryTensor.rowArrays.enumerated().map { index, query in
            (0..<4).map { brute.row(query: query, position: 388 + index, index: index, queryHead: $0, plan: plan) }
        }
        #expect(problem.difference(of: result, expected: expected).output < 6e-6)
    }
}

extension Page {
    /// The same bytes, shown at other positions.
    func moved(to start: Int, positions: [Int32]? = nil, spec: CacheSpec) throws -> Page {
        let memory = try Memory.allocate(byteCount: spec.keyPageBytes + spec.valuePageBytes)
        memory.base.copyMemory(from: keys, byteCount: spec.keyPageBytes)
        (memory.base + spec.keyPageBytes).copyMemory(from: values, byteCount: spec.valuePageBytes)
        return try Page(spec: spec, start: start, positions: positions, memory: memory, keyOffset: 0, valueOffset: spec.keyPageBytes)
    }
}
