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
        geometry = RotaryGeometry(
            headDim: headDim, rotaryDim: rotaryDim, layout: source.metadata.string(Self.layoutKey).flatMap(Rotary.Layout.init) ?? layout,
            base: try keys.number("rope.freq_base", default: 10_000, in: 1...1e12), trainedLength: trainedLength)
        scheme = try ScalingKeys(keys: keys, source: source, pairs: rotaryDim / 2, trainedLength: trainedLength).scheme()
    }

    /// Where a source says that its rows do not lie as GGUF files of the architecture have them: Hugging Face keeps the halves that
    /// conversion to GGUF would interleave.
    package static let layoutKey = "apus.rotary_layout"
}

/// The settings of scaled positions.
private struct ScalingKeys {
    let keys: ModelKeys
    let source: any ModelSource
    let pairs: Int
    let trainedLength: Int

    func scheme() throws -> any PositionScheme {
        let own = ModelPositions(factors: try factors("rope_freqs.weight"))
        // Files of Phi-3 do not name the kind, but hold its factors.
        let usual = source.tensor("rope_factors_long.weight") == nil ? "none" : "longrope"
        let kind = try keys.string("rope.scaling.type") ?? usual
        switch kind {
        case "none": return try linear(keys.number("rope.scale_linear", default: 1, in: Self.factors), base: own)
        case "linear": return try linear(factor(), base: own)
        case "yarn": return try yarn()
        case "longrope": return try longRoPE()
        case "dynamic": return DynamicNTKPositions(factor: try factor())
        default:
            try keys.require(false, "rope.scaling.type", "only none, linear, yarn, longrope and dynamic scaling are supported")
            return own
        }
    }

    private static let factors = 1e-3...1e6

    private func factor() throws(ModelError) -> Double { try keys.number("rope.scaling.factor", default: 1, in: Self.factors) }

    private func originalLength() throws(ModelError) -> Int {
        try keys.size("rope.scaling.original_context_length", default: trainedLength, limit: 1 << 30)
    }

    private func linear(_ factor: Double, base: ModelPositions) -> any PositionScheme {
        factor == 1 ? base : LinearPositions(factor: factor, base: base)
    }

    private func yarn() throws(ModelError) -> any PositionScheme {
        let factor = try factor()
        return YarnPositions(
            factor: factor, originalLength: try originalLength(),
            fastRotations: try keys.number("rope.scaling.yarn_beta_fast", default: 32, in: 1e-3...1e6),
            slowRotations: try keys.number("rope.scaling.yarn_beta_slow", default: 1, in: 1e-3...1e6),
            gain: try keys.number("rope.scaling.yarn_attn_factor", default: YarnPositions.gain(factor: factor), in: Self.factors),
            truncates: try keys.flag("rope.scaling.yarn_truncate", default: true))
    }

    private func longRoPE() throws -> any PositionScheme {
        let original = try originalLength()
        let stretch = Double(trainedLength) / Double(original)
        return LongRoPEPositions(
            shortFactors: try factors("rope_factors_short.weight"), longFactors: try factors("rope_factors_long.weight"),
            originalLength: original,
            gain: try keys.number(
                "rope.scaling.attn_factor", default: LongRoPEPositions.gain(stretch: stretch, originalLength: original), in: Self.factors))
    }

    /// Divisors of the frequencies that lie among the tensors, none if they are absent.
    private func factors(_ name: String) throws -> [Double] {
        guard source.tensor(name) != nil else { return [] }
        let loaded = try WeightLoader.load(.init(name: name, shape: [pairs], form: .numbers), from: source)
        guard case .numbers(let factors) = loaded else { return [] }
        guard factors.array.allSatisfy({ $0.isFinite && $0 > 0 }) else {
            throw ModelError.badValues(tensor: name, file: source.path, reason: "frequency factors must be positive")
        }
        return factors.array.map(Double.init)
    }
}
