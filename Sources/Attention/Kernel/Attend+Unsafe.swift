import CKernels
import KeyValues
import Tensors

extension Compute {
    /// Pages of one key/value head that one thread goes over at once where few queries attend.
    package static let pagesPerAttentionRun = 32

    /// Exact attention of new queries to the cached keys that plans show them.
    ///
    /// The bits of the result do not depend on the number of threads: work is cut at fixed places and merged in fixed order.
    /// - Parameters:
    ///   - queries: `[tokens, queryHeads · keyDim]`, not rotated; query head `h` uses key/value head `h / group`.
    ///   - firstPosition: the position of the first query.
    ///   - plans: one for each key/value head, or one for all.
    ///   - outputs: where the result goes, `[tokens, queryHeads · valueDim]`; nil: a new tensor.
    package func attend(
        queries: Tensor, firstPosition: Int, layer: Int, cache: KeyValueCache, plans: [AttentionPlan], rule: ScoreRule,
        request: AttentionRequest = AttentionRequest(), into outputs: Tensor? = nil
    ) throws(AttentionError) -> AttentionResult {
        let context = try AttentionContext(
            queries: queries, firstPosition: firstPosition, layer: layer, cache: cache, plans: plans, rule: rule,
            kernels: request.kernels ?? AttentionKernelTable(for: kernels))
        let heads = context.layout.spec.heads * context.group
        var result = AttentionResult(
            outputs: outputs ?? Tensor(rows: queries.rows, columns: heads * context.layout.spec.valueDim),
            logSumExp: Tensor(rows: queries.rows, columns: heads),
            spanLogSumExp: request.spanLogSumExp ? Self.spanTensors(context) : [])
        result.count = AttentionWork(context: context, result: result).run(pool)
        cache.count(result.count)
        return result
    }

    /// The same with a policy's plans, asked for as many queries at a time as the policy allows.
    /// - Throws: `AttentionError` also where the cache is not kept as the policy needs it.
    package func attend(
        queries: Tensor, firstPosition: Int, layer: Int, cache: KeyValueCache, policy: any AttentionPolicy, rule: ScoreRule,
        into outputs: Tensor? = nil
    ) throws(AttentionError) -> AttentionResult {
        let spec = cache.specs[layer], group = queries.columns / (spec.heads * spec.keyDim)
        try policy.check(spec)
        func attend(_ rows: Tensor, from position: Int, into outputs: Tensor?) throws(AttentionError) -> AttentionResult {
            let queries = LayerQueries(layer: layer, values: rows, firstPosition: position, rule: rule, compute: self)
            policy.prepare(queries, cache: cache)
            let plans = (0..<spec.heads).map { head in
                policy.plan(
                    QueryBlock(layer: layer, head: head, group: group, positions: position..<position + rows.rows), cache: cache)
            }
            let result = try self.attend(
                queries: rows, firstPosition: position, layer: layer, cache: cache, plans: plans, rule: rule, into: outputs)
            try policy.observe(queries, result: result, cache: cache)
            return result
        }
        let runs = Self.planRuns(firstPosition..<firstPosition + queries.rows, limit: policy.queriesPerPlan(layer: layer))
        guard runs.count > 1 else { return try attend(queries, from: firstPosition, into: outputs) }
        var result = AttentionResult(
            outputs: outputs ?? Tensor(rows: queries.rows, columns: spec.heads * group * spec.valueDim),
            logSumExp: Tensor(rows: queries.rows, columns: spec.heads * group))
        for run in runs {
            let first = run.lowerBound - firstPosition, rows = Tensor(rows: run.count, columns: queries.columns)
            queries.copyRows(first..<first + run.count, to: rows)
            let part = try attend(rows, from: run.lowerBound, into: nil)
            part.outputs.copyRows(0..<run.count, to: result.outputs, at: first)
            part.logSumExp.copyRows(0..<run.count, to: result.logSumExp, at: first)
            result.count += part.count
        }
        return result
    }

    /// Positions cut at the multiples of a limit.
    private static func planRuns(_ positions: Range<Int>, limit: Int?) -> [Range<Int>] {
        guard let limit else { return [positions] }
        return stride(from: positions.lowerBound / limit * limit, to: positions.upperBound, by: limit).map {
            positions.clamped(to: $0..<$0 + limit)
        }
    }

    private static func spanTensors(_ context: AttentionContext) -> [[Tensor]] {
        let rows = context.queries.rows, nothing = [Float](repeating: -.infinity, count: rows * context.group)
        return (0..<context.layout.spec.heads).map { head in
            context.plan(head: head).spans.map { _ in Tensor(rows: rows, columns: context.group, nothing) }
        }
    }
}
