import ModelFiles
import Positions

/// The settings of scaled positions.
struct ScalingKeys {
    let keys: ModelKeys
    let source: any ModelSource
    let pairs: Int
    let trainedLength: Int

    /// The scheme, what the frequencies are divided by before it, and the length that the model was trained for with those.
    func resolved() throws -> (scheme: any PositionScheme, factors: [Double], originalLength: Int) {
        let own = try factors("rope_freqs.weight")
        // Files of Phi-3 do not name the kind, but hold its factors; without a name factors are linear ones.
        let usual = source.tensor("rope_factors_long.weight") == nil ? "linear" : "longrope"
        let kind = try keys.string("rope.scaling.type") ?? usual
        switch kind {
        case "none": return (ModelPositions(), own, trainedLength)
        case "linear": return (ModelPositions(), try linear(own), trainedLength)
        case "yarn": return (try yarn(), own, try originalLength())
        case "longrope": return (try longRoPE(), own, try originalLength())
        case "dynamic": return (DynamicNTKPositions(factor: try factor()), own, trainedLength)
        case "clex": return (try clex(), own, trainedLength)
        case "proportional":
            let share = try keys.number("rope.scaling.proportional_share", default: 1, in: 0...1)
            return (ProportionalPositions(share: share), try linear(own), trainedLength)
        default:
            throw keys.bad(
                "rope.scaling.type", "only none, linear, yarn, longrope, dynamic, clex and proportional scaling are supported")
        }
    }

    private static let factors = 1e-3...1e6

    private func factor() throws(ModelError) -> Double { try keys.number("rope.scaling.factor", default: 1, in: Self.factors) }

    private func originalLength() throws(ModelError) -> Int {
        try keys.size("rope.scaling.original_context_length", default: trainedLength, limit: 1 << 30)
    }

    /// The divisors with a linear factor, which older files name otherwise.
    private func linear(_ own: [Double]) throws(ModelError) -> [Double] {
        let older = try keys.number("rope.scale_linear", default: 1, in: Self.factors)
        let factor = try keys.number("rope.scaling.factor", default: older, in: Self.factors)
        return factor == 1 ? own : (0..<pairs).map { factor * ($0 < own.count ? own[$0] : 1) }
    }

    private func yarn() throws(ModelError) -> any PositionScheme {
        let factor = try factor()
        let mixed = try keys.number("rope.scaling.yarn_ext_factor", default: 1, in: -1e6...1e6)
        try keys.require(mixed == 1 || mixed < 0, "rope.scaling.yarn_ext_factor", "only 1 is supported")
        return YarnPositions(
            factor: factor, originalLength: try originalLength(),
            fastRotations: try keys.number("rope.scaling.yarn_beta_fast", default: 32, in: 1e-3...1e6),
            slowRotations: try keys.number("rope.scaling.yarn_beta_slow", default: 1, in: 1e-3...1e6),
            gain: try keys.number("rope.scaling.yarn_attn_factor", default: usualGain(factor), in: Self.factors),
            truncates: try keys.flag("rope.scaling.yarn_truncate", default: true))
    }

    /// The gain of a file that does not state it: the paper's, with the weights that DeepSeek's models have.
    private func usualGain(_ factor: Double) throws(ModelError) -> Double {
        let weight = try keys.number("rope.scaling.yarn_log_multiplier", default: 0, in: 0...1e3)
        let share = try keys.number("rope.scaling.attn_factor", default: 1, in: Self.factors)
        return share * YarnPositions.gain(factor: factor) / YarnPositions.gain(factor: factor, weight: weight)
    }

    private func longRoPE() throws -> any PositionScheme {
        let original = try originalLength()
        let stretch = Double(trainedLength) / Double(original)
        return LongRoPEPositions(
            shortFactors: try factors("rope_factors_short.weight"), longFactors: try factors("rope_factors_long.weight"),
            originalLength: original, stretch: stretch,
            gain: try keys.number(
                "rope.scaling.attn_factor", default: LongRoPEPositions.gain(stretch: stretch, originalLength: original), in: Self.factors))
    }

    private func clex() throws -> any PositionScheme {
        guard let hidden = source.tensor(Self.clexUp)?.shape.last else { throw ModelError.missingTensor(Self.clexUp, file: source.path) }
        var network = ClexNetwork(
            up: try numbers(Self.clexUp, [pairs, hidden]), down: try numbers(Self.clexDown, [hidden, pairs]), pairs: pairs)
        try network.apply({ try keys.string("rope.scaling.clex." + $0) }, orThrow: { keys.bad("rope.scaling.clex", $0) })
        // Checkpoints come from the published code.
        network.base = ClexNetwork.compatibleBase
        return ClexPositions(network: network, name: "clex")
    }

    static let clexUp = "rope_clex_up", clexDown = "rope_clex_down"

    private func numbers(_ name: String, _ shape: [Int]) throws -> [Double] {
        let loaded = try WeightLoader.load(.init(name: name, shape: shape, form: .numbers), from: source)
        guard case .numbers(let numbers) = loaded else { return [] }
        guard numbers.array.allSatisfy(\.isFinite) else {
            throw ModelError.badValues(tensor: name, file: source.path, reason: "its numbers must be finite")
        }
        return numbers.array.map(Double.init)
    }

    /// Divisors of the frequencies that lie among the tensors, none if they are absent.
    private func factors(_ name: String) throws -> [Double] {
        guard source.tensor(name) != nil else { return [] }
        let factors = try numbers(name, [pairs])
        guard factors.allSatisfy({ $0 > 0 }) else {
            throw ModelError.badValues(tensor: name, file: source.path, reason: "frequency factors must be positive")
        }
        return factors
    }
}
