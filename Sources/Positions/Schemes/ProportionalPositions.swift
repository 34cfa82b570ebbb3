/// Rotation of the fastest pairs alone, which turn as fast as they would if all did; the others compare contents at any distance.
/// (Barbero et al., Round and Round We Go! What Makes Rotary Positional Encodings Useful?, 2024: p-RoPE.)
package struct ProportionalPositions: PositionScheme {
    package var name: String { "proportional:\(share.shortest)" }
    /// The share of the pairs that turn.
    package let share: Double

    package init(share: Double) { self.share = share }

    package func rotary(for geometry: RotaryGeometry, length: Int) -> Rotary {
        let turning = Int(share * Double(geometry.rotaryDim / 2))
        return geometry.rotary(geometry.inverseFrequencies.enumerated().map { $0.offset < turning ? $0.element : 0 })
    }

    package func reach(for geometry: RotaryGeometry) -> Int { geometry.trainedLength }
}
