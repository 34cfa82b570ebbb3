#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Rotary position embedding of one layer: which dimensions turn in pairs, and how fast.
///
/// A vector at position `p` has its pair `i` turned by the angle `p · inverseFrequencies[i]`. Only differences of positions reach
/// the scores. Angles, cosines and sines are computed in double precision and kept in float32: at position 100,000 a float32
/// product would already be off by a hundredth of a radian. (Su et al., RoFormer, 2021.)
package struct Rotary: Hashable, Sendable {
    /// Which two dimensions of a head form a pair.
    package enum Layout: String, Codable, Sendable {
        /// 0 and 1, 2 and 3, … (GGUF files of the Llama family).
        case interleaved
        /// `i` and `i + rotaryDim / 2` (Qwen2, Phi, NeoX and all Hugging Face checkpoints).
        case halves
    }

    /// Dimensions of a key.
    package let headDim: Int
    /// How many of them, the first ones, turn; even.
    package let rotaryDim: Int
    package let layout: Layout
    /// Radians per position, `[rotaryDim / 2]`.
    package let inverseFrequencies: [Double]
    /// What cosine and sine are multiplied with, on queries and keys alike; scores of the rotary part grow by its square.
    package let gain: Double
    /// What whole queries are multiplied with besides.
    package var queryScale: QueryScale?
    /// The natural dimension that stands at each place of the *paired order*, `[headDim]`: pairs are neighbours there, the
    /// dimensions that do not turn come last.
    package let pairing: [Int32]

    /// - Parameter inverseFrequencies: half as many as dimensions turn; fewer dimensions than `headDim` may turn (partial rotation).
    package init(headDim: Int, layout: Layout, inverseFrequencies: [Double], gain: Double = 1, queryScale: QueryScale? = nil) {
        precondition(headDim > 0 && inverseFrequencies.count * 2 <= headDim, "more pairs than the head has")
        self.headDim = headDim
        self.rotaryDim = inverseFrequencies.count * 2
        self.layout = layout
        self.inverseFrequencies = inverseFrequencies
        self.gain = gain
        self.queryScale = queryScale
        self.pairing = Self.pairing(headDim: headDim, rotaryDim: inverseFrequencies.count * 2, layout: layout)
    }

    /// No rotation at all: for models with other position information, or none.
    package static func none(headDim: Int) -> Rotary {
        Rotary(headDim: headDim, layout: .interleaved, inverseFrequencies: [])
    }

    /// How many pairs turn.
    package var pairs: Int { inverseFrequencies.count }

    private static func pairing(headDim: Int, rotaryDim: Int, layout: Layout) -> [Int32] {
        (0..<headDim).map { place in
            guard place < rotaryDim, layout == .halves else { return Int32(place) }
            return Int32(place / 2 + place % 2 * (rotaryDim / 2))
        }
    }

    /// Cosines and sines at a position, `[rotaryDim / 2]` each, without the gain. Positions may be negative or between integers.
    package func angles(at position: Double) -> (cosines: [Float], sines: [Float]) {
        let angles = inverseFrequencies.map { position * $0 }
        return (angles.map { Float(cos($0)) }, angles.map { Float(sin($0)) })
    }
}
