/// YaRN: slow pairs, which turn less than `slowRotations` times over the original window, are interpolated; fast ones, which turn more
/// than `fastRotations` times, stay; between them the two are mixed by a ramp. Scores are sharpened by `gain` squared.
/// (Peng et al., YaRN: Efficient Context Window Extension of Large Language Models, 2023.)
package struct YarnPositions: PositionScheme {
    package var name: String { "yarn:\(factor.shortest)" }
    package let factor: Double
    /// The window before the extension, in tokens; `nil` for the one that the model was trained for.
    package let originalLength: Int?
    package let fastRotations: Double
    package let slowRotations: Double
    package let gain: Double
    /// Whether the ramp begins and ends at whole pairs.
    package var truncates: Bool

    package init(
        factor: Double, originalLength: Int? = nil, fastRotations: Double = 32, slowRotations: Double = 1, gain: Double? = nil,
        truncates: Bool = true
    ) {
        self.factor = factor
        self.originalLength = originalLength
        self.fastRotations = fastRotations
        self.slowRotations = slowRotations
        self.gain = gain ?? Self.gain(factor: factor)
        self.truncates = truncates
    }

    /// `0.1 ln(factor) + 1`, the gain that the paper recommends; some models weigh the logarithm.
    package static func gain(factor: Double, weight: Double = 1) -> Double { factor <= 1 ? 1 : 0.1 * weight * logarithm(factor) + 1 }

    package func rotary(for geometry: RotaryGeometry, length: Int) -> Rotary {
        let ramp = ramp(geometry)
        let frequencies = geometry.inverseFrequencies.enumerated().map { pair, frequency in
            let interpolated = min(max((Double(pair) - ramp.start) / (ramp.end - ramp.start), 0), 1)
            return frequency / factor * interpolated + frequency * (1 - interpolated)
        }
        return geometry.rotary(frequencies, gain: gain)
    }

    package func reach(for geometry: RotaryGeometry) -> Int {
        var original = geometry
        original.trainedLength = originalLength ?? geometry.trainedLength
        return original.reach(times: factor)
    }

    /// The pair where interpolation sets in and the one where it is complete.
    private func ramp(_ geometry: RotaryGeometry) -> (start: Double, end: Double) {
        var start = pair(turning: fastRotations, geometry), end = pair(turning: slowRotations, geometry)
        if truncates { (start, end) = (start.rounded(.down), end.rounded(.up)) }
        start = max(start, 0)
        end = min(end, Double(geometry.rotaryDim - 1))
        return (start, end == start ? end + 0.001 : end)
    }

    /// The pair, not a whole one, that turns so many times over the original window.
    private func pair(turning rotations: Double, _ geometry: RotaryGeometry) -> Double {
        let turns = Double(originalLength ?? geometry.trainedLength) / (rotations * 2 * .pi)
        return Double(geometry.rotaryDim) * logarithm(turns) / (2 * logarithm(geometry.base))
    }
}
