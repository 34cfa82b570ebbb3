/// Position interpolation: all positions are divided by one factor, so that a longer text fits the trained range of angles.
/// (Chen et al., Extending Context Window of Large Language Models via Positional Interpolation, 2023.)
package struct LinearPositions: PositionScheme {
    package var name: String { "linear:\(factor.shortest)" }
    package let factor: Double

    package init(factor: Double) { self.factor = factor }

    package func rotary(for geometry: RotaryGeometry, length: Int) -> Rotary {
        geometry.rotary(geometry.inverseFrequencies.map { $0 / factor })
    }

    package func reach(for geometry: RotaryGeometry) -> Int { geometry.reach(times: factor) }
}
