import ModelFiles
import Positions

/// How the queries and keys of a layer turn: the geometry that the files state, and what becomes of it at a given length.
package struct LayerRotation: Sendable {
    package var geometry: RotaryGeometry
    package var scheme: any PositionScheme

    /// The rotation for a text whose final length, in tokens, is known beforehand.
    package func rotary(length: Int) -> Rotary { scheme.rotary(for: geometry, length: length) }

    /// The plain rotation by another base.
    package func plain(base: Double) -> LayerRotation {
        var rotation = LayerRotation(geometry: geometry, scheme: ModelPositions())
        rotation.geometry.base = base
        rotation.geometry.factors = []
        return rotation
    }
}

extension LayerRotation {
    /// What the files say.
    /// - Throws: `ModelError` for values that make no sense and for kinds of scaling that are not known: they are refused, not ignored.
    init(_ keys: ModelKeys, source: any ModelSource, headDim: Int, trainedLength: Int, layout: Rotary.Layout) throws {
        let rotaryDim = try keys.size("rope.dimension_count", default: headDim)
        try keys.require(
            rotaryDim <= headDim && rotaryDim.isMultiple(of: 2), "rope.dimension_count", "it must be even and at most \(headDim)")
        let scaling = ScalingKeys(keys: keys, source: source, pairs: rotaryDim / 2, trainedLength: trainedLength)
        let (scheme, factors, originalLength) = try scaling.resolved()
        geometry = RotaryGeometry(
            headDim: headDim, rotaryDim: rotaryDim, layout: source.metadata.string(Self.layoutKey).flatMap(Rotary.Layout.init) ?? layout,
            base: try keys.number("rope.freq_base", default: 10_000, in: 1...1e12), trainedLength: originalLength, factors: factors)
        self.scheme = scheme
    }

    /// Where a source says that its rows do not lie as GGUF files of the architecture have them: Hugging Face keeps the halves that
    /// conversion to GGUF would interleave.
    package static let layoutKey = "apus.rotary_layout"
}
