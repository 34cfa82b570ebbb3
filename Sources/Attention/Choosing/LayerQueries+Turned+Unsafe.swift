import KeyValues
import Tensors

extension LayerQueries {
    /// Queries in paired order, turned to their positions, so that their dot products with keys in the text's frame are the scores of
    /// attention before the scale: `[tokens · group][paddedKeyDim]`.
    /// - Parameters:
    ///   - head: the key/value head whose query heads are wanted.
    ///   - step: every so-manieth query is taken, from the first on.
    func turned(head: Int, in cache: KeyValueCache, stride step: Int = 1) -> [Float] {
        let layout = cache.layout(layer: layer), group = group(in: cache), dimension = layout.paddedKeyDim
        let angles = angles(stride: step, in: cache), taken = (values.rows + step - 1) / step
        var turned = [Float](repeating: 0, count: taken * group * dimension)
        for member in 0..<group {
            let paired = paired(queryHead: head * group + member, in: cache)
            turned.withUnsafeMutableBufferPointer { turned in
                paired.withUnsafeBufferPointer { paired in
                    guard let to = turned.baseAddress, let from = paired.baseAddress else { return }
                    for row in 0..<taken {
                        turn(
                            from + row * step * dimension, by: angles, row: row, layout: layout, to: to + (row * group + member) * dimension
                        )
                    }
                }
            }
        }
        return turned
    }

    /// Cosines and sines of the positions that are taken: `[taken][2][pairs]`.
    private func angles(stride step: Int, in cache: KeyValueCache) -> [Float] {
        let table = cache.angleTable(layer: layer, reach: positions.upperBound), taken = (values.rows + step - 1) / step
        return [Float](unsafeUninitializedCapacity: taken * table.entryCount) { angles, count in
            count = taken * table.entryCount
            guard let base = angles.baseAddress else { return }
            for row in 0..<taken { table.write(distance: firstPosition + row * step, to: base + row * table.entryCount) }
        }
    }

    /// Turns one vector; the gain of the rotation goes to the part that turns.
    private func turn(
        _ vector: UnsafePointer<Float>, by angles: [Float], row: Int, layout: PageLayout, to turned: UnsafeMutablePointer<Float>
    ) {
        let pairs = layout.rotary.pairs, gain = Float(layout.rotary.gain * layout.rotary.gain)
        angles.withUnsafeBufferPointer { angles in
            for pair in 0..<pairs {
                let (x, y) = (gain * vector[2 * pair], gain * vector[2 * pair + 1])
                let (cosine, sine) = (angles[2 * row * pairs + pair], angles[(2 * row + 1) * pairs + pair])
                turned[2 * pair] = x * cosine - y * sine
                turned[2 * pair + 1] = x * sine + y * cosine
            }
        }
        for place in 2 * pairs..<layout.paddedKeyDim { turned[place] = vector[place] }
    }
}
