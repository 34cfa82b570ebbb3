/// NTK-aware scaling: the base grows so far that the slowest pair turns slower by the whole factor, while the fastest does not change.
/// (Described by user bloc97, 2023; Peng et al., YaRN, 2023, section 3.1.)
package struct NTKPositions: PositionScheme {
    package var name: String { "ntk:\(factor.shortest)" }
    package let factor: Double

    package init(factor: Double) { self.factor = factor }

    package func rotary(for geometry: RotaryGeometry, length: Int) -> Rotary { geometry.rotary(Self.frequencies(geometry, growth: factor)) }

    package func reach(for geometry: RotaryGeometry) -> Int { geometry.reach(times: factor) }

    /// The model's frequencies with a base that is larger by `growth^(d / (d - 2))`.
    static func frequencies(_ geometry: RotaryGeometry, growth: Double) -> [Double] {
        let dimensions = Double(geometry.rotaryDim)
        guard dimensions > 2, growth != 1 else { return geometry.inverseFrequencies }
        var stretched = geometry
        stretched.base *= power(growth, dimensions / (dimensions - 2))
        return stretched.inverseFrequencies
    }
}
