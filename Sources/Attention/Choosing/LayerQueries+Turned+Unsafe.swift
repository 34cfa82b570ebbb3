import KeyValues
import Tensors

extension LayerQueries {
    /// Queries in paired order, turned to their positions, so that their dot products with keys in the text's frame are the scores of
    /// attention before the scale: `[tokens · group][paddedKeyDim]`.
    /// - Parameters:
    ///   - head: the key/value head whose query heads are wanted.
    ///   - stride: every so-manieth query is taken, the first and those after it.
    func turned(head: Int, in cache: KeyValueCache, stride step: Int = 1) -> [Float] {
        let layout = cache.layout(layer: layer), group = group(in: cache), dimension = layout.paddedKeyDim
        let table = cache.angleTable(layer: layer, reach: positions.upperBound), gain = Float(layout.rotary.gain * layout.rotary.gain)
        let taken = stride(from: 0, to: values.rows, by: step)
        var turned = [Float](repeating: 0, count: taken.underestimatedCount * group * dimension)
        var angles = [Float](repeating: 0, count: table.entryCount)
        for (row, token) in taken.enumerated() {
            angles.withUnsafeMutableBufferPointer { entry in
                if let base = entry.baseAddress { table.write(distance: firstPosition + token, to: base) }
            }
            for member in 0..<group {
                let first = (head * group + member) * layout.spec.keyDim
                let paired = layout.paired(values, rows: token..<token + 1, columns: first..<first + layout.spec.keyDim)
                turn(paired, by: angles, gain: gain, into: &turned, at: (row * group + member) * dimension)
            }
        }
        return turned
    }

    private func turn(_ vector: [Float], by angles: [Float], gain: Float, into turned: inout [Float], at start: Int) {
        let pairs = angles.count / 2
        for pair in 0..<pairs {
            let (x, y, cosine, sine) = (vector[2 * pair], vector[2 * pair + 1], angles[pair], angles[pairs + pair])
            turned[start + 2 * pair] = gain * (x * cosine - y * sine)
            turned[start + 2 * pair + 1] = gain * (x * sine + y * cosine)
        }
        for place in 2 * pairs..<vector.count { turned[start + place] = vector[place] }
    }
}
