import Foundation
import KeyValues
import Tensors

/// Makes the vectors that stand for a chunk, one per key/value head in paired order.
struct ChunkSummary {
    let layer: Int
    /// Tokens of a chunk.
    let chunk: Int
    let cache: KeyValueCache

    /// What the chunk's keys come to when they are attended to by what the chunk says on the whole: its queries attend within the chunk in
    /// both directions, the mean of the outputs is one more query, and the keys themselves are its values.
    func attendedKeys(of index: Int, queries rows: GrowingMatrix, like queries: LayerQueries) -> [[Float]] {
        let layout = cache.layout(layer: layer), spec = layout.spec, slots = slots(of: index)
        let plan = AttentionPlan([KeySpan(slots, band: .everything)])
        let values = Tensor(rows: rows.rows, columns: rows.columns, rows.array)
        // A plan without special placements on a cache of the method's own frame is never refused.
        guard
            let result = try? queries.compute.attend(
                queries: values, firstPosition: slots.lowerBound, layer: layer, cache: cache, plans: [plan],
                rule: ScoreRule(scale: queries.rule.scale, softCap: queries.rule.softCap))
        else { return meanKeys(of: index) }
        let group = queries.group(in: cache), mean = Tensor(rows: 1, columns: spec.heads * spec.valueDim)
        for row in 0..<rows.rows {
            for head in 0..<spec.heads * group {
                for dim in 0..<spec.valueDim {
                    mean[0, head / group * spec.valueDim + dim] +=
                        result.outputs[row, head * spec.valueDim + dim] / Float(rows.rows * group)
                }
            }
        }
        return (0..<spec.heads).map { head in
            let query = layout.paired(mean, rows: 0..<1, columns: head * spec.keyDim..<(head + 1) * spec.keyDim)
            return Self.attend(query, to: keys(of: index, head: head), scale: 1 / Float(spec.keyDim).squareRoot())
        }
    }

    func meanKeys(of index: Int) -> [[Float]] {
        let layout = cache.layout(layer: layer)
        return (0..<layout.spec.heads).map { keys(of: index, head: $0).meanRow(0..<chunk, columns: layout.paddedKeyDim) }
    }

    private func slots(of index: Int) -> Range<Int> { index * chunk..<(index + 1) * chunk }

    /// The chunk's keys, turned by their places within the chunk: `[chunk, paddedKeyDim]`.
    private func keys(of index: Int, head: Int) -> [Float] {
        let slots = slots(of: index), dimension = cache.layout(layer: layer).paddedKeyDim, rotary = cache.rotary[layer]
        var keys = cache.storedKeys(layer: layer, head: head, slots: slots)
        for page in slots.lowerBound / CacheSpec.pageTokens...(slots.upperBound - 1) / CacheSpec.pageTokens {
            // Stored keys are turned by their places within the page.
            let first = page * CacheSpec.pageTokens, turn = rotary.angles(at: Double(first - slots.lowerBound))
            for slot in slots.clamped(to: first..<first + CacheSpec.pageTokens) where first != slots.lowerBound {
                for (pair, (cosine, sine)) in zip(turn.cosines, turn.sines).enumerated() {
                    let place = (slot - slots.lowerBound) * dimension + 2 * pair, (x, y) = (keys[place], keys[place + 1])
                    keys[place] = x * cosine - y * sine
                    keys[place + 1] = x * sine + y * cosine
                }
            }
        }
        return keys
    }

    /// `softmax(scale · query · keysᵀ) · keys`.
    private static func attend(_ query: [Float], to keys: [Float], scale: Float) -> [Float] {
        let dimension = query.count, rows = keys.count / dimension
        let scores = (0..<rows).map { row in
            scale * query.indices.reduce(0) { $0 + query[$1] * keys[row * dimension + $1] }
        }
        let largest = scores.max() ?? 0, weights = scores.map { exp($0 - largest) }, total = weights.reduce(0, +)
        var sum = [Float](repeating: 0, count: dimension)
        for row in 0..<rows {
            for column in 0..<dimension { sum[column] += weights[row] / total * keys[row * dimension + column] }
        }
        return sum
    }
}
