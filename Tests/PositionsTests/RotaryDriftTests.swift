import Testing

@testable import Positions

@Suite("Drift of attention with position")
struct RotaryDriftTests {
    private static let geometry = RotaryGeometry(headDim: 64, rotaryDim: 64, layout: .halves, base: 1e4, trainedLength: 4096)

    @Test("Turned in float32 attention does not depend on where a text stands; in bfloat16 it does", arguments: [16, 4096])
    func precisions(shift: Int) {
        let drift = RotaryDrift(rotary: ModelPositions().rotary(for: Self.geometry, length: 1), tokens: 48)
        let exact = drift.drift(shift: shift, precision: .float32), kept = drift.drift(shift: shift, precision: .bfloat16Vectors)
        let rounded = drift.drift(shift: shift, precision: .bfloat16)
        #expect(exact < 5e-6)
        #expect(kept > 5e-4 && kept > 100 * exact)
        #expect(rounded > kept)
    }

    @Test("bfloat16 cannot tell positions apart", arguments: [(257, 256), (511, 512), (15962, 15936), (65535, 65536)])
    func positions(position: Int, kept: Float) { #expect(Float(position).bfloat16 == kept) }
}
