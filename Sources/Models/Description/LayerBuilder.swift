import Attention
import Positions
import Tensors

/// Declares the weights of one layer; names stand without "blk.N.".
package struct LayerBuilder {
    package let index: Int
    package let configuration: DecoderConfiguration
    package let keys: ModelKeys
    package var weights: WeightDeclarations

    package var prefix: String { "blk.\(index)." }

    package func has(_ name: String) -> Bool { weights.has(prefix + name) }

    // MARK: Norms

    /// A norm over whole rows, `[width]`, unless another shape is given.
    package mutating func norm(_ kind: Norm.Kind, _ name: String, _ shape: [Int]? = nil) -> Norm {
        weights.norm(kind, prefix + name, shape ?? [configuration.width], epsilon: configuration.normEpsilon)
    }

    package mutating func rmsNorm(_ name: String, _ shape: [Int]? = nil) -> Norm { norm(.rootMeanSquare, name, shape) }

    package mutating func layerNorm(_ name: String, _ shape: [Int]? = nil) -> Norm { norm(.layer, name, shape) }

    /// The same if the model has it.
    package mutating func optionalNorm(_ kind: Norm.Kind, _ name: String, _ shape: [Int]? = nil) -> Norm? {
        has(name + ".weight") ? norm(kind, name, shape) : nil
    }

    // MARK: Attention

    /// Attention over all that came before, with rotary positions and a scale of one over the root of the head's dimensions, which
    /// families change as they need. The rows of queries, keys and values lie in three tensors, or under each other in one.
    package mutating func attention() -> AttentionLayer {
        let rows = [
            configuration.heads * configuration.keyDim, configuration.keyValueHeads * configuration.keyDim,
            configuration.keyValueHeads * configuration.valueDim,
        ]
        let width = configuration.width
        let projections =
            has("attn_qkv.weight")
            ? weights.projections(prefix + "attn_qkv", outputs: rows, inputs: width)
            : zip(["attn_q", "attn_k", "attn_v"], rows).map { weights.projection(prefix + $0, outputs: $1, inputs: width) }
        return AttentionLayer(
            projections: projections,
            output: weights.projection(prefix + "attn_output", outputs: width, inputs: configuration.heads * configuration.valueDim),
            rotation: configuration.rotation, rule: ScoreRule(scale: 1 / Float(configuration.keyDim).squareRoot()))
    }

    /// The model's window if this layer has it: the file says which do, or else all but every `period`th (`nil`: all).
    package func window(allButEvery period: Int? = nil) throws(ModelError) -> Int? {
        let pattern = try keys.pattern("attention.sliding_window_pattern", layers: configuration.layers, allButEvery: period)
        return pattern?[index] ?? true ? configuration.slidingWindow : nil
    }

    // MARK: Feed-forward networks

    /// The function that the file names, or else the family's.
    package func activation(_ usual: Activation) throws(ModelError) -> Activation {
        guard let name = try keys.string("hidden_activation") else { return usual }
        guard let activation = Activation(named: name) else {
            try keys.require(false, "hidden_activation", "this function is not supported")
            return usual
        }
        return activation
    }

    /// A gated network; gate and up lie in two tensors, or under each other in one.
    package mutating func gatedFeedForward(_ usual: Activation = .silu) throws(ModelError) -> FeedForward {
        let width = configuration.width, hidden = configuration.feedForwardWidth
        let gateUp =
            has("ffn_gate.weight")
            ? ["ffn_gate", "ffn_up"].map { weights.projection(prefix + $0, outputs: hidden, inputs: width) }
            : weights.projections(prefix + "ffn_up", outputs: [hidden, hidden], inputs: width)
        return .gated(
            gate: gateUp[0], up: gateUp[1], down: weights.projection(prefix + "ffn_down", outputs: width, inputs: hidden),
            .plain(try activation(usual)))
    }

    /// A network of two layers.
    package mutating func plainFeedForward(_ usual: Activation) throws(ModelError) -> FeedForward {
        let width = configuration.width, hidden = configuration.feedForwardWidth
        return .plain(
            up: weights.projection(prefix + "ffn_up", outputs: hidden, inputs: width),
            down: weights.projection(prefix + "ffn_down", outputs: width, inputs: hidden), try activation(usual))
    }

    /// Gated networks of which a router picks some.
    /// - Parameter activation: the family's, unless the file names another.
    package mutating func experts(_ routing: ExpertLayer.Routing, _ activation: GatedActivation? = nil) throws(ModelError) -> FeedForward {
        let count = try keys.size("expert_count", limit: 1 << 16), used = try keys.size("expert_used_count")
        try keys.require(used <= count, "expert_used_count", "there are only \(count) experts")
        let width = configuration.width
        let hidden = try keys.size("expert_feed_forward_length", default: configuration.feedForwardWidth)
        let plain = GatedActivation.plain(try self.activation(.silu))
        return .experts(
            ExpertLayer(
                router: weights.projection(prefix + "ffn_gate_inp", outputs: count, inputs: width),
                gate: stack("ffn_gate_exps", count: count, rows: hidden, columns: width),
                up: stack("ffn_up_exps", count: count, rows: hidden, columns: width),
                down: stack("ffn_down_exps", count: count, rows: width, columns: hidden), used: used, routing: routing,
                activation: activation ?? plain))
    }

    private mutating func stack(_ name: String, count: Int, rows: Int, columns: Int) -> ExpertLayer.Stack {
        ExpertLayer.Stack(
            weights: weights.experts(prefix + name + ".weight", count: count, rows: rows, columns: columns),
            biases: weights.optionalNumbers(prefix + name + ".bias", [count, rows]))
    }
}

extension Activation {
    /// The function that goes by a name in configurations.
    init?(named name: String) {
        switch name {
        case "silu", "swish": self = .silu
        case "gelu": self = .gelu
        case "gelu_new", "gelu_pytorch_tanh", "gelu_fast", "gelu_tanh": self = .geluTanh
        case "quick_gelu": self = .geluQuick
        case "relu": self = .relu
        default: return nil
        }
    }
}
