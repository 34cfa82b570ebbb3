/// NTK-aware scaling by the announced length: beyond the trained window the base grows just enough that the slowest pair turns no
/// farther than it did in training, while fast pairs hardly change. Within the window nothing happens.
/// (Described by users bloc97 and emozilla, 2023; Peng et al., YaRN, 2023, section 3.)
package struct DynamicNTKPositions: PositionScheme {
    package var name: String { "dynamic-ntk:\(factor.shortest)" }
    package let factor: Double

    package init(factor: Double) { self.factor = factor }

    package func rotary(for geometry: RotaryGeometry, length: Int) -> Rotary {
        let stretch = max(1, Double(length) / Double(geometry.trainedLength))
        return geometry.rotary(NTKPositions.frequencies(geometry, growth: factor * stretch - (factor - 1)))
    }

    package func reach(for geometry: RotaryGeometry) -> Int { geometry.reach(times: factor) }
}
