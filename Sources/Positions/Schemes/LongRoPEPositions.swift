/// LongRoPE: the frequency of each pair is divided by a factor that was searched for, one list for texts within the original window
/// and one for longer ones. Which it is the announced length decides, once for the whole text.
/// (Ding et al., LongRoPE: Extending LLM Context Window Beyond 2 Million Tokens, 2024.)
package struct LongRoPEPositions: PositionScheme {
    package let name = "longrope"
    /// Divisors of the frequencies, one per pair; missing ones count as 1.
    package let shortFactors: [Double]
    package let longFactors: [Double]
    /// The window before the extension, in tokens.
    package let originalLength: Int
    /// How many times longer the extension made it.
    package let stretch: Double
    package let gain: Double

    /// - Parameter gain: `nil` for the one that the paper recommends.
    package init(shortFactors: [Double], longFactors: [Double], originalLength: Int, stretch: Double, gain: Double? = nil) {
        self.shortFactors = shortFactors
        self.longFactors = longFactors
        self.originalLength = originalLength
        self.stretch = stretch
        self.gain = gain ?? Self.gain(stretch: stretch, originalLength: originalLength)
    }

    /// `√(1 + ln stretch / ln originalLength)`, the gain that the paper recommends for a window stretched so many times.
    package static func gain(stretch: Double, originalLength: Int) -> Double {
        stretch <= 1 || originalLength <= 1 ? 1 : (1 + logarithm(stretch) / logarithm(Double(originalLength))).squareRoot()
    }

    package func rotary(for geometry: RotaryGeometry, length: Int) -> Rotary {
        let factors = length > originalLength ? longFactors : shortFactors
        return geometry.rotary(RotaryGeometry.divide(geometry.inverseFrequencies, by: factors), gain: gain)
    }

    package func reach(for geometry: RotaryGeometry) -> Int {
        var original = geometry
        original.trainedLength = originalLength
        return original.reach(times: max(1, stretch))
    }
}
