/// How far attention depends on where a text stands, which it would not in exact arithmetic: the rounding of positions, angles and turned
/// vectors shows. (Wang et al., When Precision Meets Position: BFloat16 Breaks Down RoPE in Long-Context Training, 2024.)
package struct RotaryDrift: Sendable {
    /// In which numbers queries and keys are turned and kept.
    package enum Precision: String, Sendable, CaseIterable {
        /// As everywhere here: angles in float64, all else in float32.
        case float32
        /// Turned in float32, then kept in bfloat16.
        case bfloat16Vectors
        /// Positions, angles, products and vectors in bfloat16.
        case bfloat16
    }

    private let rotary: Rotary
    private let tokens: Int
    /// `[tokens][headDim]`: normally distributed.
    private let queries: [[Float]]
    private let keys: [[Float]]

    package init(rotary: Rotary, tokens: Int, seed: UInt64 = 1) {
        self.rotary = rotary
        self.tokens = tokens
        var noise = Noise(state: seed)
        func vectors() -> [[Float]] { (0..<tokens).map { _ in (0..<rotary.headDim).map { _ in noise.next() } } }
        queries = vectors()
        keys = vectors()
    }

    /// The mean over queries of what attention to all keys changes by, in sum, if the text moves by `shift` positions.
    package func drift(shift: Int, precision: Precision) -> Double {
        let here = attention(from: 0, precision), there = attention(from: shift, precision)
        let changes = zip(here, there).map { rows in zip(rows.0, rows.1).reduce(0) { $0 + Double(abs($1.0 - $1.1)) } }
        return changes.reduce(0, +) / Double(tokens)
    }

    /// The attention of each query to the keys up to its own.
    private func attention(from start: Int, _ precision: Precision) -> [[Float]] {
        let q = queries.enumerated().map { turned($1, at: start + $0, precision) }
        let k = keys.enumerated().map { turned($1, at: start + $0, precision) }
        let scale = 1 / Float(rotary.headDim).squareRoot()
        return (0..<tokens).map { row in
            let scores = (0...row).map { column in zip(q[row], k[column]).reduce(Float(0)) { $0 + $1.0 * $1.1 } * scale }
            let largest = scores.max() ?? 0
            let weights = scores.map { Float(exponential(Double($0 - largest))) }
            let total = weights.reduce(0, +)
            return weights.map { $0 / total }
        }
    }

    private func turned(_ vector: [Float], at position: Int, _ precision: Precision) -> [Float] {
        var result = vector
        let angles = angles(at: position, precision)
        let rounds = precision == .bfloat16
        for pair in 0..<rotary.pairs {
            let first = Int(rotary.pairing[2 * pair]), second = Int(rotary.pairing[2 * pair + 1])
            let (x, y, c, s) = (vector[first], vector[second], angles.cosines[pair], angles.sines[pair])
            let products = [x * c, y * s, x * s, y * c].map { rounds ? $0.bfloat16 : $0 }
            result[first] = products[0] - products[1]
            result[second] = products[2] + products[3]
        }
        return precision == .float32 ? result : result.map(\.bfloat16)
    }

    private func angles(at position: Int, _ precision: Precision) -> (cosines: [Float], sines: [Float]) {
        guard precision == .bfloat16 else { return rotary.angles(at: Double(position)) }
        let place = Float(position).bfloat16
        let rounded = rotary.inverseFrequencies.map { (Float($0).bfloat16 * place).bfloat16 }
        return (rounded.map { Float(cosine(Double($0))).bfloat16 }, rounded.map { Float(sine(Double($0))).bfloat16 })
    }
}

extension Float {
    /// The nearest number of eight significant bits.
    package var bfloat16: Float {
        let bits = bitPattern &+ 0x7fff &+ (bitPattern >> 16 & 1)
        return Float(bitPattern: bits & 0xffff_0000)
    }
}

/// Normally distributed numbers: sums of twelve even ones.
private struct Noise {
    var state: UInt64

    mutating func next() -> Float {
        var sum: Float = -6
        for _ in 0..<12 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            sum += Float(state >> 40) / Float(1 << 24)
        }
        return sum
    }
}
