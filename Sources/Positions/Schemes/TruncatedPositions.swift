/// Giraffe's truncated basis: pairs that turn at least once within `cut` tokens stay, the next slower ones turn at one slow speed, and
/// the slowest not at all: they compare contents at any distance.
/// (Pal et al., Giraffe: Adventures in Expanding Context Lengths in LLMs, 2023.)
package struct TruncatedPositions: PositionScheme {
    package var name: String { cut.map { "truncated:\($0)" } ?? "truncated" }
    /// In tokens; `nil` for the trained length.
    package let cut: Int?

    package init(cut: Int? = nil) { self.cut = cut }

    package func rotary(for geometry: RotaryGeometry, length: Int) -> Rotary { geometry.rotary(frequencies(geometry)) }

    package func reach(for geometry: RotaryGeometry) -> Int { geometry.reach(times: max(1, geometry.stretch(to: frequencies(geometry)))) }

    private func frequencies(_ geometry: RotaryGeometry) -> [Double] {
        let once = 2 * Double.pi / Double(cut ?? geometry.trainedLength)
        return geometry.inverseFrequencies.map { $0 >= once ? $0 : $0 >= once / 8 ? once / 16 : 0 }
    }
}
