/// What a model says about its rotary embedding, before any scheme for longer texts.
package struct RotaryGeometry: Hashable, Sendable {
    package var headDim: Int
    /// Dimensions that turn (`rope.dimension_count`; all of them unless rotation is partial).
    package var rotaryDim: Int
    package var layout: Rotary.Layout
    /// The base of the frequencies (`rope.freq_base`, `rope_theta`).
    package var base: Double
    /// The length that the model was trained for, in tokens.
    package var trainedLength: Int

    package init(headDim: Int, rotaryDim: Int, layout: Rotary.Layout, base: Double, trainedLength: Int) {
        self.headDim = headDim
        self.rotaryDim = rotaryDim
        self.layout = layout
        self.base = base
        self.trainedLength = trainedLength
    }

    /// `base^(−2i / rotaryDim)`: radians per position of pair `i`.
    package var inverseFrequencies: [Double] {
        (0..<rotaryDim / 2).map { power(base, -2 * Double($0) / Double(rotaryDim)) }
    }
}

/// Chooses the frequencies of rotation for a text of a given length.
///
/// A scheme whose frequencies depend on the length takes the final length, announced beforehand, so that results do not depend
/// on the chunks in which a text is read.
package protocol PositionScheme: Sendable {
    var name: String { get }
    func rotary(for geometry: RotaryGeometry, length: Int) -> Rotary
}
