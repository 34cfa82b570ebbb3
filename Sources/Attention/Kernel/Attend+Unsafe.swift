import CKernels
import KeyValues
import Tensors

extension Compute {
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
        let result = AttentionResult(
            outputs: outputs ?? Tensor(rows: queries.rows, columns: heads * context.layout.spec.valueDim),
            logSumExp: Tensor(rows: queries.rows, columns: heads),
            spanLogSumExp: request.spanLogSumExp ? Self.spanTensors(context) : [])
        AttentionWork(context: context, result: result).run(pool)
        return result
    }

    /// The same with a policy's plans, asked for as many queries at a time as the policy allows.
    package func attend(
        queries: Tensor, firstPosition: Int, layer: Int, cache: KeyValueCache, policy: any AttentionPolicy, rule: ScoreRule,
        into outputs: Tensor? = nil
    ) throws(AttentionError) -> AttentionResult {
        policy.prepare(RawQueries(layer: layer, values: queries, firstPosition: firstPosition), cache: cache)
        let spec = cache.specs[layer], group = queries.columns / (spec.heads * spec.keyDim)
        let block = QueryBlock(layer: layer, head: 0, group: group, positions: firstPosition..<firstPosition + queries.rows)
        let plans = (0..<spec.heads).map { head in
            var block = block
            block.head = head
            return policy.plan(block, cache: cache)
        }
        return try attend(
            queries: queries, firstPosition: firstPosition, layer: layer, cache: cache, plans: plans, rule: rule, into: outputs)
    }

    private static func spanTensors(_ context: AttentionContext) -> [[Tensor]] {
        let rows = context.queries.rows, nothing = [Float](repeating: -.infinity, count: rows * context.group)
        return (0..<context.layout.spec.heads).map { head in
            context.plan(head: head).spans.map { _ in Tensor(rows: rows, columns: context.group, nothing) }
        }
    }
}
