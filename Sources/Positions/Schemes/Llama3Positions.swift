/// Llama 3.1's extension: pairs whose wave is longer than the original window over `lowFactor` are interpolated, those shorter than
/// the window over `highFactor` stay, and between them the two are mixed. (Llama Team, The Llama 3 Herd of Models, 2024.)
package struct Llama3Positions: PositionScheme {
    package var name: String { "llama3:\(factor.shortest)" }
    package let factor: Double
    package let lowFactor: Double
    package let highFactor: Double
    /// The window before the extension, in tokens; `nil` for the one that the model was trained for.
    package let originalLength: Int?

    package static let publishedFactor = 8.0

    package init(factor: Double = publishedFactor, lowFactor: Double = 1, highFactor: Double = 4, originalLength: Int? = nil) {
        self.factor = factor
        self.lowFactor = lowFactor
        self.highFactor = highFactor
        self.originalLength = originalLength
    }

    package func rotary(for geometry: RotaryGeometry, length: Int) -> Rotary {
        geometry.rotary(RotaryGeometry.divide(geometry.inverseFrequencies, by: factors(for: geometry)))
    }

    package func reach(for geometry: RotaryGeometry) -> Int {
        var original = geometry
        original.trainedLength = originalLength ?? geometry.trainedLength
        return original.reach(times: factor)
    }

    /// What the frequency of each pair is divided by, as GGUF files keep it.
    package func factors(for geometry: RotaryGeometry) -> [Double] {
        geometry.inverseFrequencies.map { frequency in
            let turns = Double(originalLength ?? geometry.trainedLength) * frequency / (2 * .pi)
            if turns < lowFactor { return factor }
            if turns > highFactor { return 1 }
            let kept = (turns - lowFactor) / (highFactor - lowFactor)
            return 1 / ((1 - kept) / factor + kept)
        }
    }
}
