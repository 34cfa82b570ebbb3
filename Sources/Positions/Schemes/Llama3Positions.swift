/// Llama 3.1's extension: pairs whose wave is longer than the original window over `lowFactor` are interpolated, those shorter than
/// the window over `highFactor` stay, and between them the two are mixed. (Llama Team, The Llama 3 Herd of Models, 2024.)
package struct Llama3Positions: PositionScheme {
    package let name = "llama3"
    package let factor: Double
    package let lowFactor: Double
    package let highFactor: Double
    /// The window before the extension, in tokens.
    package let originalLength: Int

    package init(factor: Double = 8, lowFactor: Double = 1, highFactor: Double = 4, originalLength: Int = 8192) {
        self.factor = factor
        self.lowFactor = lowFactor
        self.highFactor = highFactor
        self.originalLength = originalLength
    }

    package func rotary(for geometry: RotaryGeometry, length: Int) -> Rotary {
        ModelPositions(factors: factors(for: geometry)).rotary(for: geometry, length: length)
    }

    /// What the frequency of each pair is divided by, as GGUF files keep it.
    package func factors(for geometry: RotaryGeometry) -> [Double] {
        geometry.inverseFrequencies.map { frequency in
            let turns = Double(originalLength) * frequency / (2 * .pi)
            if turns < lowFactor { return factor }
            if turns > highFactor { return 1 }
            let kept = (turns - lowFactor) / (highFactor - lowFactor)
            return 1 / ((1 - kept) / factor + kept)
        }
    }
}
