/// Adjusted base frequency: nothing but a larger base, for which a model is trained on. Fast pairs hardly change and slow ones much.
/// (Xiong et al., Effective Long-Context Scaling of Foundation Models, 2023.)
package struct AdjustedBasePositions: PositionScheme {
    package var name: String { "abf:\(base.shortest)" }
    package let base: Double

    package init(base: Double) { self.base = base }

    package func rotary(for geometry: RotaryGeometry, length: Int) -> Rotary { geometry.rotary(frequencies(geometry)) }

    package func reach(for geometry: RotaryGeometry) -> Int { geometry.reach(times: max(1, geometry.stretch(to: frequencies(geometry)))) }

    private func frequencies(_ geometry: RotaryGeometry) -> [Double] {
        var adjusted = geometry
        adjusted.base = base
        return adjusted.inverseFrequencies
    }
}
