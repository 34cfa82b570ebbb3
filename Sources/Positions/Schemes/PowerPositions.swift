/// Giraffe's power basis: pair `i` of `n` turns slower by `(1 - i / n)^exponent`: the fastest does not change, the slowest most.
/// (Pal et al., Giraffe: Adventures in Expanding Context Lengths in LLMs, 2023.)
package struct PowerPositions: PositionScheme {
    package var name: String { "power:\(exponent.shortest)" }
    package let exponent: Double

    package init(exponent: Double) { self.exponent = exponent }

    package func rotary(for geometry: RotaryGeometry, length: Int) -> Rotary { geometry.rotary(frequencies(geometry)) }

    package func reach(for geometry: RotaryGeometry) -> Int { geometry.reach(times: max(1, geometry.stretch(to: frequencies(geometry)))) }

    private func frequencies(_ geometry: RotaryGeometry) -> [Double] {
        let pairs = Double(geometry.rotaryDim / 2)
        return geometry.inverseFrequencies.enumerated().map { $0.element * power(1 - Double($0.offset) / pairs, exponent) }
    }
}
