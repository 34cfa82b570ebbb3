/// What a model says about its rotary embedding, before any scheme for longer texts.
package struct RotaryGeometry: Hashable, Sendable {
    package var headDim: Int
    /// Dimensions that turn (`rope.dimension_count`; all of them unless rotation is partial).
    package var rotaryDim: Int
    package var layout: Rotary.Layout
    /// The base of the frequencies (`rope.freq_base`, `rope_theta`).
    package var base: Double
    /// The length that the model was trained for with these frequencies, in tokens.
    package var trainedLength: Int
    /// What the model's own frequencies are divided by, one number per pair; missing ones count as 1. Llama 3.1 and later bring them as
    /// the tensor `rope_freqs`; a linear factor of the model's is the same one for all.
    package var factors: [Double]

    package init(headDim: Int, rotaryDim: Int, layout: Rotary.Layout, base: Double, trainedLength: Int, factors: [Double] = []) {
        self.headDim = headDim
        self.rotaryDim = rotaryDim
        self.layout = layout
        self.base = base
        self.trainedLength = trainedLength
        self.factors = factors
    }

    /// `base^(−2i / rotaryDim)`: radians per position of pair `i`, without the factors.
    package var plainFrequencies: [Double] {
        (0..<rotaryDim / 2).map { power(base, -2 * Double($0) / Double(rotaryDim)) }
    }

    /// Radians per position of each pair, as the model has them.
    package var inverseFrequencies: [Double] { Self.divide(plainFrequencies, by: factors) }

    static func divide(_ frequencies: [Double], by factors: [Double]) -> [Double] {
        frequencies.enumerated().map { pair, frequency in pair < factors.count ? frequency / factors[pair] : frequency }
    }

    /// The model's rotation at other frequencies.
    func rotary(_ frequencies: [Double], gain: Double = 1, queryScale: QueryScale? = nil) -> Rotary {
        Rotary(headDim: headDim, layout: layout, inverseFrequencies: frequencies, gain: gain, queryScale: queryScale)
    }

    /// How many times the trained length a text may have before some pair turns farther than it did in training. Pairs that turned all
    /// the way round then have seen every angle and do not count.
    func stretch(to frequencies: [Double]) -> Double {
        let slow = zip(inverseFrequencies, frequencies).filter { $0.0 * Double(trainedLength) < 2 * .pi }
        return slow.map { own, new in new == 0 ? .infinity : own / new }.min() ?? .infinity
    }
}

/// Chooses the frequencies of rotation for a text of a given length.
///
/// A scheme whose frequencies depend on the length takes the final length, announced beforehand, so that results do not depend
/// on the chunks in which a text is read.
package protocol PositionScheme: Sendable {
    /// As a person writes it: "yarn:4".
    var name: String { get }
    /// - Parameter length: the longest that the text will get, in tokens.
    func rotary(for geometry: RotaryGeometry, length: Int) -> Rotary
    /// The longest text, in tokens, to which the scheme takes a model.
    func reach(for geometry: RotaryGeometry) -> Int
}

extension RotaryGeometry {
    /// No text is longer: sums of lengths stay far from overflow.
    static let longestReach = 1 << 40

    /// The trained length so many times.
    func reach(times factor: Double) -> Int {
        Int(min(max(Double(trainedLength) * factor, 1), Double(Self.longestReach)))
    }
}
