/// NTK-aware scaling by the announced length: beyond the trained window the base grows just enough that the slowest pair turns no
/// farther than it did in training, while fast pairs hardly change. Within the window nothing happens.
/// (Described by users bloc97 and emozilla, 2023; Peng et al., YaRN, 2023, section 3.)
package struct DynamicNTKPositions: PositionScheme {
    package var name: String { "dynamic-ntk" }
    package let factor: Double

    package init(factor: Double) { self.factor = factor }

    package func rotary(for geometry: RotaryGeometry, length: Int) -> Rotary {
        var stretched = geometry
        let length = Double(max(length, geometry.trainedLength)), dimensions = Double(geometry.rotaryDim)
        if geometry.rotaryDim > 2 {
            let growth = factor * length / Double(geometry.trainedLength) - (factor - 1)
            stretched.base *= power(growth, dimensions / (dimensions - 2))
        }
        return ModelPositions().rotary(for: stretched, length: Int(length))
    }
}
