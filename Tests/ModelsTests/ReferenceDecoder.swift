import Foundation

/// The forward pass of a Llama-family model written to be checked by eye: double precision, loops, every key looked at.
///
/// It shares nothing with the decoder that it holds to account but the file it reads. n: tokens, w: width, h: query heads,
/// g: key/value heads, d: head dimension; a vector per token is one `[Double]`.
struct ReferenceDecoder {
    /// Which dimensions of a head a rotation turns together.
    enum Pairing {
        /// (e, e + d/2), as Qwen2's weights are stored.
        case halves
        /// (2e, 2e + 1), as Llama's are stored in GGUF.
        case interleaved
    }

    /// A dense matrix [rows, columns], row after row.
    struct Weights {
        let rows: Int
        let columns: Int
        let values: [Double]
    }

    struct Layer {
        let attentionNorm: [Double]  // [w]
        let query: Weights  // [h·d, w]
        let key: Weights  // [g·d, w]
        let value: Weights  // [g·d, w]
        let queryBias: [Double]?  // [h·d]
        let keyBias: [Double]?  // [g·d]
        let valueBias: [Double]?  // [g·d]
        let attentionOutput: Weights  // [w, h·d]
        let feedForwardNorm: [Double]  // [w]
        let gate: Weights  // [f, w]
        let up: Weights  // [f, w]
        let down: Weights  // [w, f]
    }

    /// Whether the token at position `query` may look at the one at position `key`.
    typealias Visibility = (_ query: Int, _ key: Int) -> Bool
    /// The same for one layer and key/value head.
    typealias HeadVisibility = (_ query: Int, _ key: Int, _ layer: Int, _ head: Int) -> Bool

    let heads: Int
    let keyValueHeads: Int
    let headDimension: Int
    let epsilon: Double
    let pairing: Pairing
    /// Radians per position of each rotated pair [d/2].
    let inverseFrequencies: [Double]
    let embedding: Weights  // [vocabulary, w]
    let layers: [Layer]
    let outputNorm: [Double]  // [w]
    /// The output head [vocabulary, w]; the embedding itself where the file has no other.
    let output: Weights
}

// MARK: - The forward pass

extension ReferenceDecoder {
    /// The logits [n][vocabulary] after each of the tokens, the first of which stands at position 0.
    /// - Parameter sees: which keys a query may look at; causal unless told otherwise. Every query must see one key.
    func logits(after tokens: [Int32], sees: Visibility = { $1 <= $0 }) -> [[Double]] {
        logits(after: tokens) { query, key, _, _ in sees(query, key) }
    }

    /// The same where layers and heads see different keys.
    func logits(after tokens: [Int32], headSees: HeadVisibility) -> [[Double]] {
        var stream = tokens.map { embedding.row(Int($0)) }
        for (number, layer) in layers.enumerated() {
            let attended = attention(of: stream.map { rmsNorm($0, layer.attentionNorm) }, layer) { headSees($0, $1, number, $2) }
            stream = zip(stream, attended).map(sum)
            stream = stream.map { sum($0, feedForward(of: rmsNorm($0, layer.feedForwardNorm), layer)) }
        }
        return stream.map { output.times(rmsNorm($0, outputNorm)) }
    }

    /// Root mean square normalisation (Zhang and Sennrich, 2019).
    private func rmsNorm(_ x: [Double], _ weight: [Double]) -> [Double] {
        let meanSquare = x.reduce(0) { $0 + $1 * $1 } / Double(x.count)
        let scale = 1 / (meanSquare + epsilon).squareRoot()
        return zip(x, weight).map { $0 * scale * $1 }
    }

    /// Grouped-query attention: `inputs` [n][w], already normed, to [n][w].
    private func attention(
        of inputs: [[Double]], _ layer: Layer, sees: (_ query: Int, _ key: Int, _ head: Int) -> Bool
    ) -> [[Double]] {
        let queries = inputs.enumerated().map { rotate(layer.query.times($1, plus: layer.queryBias), position: $0) }
        let keys = inputs.enumerated().map { rotate(layer.key.times($1, plus: layer.keyBias), position: $0) }
        let values = inputs.map { layer.value.times($0, plus: layer.valueBias) }
        return inputs.indices.map { position in
            let mixed = (0..<heads).flatMap { head in
                let visible = inputs.indices.filter { sees(position, $0, head / (heads / keyValueHeads)) }
                return mix(queries[position], head: head, keys: visible.map { keys[$0] }, values: visible.map { values[$0] })
            }
            return layer.attentionOutput.times(mixed)
        }
    }

    /// What one head of one query takes from the keys it sees [d]: softmax(q·k / √d) · v.
    private func mix(_ query: [Double], head: Int, keys: [[Double]], values: [[Double]]) -> [Double] {
        let shared = head / (heads / keyValueHeads) * headDimension
        let scores = keys.map {
            dot(query, from: head * headDimension, $0, from: shared, count: headDimension) / Double(headDimension).squareRoot()
        }
        let highest = scores.max() ?? 0
        let weights = scores.map { exp($0 - highest) }
        let total = weights.reduce(0, +)
        var mixed = [Double](repeating: 0, count: headDimension)
        for (weight, value) in zip(weights, values) {
            for dimension in 0..<headDimension { mixed[dimension] += weight / total * value[shared + dimension] }
        }
        return mixed
    }

    /// Rotary embedding (Su et al., 2021) of all heads of one token: pair e turns by position · inverseFrequencies[e].
    private func rotate(_ x: [Double], position: Int) -> [Double] {
        var rotated = x
        for start in stride(from: 0, to: x.count, by: headDimension) {
            for (pair, frequency) in inverseFrequencies.enumerated() {
                let (first, second) =
                    switch pairing {
                    case .halves: (start + pair, start + pair + headDimension / 2)
                    case .interleaved: (start + 2 * pair, start + 2 * pair + 1)
                    }
                let angle = Double(position) * frequency
                let (cosine, sine) = (cos(angle), sin(angle))
                rotated[first] = x[first] * cosine - x[second] * sine
                rotated[second] = x[first] * sine + x[second] * cosine
            }
        }
        return rotated
    }

    /// SwiGLU (Shazeer, 2020): down · (silu(gate · x) ∘ up · x).
    private func feedForward(of x: [Double], _ layer: Layer) -> [Double] {
        let gated = zip(layer.gate.times(x), layer.up.times(x)).map { gate, up in gate / (1 + exp(-gate)) * up }
        return layer.down.times(gated)
    }
}

extension ReferenceDecoder.Weights {
    func row(_ index: Int) -> [Double] { Array(values[index * columns..<(index + 1) * columns]) }

    /// This matrix times a column `x` [columns], to [rows], with a bias added where there is one.
    func times(_ x: [Double], plus bias: [Double]? = nil) -> [Double] {
        (0..<rows).map { dot(values, from: $0 * columns, x, from: 0, count: columns) + (bias?[$0] ?? 0) }
    }
}

private func sum(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map(+) }

/// The dot product of `count` elements of two arrays, each from its own start.
private func dot(_ a: [Double], from aStart: Int, _ b: [Double], from bStart: Int, count: Int) -> Double {
    a.withUnsafeBufferPointer { a in
        b.withUnsafeBufferPointer { b in
            var total = 0.0
            var index = 0
            while index < count {
                total += a[aStart + index] * b[bStart + index]
                index += 1
            }
            return total
        }
    }
}
