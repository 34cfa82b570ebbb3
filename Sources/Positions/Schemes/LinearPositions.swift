/// Position interpolation: all positions are divided by one factor, so that a longer text fits the trained range of angles.
/// (Chen et al., Extending Context Window of Large Language Models via Positional Interpolation, 2023.)
package struct LinearPositions: PositionScheme {
    package var name: String { "linear:\(factor)" }
    package let factor: Double
    /// What is interpolated; the model's own frequencies unless it has factors of its own.
    package var base: ModelPositions

    package init(factor: Double, base: ModelPositions = ModelPositions()) {
        self.factor = factor
        self.base = base
    }

    package func rotary(for geometry: RotaryGeometry, length: Int) -> Rotary {
        let own = base.rotary(for: geometry, length: length)
        return Rotary(
            headDim: own.headDim, layout: own.layout, inverseFrequencies: own.inverseFrequencies.map { $0 / factor }, gain: own.gain)
    }
}
