import KeyValues
import Tensors

/// Queries of one layer as a policy looks at them, before rotation.
package struct LayerQueries {
    package let layer: Int
    /// `[tokens, queryHeads · keyDim]`.
    package let values: Tensor
    package let firstPosition: Int
    package let rule: ScoreRule
    package let compute: Compute
    /// Whether the layer looks back only so far by itself, whatever the method shows it: choosing among its keys gains nothing.
    package var looksBackByItself = false

    package init(layer: Int, values: Tensor, firstPosition: Int, rule: ScoreRule, compute: Compute) {
        self.layer = layer
        self.values = values
        self.firstPosition = firstPosition
        self.rule = rule
        self.compute = compute
    }

    package var positions: Range<Int> { firstPosition..<firstPosition + values.rows }

    /// Query heads that share a key/value head of the cache.
    package func group(in cache: KeyValueCache) -> Int {
        let spec = cache.specs[layer]
        return values.columns / (spec.heads * spec.keyDim)
    }

    /// The queries of one query head in paired order, as the cache keeps keys: `[tokens, paddedKeyDim]`, neither turned nor scaled.
    package func paired(queryHead: Int, in cache: KeyValueCache) -> [Float] {
        let dim = cache.specs[layer].keyDim
        return cache.layout(layer: layer).paired(values, rows: 0..<values.rows, columns: queryHead * dim..<(queryHead + 1) * dim)
    }

    /// The share of attention that each key of a span got, summed over the queries.
    /// - Parameter head: the key/value head.
    /// - Returns: `[group, slots of the span]`.
    package func masses(
        of span: KeySpan, head: Int, result: AttentionResult, cache: KeyValueCache
    ) throws(AttentionError) -> Tensor {
        try compute.attentionMass(
            queries: values, firstPosition: firstPosition, layer: layer, cache: cache, head: head, span: span, rule: rule,
            logSumExp: result.logSumExp)
    }
}
