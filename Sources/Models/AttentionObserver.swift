import Attention
import KeyValues
import Tensors

/// Sees every layer's attention as it happens: for sources, retrieval heads and heat maps.
package protocol AttentionObserver: AnyObject {
    /// Called once for each layer, in order, while the layer's tokens are in the cache but not yet counted. What it throws ends the run.
    func observe(_ attention: LayerAttention) throws
}

/// What one layer's attention was given and gave.
package struct LayerAttention {
    package let layer: Int
    /// `[tokens, heads * keyDim]`, not rotated.
    package let queries: Tensor
    /// The position of the first query.
    package let firstPosition: Int
    package let cache: KeyValueCache
    package let policy: any AttentionPolicy
    package let rule: ScoreRule
    package let result: AttentionResult

    /// Key/value heads and the query heads that share each.
    private var spec: CacheSpec { cache.specs[layer] }
    package var group: Int { queries.columns / (spec.heads * spec.keyDim) }

    /// The share of attention that each key of a span got from the given rows, summed over them.
    ///
    /// - Parameters:
    ///   - head: the key/value head.
    ///   - rows: rows of `queries`.
    /// - Returns: `[group, slots of the span]`.
    package func masses(head: Int, span: KeySpan, rows: Range<Int>, compute: Compute) throws -> Tensor {
        try compute.attentionMass(
            queries: Self.slice(queries, rows), firstPosition: firstPosition + rows.lowerBound, layer: layer, cache: cache, head: head,
            span: span, rule: rule, logSumExp: Self.slice(result.logSumExp, rows))
    }

    /// What the rows' queries saw through a key/value head.
    package func plan(head: Int, rows: Range<Int>) -> AttentionPlan {
        let positions = firstPosition + rows.lowerBound..<firstPosition + rows.upperBound
        return policy.plan(QueryBlock(layer: layer, head: head, group: group, positions: positions), cache: cache)
    }

    private static func slice(_ tensor: Tensor, _ rows: Range<Int>) -> Tensor {
        guard rows.count < tensor.rows else { return tensor }
        let part = Tensor(rows: rows.count, columns: tensor.columns)
        tensor.copyRows(rows, to: part)
        return part
    }
}
