import ModelFiles

/// How the GGUF files of an architecture go back into the layout of Hugging Face: the other direction of `HuggingFaceDialect`, whose
/// names of tensors it uses.
struct FolderDialect: Sendable {
    /// The `model_type`, and the class that published folders name.
    typealias Kind = (modelType: String, className: String)

    let kind: @Sendable (GGUFSettings) -> Kind
    /// What is subtracted from the weights of norms.
    var normOffset: Float = 0
    /// Whether rotation pairs lie side by side in folders too.
    var keepsPairs = false
    /// Settings that only this family has.
    var adjust: @Sendable (inout FolderSettings) throws(ModelError) -> Void = { (_) throws(ModelError) in }

    init(
        _ modelType: String, _ className: String, normOffset: Float = 0, keepsPairs: Bool = false,
        adjust: @escaping @Sendable (inout FolderSettings) throws(ModelError) -> Void = { (_) throws(ModelError) in }
    ) {
        self.init(normOffset: normOffset, keepsPairs: keepsPairs, kind: { _ in (modelType, className) }, adjust: adjust)
    }

    init(
        normOffset: Float = 0, keepsPairs: Bool = false, kind: @escaping @Sendable (GGUFSettings) -> Kind,
        adjust: @escaping @Sendable (inout FolderSettings) throws(ModelError) -> Void
    ) {
        self.kind = kind
        self.normOffset = normOffset
        self.keepsPairs = keepsPairs
        self.adjust = adjust
    }

    /// - Throws: `ModelError` with the list of the architectures that can go back.
    static func of(_ architecture: String, in file: String) throws(ModelError) -> FolderDialect {
        guard let dialect = all[architecture] else {
            throw .noWayBack(architecture, file: file, known: all.keys.sorted())
        }
        return dialect
    }

    private static let all: [String: FolderDialect] = [
        "llama": FolderDialect(kind: llamaKind, adjust: llama), "qwen2": FolderDialect("qwen2", "Qwen2ForCausalLM", adjust: qwen2),
        "qwen3": FolderDialect("qwen3", "Qwen3ForCausalLM", adjust: qwen2),
        "qwen3moe": FolderDialect("qwen3_moe", "Qwen3MoeForCausalLM", adjust: qwen3moe),
        "phi3": FolderDialect("phi3", "Phi3ForCausalLM", adjust: phi3),
        "gemma2": FolderDialect("gemma2", "Gemma2ForCausalLM", normOffset: 1, adjust: gemma2),
        "gemma3": FolderDialect("gemma3_text", "Gemma3ForCausalLM", normOffset: 1, adjust: gemma3),
        "granite": FolderDialect("granite", "GraniteForCausalLM", adjust: granite),
        "smollm3": FolderDialect("smollm3", "SmolLM3ForCausalLM", adjust: smollm3),
        "olmo2": FolderDialect(kind: olmoKind, adjust: olmo),
        "command-r": FolderDialect("cohere", "CohereForCausalLM", keepsPairs: true, adjust: cohere),
        "cohere2": FolderDialect("cohere2", "Cohere2ForCausalLM", keepsPairs: true, adjust: cohere2),
        "stablelm": FolderDialect("stablelm", "StableLmForCausalLM", adjust: stablelm),
    ]
}

// MARK: - Families

extension FolderDialect {
    /// Llama's architecture stands for three model types.
    private static let llamaKind: @Sendable (GGUFSettings) -> Kind = { file in
        if file.int("expert_count") ?? 0 > 0 { return ("mixtral", "MixtralForCausalLM") }
        return file.int("attention.sliding_window") == nil ? ("llama", "LlamaForCausalLM") : ("mistral", "MistralForCausalLM")
    }

    private static let llama: @Sendable (inout FolderSettings) throws(ModelError) -> Void = { (model) throws(ModelError) in
        model.copy(int: "expert_count", as: "num_local_experts")
        model.copy(int: "expert_used_count", as: "num_experts_per_tok")
        model["sliding_window"] = model.file.int("attention.sliding_window").map { .integer($0) } ?? .null
        model["mlp_bias"] = .bool(model.file.has("blk.0.ffn_up.bias"))
    }

    private static let qwen2: @Sendable (inout FolderSettings) throws(ModelError) -> Void = { (model) throws(ModelError) in
        model["use_sliding_window"] = .bool(model.file.int("attention.sliding_window") != nil)
        try model.setWindow()
        // The list of layers says it too, but older programs know this alone.
        if let pattern = try model.windowPattern(allButEvery: nil), let first = pattern.firstIndex(of: true) {
            model["max_window_layers"] = .integer(first)
        }
    }

    private static let qwen3moe: @Sendable (inout FolderSettings) throws(ModelError) -> Void = { (model) throws(ModelError) in
        try qwen2(&model)
        model.copy(int: "expert_count", as: "num_experts")
        model.copy(int: "expert_used_count", as: "num_experts_per_tok")
        model.copy(int: "expert_feed_forward_length", as: "moe_intermediate_size")
        model["norm_topk_prob"] = .bool(model.file.bool("expert_weights_norm") ?? true)
        model["decoder_sparse_step"] = 1
        let plain = (0..<model.layers).filter { !model.file.has("blk.\($0).ffn_gate_inp.weight") }
        model["mlp_only_layers"] = .array(plain.map { .integer($0) })
    }

    private static let phi3: @Sendable (inout FolderSettings) throws(ModelError) -> Void = { (model) throws(ModelError) in
        model.copy(int: "attention.sliding_window", as: "sliding_window")
        model["partial_rotary_factor"] = .number(try model.turningShare())
        if let original = model.file.int("rope.scaling.original_context_length") {
            model["original_max_position_embeddings"] = .integer(original)
        }
    }

    private static let gemma2: @Sendable (inout FolderSettings) throws(ModelError) -> Void = { (model) throws(ModelError) in
        try gemma(&model, period: 2, largestModel: 46)
    }

    private static let gemma3: @Sendable (inout FolderSettings) throws(ModelError) -> Void = { (model) throws(ModelError) in
        try gemma(&model, period: 6, largestModel: 62)
        model["rope_local_base_freq"] = .number(model.file.number("rope.freq_base_swa") ?? 10_000)
        // Files need not say it, and Gemma 3 has another base than most.
        model["rope_theta"] = .number(model.file.number("rope.freq_base") ?? 1_000_000)
    }

    private static func gemma(_ model: inout FolderSettings, period: Int, largestModel: Int) throws(ModelError) {
        let headDim = try model.headDim()
        let scaled = model.layers == largestModel ? try model.width() / model.heads() : headDim
        let dimensions = model.file.number("attention.scale").map { 1 / ($0 * $0) } ?? Double(scaled)
        model["query_pre_attn_scalar"] = dimensions.isNearlyWhole ? .integer(Int(dimensions.rounded())) : .number(dimensions)
        model["head_dim"] = .integer(headDim)
        for name in ["attn_logit_softcapping", "final_logit_softcapping"] {
            model[name] = model.file.number(name).map { .number($0) } ?? .null
        }
        model["hidden_activation"] = "gelu_pytorch_tanh"
        try model.setWindow(allButEvery: period)
    }

    private static let granite: @Sendable (inout FolderSettings) throws(ModelError) -> Void = { (model) throws(ModelError) in
        model.copy(number: "attention.scale", as: "attention_multiplier")
        model.copy(number: "embedding_scale", as: "embedding_multiplier")
        model.copy(number: "residual_scale", as: "residual_multiplier")
        model.copy(number: "logit_scale", as: "logits_scaling")
        model["mlp_bias"] = .bool(model.file.has("blk.0.ffn_up.bias"))
    }

    private static let smollm3: @Sendable (inout FolderSettings) throws(ModelError) -> Void = { (model) throws(ModelError) in
        let turns = try model.file.pattern("attention.rope_pattern", allButEvery: 4, layers: model.layers) ?? []
        model["no_rope_layers"] = .array(turns.map { .integer($0 ? 1 : 0) })
        model["no_rope_layer_interval"] = 4
    }

    private static let olmoKind: @Sendable (GGUFSettings) -> Kind = { file in
        file.int("attention.sliding_window") == nil ? ("olmo2", "Olmo2ForCausalLM") : ("olmo3", "Olmo3ForCausalLM")
    }

    private static let olmo: @Sendable (inout FolderSettings) throws(ModelError) -> Void = { (model) throws(ModelError) in
        try model.setWindow(allButEvery: 4)
    }

    private static let cohere: @Sendable (inout FolderSettings) throws(ModelError) -> Void = { (model) throws(ModelError) in
        model.copy(number: "logit_scale", as: "logit_scale")
        model["use_qk_norm"] = .bool(model.file.has("blk.0.attn_q_norm.weight"))
    }

    private static let cohere2: @Sendable (inout FolderSettings) throws(ModelError) -> Void = { (model) throws(ModelError) in
        model.copy(number: "logit_scale", as: "logit_scale")
        try model.setWindow(allButEvery: 4)
    }

    private static let stablelm: @Sendable (inout FolderSettings) throws(ModelError) -> Void = { (model) throws(ModelError) in
        model["partial_rotary_factor"] = .number(try model.turningShare())
        model["use_qkv_bias"] = .bool(model.file.has("blk.0.attn_q.bias"))
        model["qk_layernorm"] = .bool(model.file.has("blk.0.attn_q_norm.weight"))
        model["use_parallel_residual"] = .bool(!model.file.has("blk.0.ffn_norm.weight"))
    }
}

extension Double {
    /// Whether rounding to a float is all that keeps the number from being whole.
    fileprivate var isNearlyWhole: Bool { abs(self) < 1e6 && abs(self - rounded()) < 1e-4 * Swift.max(1, abs(self)) }
}
