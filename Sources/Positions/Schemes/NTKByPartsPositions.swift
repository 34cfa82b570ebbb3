/// NTK-by-parts as the paper writes it: pairs that turn less than `slowRotations` times over the trained length are interpolated, those
/// that turn more than `fastRotations` times stay, and between them the two are mixed by the number of turns. (YaRN as it is used mixes
/// by the number of the pair instead, which is another function.) (Peng et al., YaRN, 2023, section 3.2.)
package struct NTKByPartsPositions: PositionScheme {
    package var name: String { "ntk-by-parts:\(factor.shortest)" }
    package let factor: Double

    private static let slowRotations = 1.0
    private static let fastRotations = 32.0

    package init(factor: Double) { self.factor = factor }

    package func rotary(for geometry: RotaryGeometry, length: Int) -> Rotary {
        geometry.rotary(
            geometry.inverseFrequencies.map { frequency in
                let turns = Double(geometry.trainedLength) * frequency / (2 * .pi)
                let kept = min(max((turns - Self.slowRotations) / (Self.fastRotations - Self.slowRotations), 0), 1)
                return (1 - kept) * frequency / factor + kept * frequency
            })
    }

    package func reach(for geometry: RotaryGeometry) -> Int { geometry.reach(times: factor) }
}
