import Positions

extension HuggingFaceTranslation {
    /// How queries and keys turn. Present folders hold all of it in `rope_parameters`, in some families apart for layers with and without
    /// a window; published ones hold the base beside `rope_scaling`.
    mutating func translateRotation() throws {
        let parameters = try config.object("rope_parameters")
        let rotation = try parameters?.object("full_attention") ?? parameters ?? config.object("rope_scaling")
        set("rope.freq_base", try rotation?.number("rope_theta") ?? config.number("rope_theta", "rotary_emb_base"))
        set(
            "rope.freq_base_swa",
            try parameters?.object("sliding_attention")?.number("rope_theta") ?? config.number("rope_local_base_freq"))
        let headDim = try headDim()
        let turning = try rotation?.number("partial_rotary_factor") ?? config.number("partial_rotary_factor", "rotary_pct") ?? 1
        set("rope.dimension_count", Int((Double(headDim) * min(max(turning, 0), 1)).rounded(.down)))
        if let rotation { try translateScaling(rotation) }
    }

    private mutating func translateScaling(_ scaling: HuggingFaceConfig) throws {
        switch try scaling.string("rope_type", "type") ?? "default" {
        case "default": return
        case "linear": setScaling("linear", factor: try factor(scaling))
        case "dynamic": setScaling("dynamic", factor: try factor(scaling))
        case "llama3": try translateLlama3(scaling)
        // Early settings of Phi-3 say yarn and mean the other.
        case "yarn" where scaling["long_factor"] != nil: try translateLongRoPE(scaling)
        case "yarn": try translateYarn(scaling)
        case "longrope", "su": try translateLongRoPE(scaling)
        case "clex": try translateClex(scaling)
        case "proportional": try translateProportional(scaling)
        default:
            try scaling.refuse(
                scaling["rope_type"] == nil ? "type" : "rope_type",
                "only default, linear, dynamic, llama3, yarn, longrope, clex and proportional are supported")
        }
    }

    private mutating func setScaling(_ kind: String, factor: Double?) {
        set("rope.scaling.type", kind)
        set("rope.scaling.factor", factor)
    }

    private func factor(_ scaling: HuggingFaceConfig) throws -> Double {
        try scaling.require(scaling.number("factor"), "rope_scaling.factor")
    }

    private func window() throws -> Int {
        try config.require(config.size("max_position_embeddings"), "max_position_embeddings")
    }

    /// The window before an extension.
    private func originalWindow(_ scaling: HuggingFaceConfig) throws -> Int {
        if let original = try config.size("original_max_position_embeddings") { return original }
        return try scaling.size("original_max_position_embeddings") ?? window()
    }

    /// GGUF files hold the factors themselves.
    private mutating func translateLlama3(_ scaling: HuggingFaceConfig) throws {
        let original = try originalWindow(scaling)
        let positions = Llama3Positions(
            factor: try factor(scaling), lowFactor: try scaling.number("low_freq_factor") ?? 1,
            highFactor: try scaling.number("high_freq_factor") ?? 4, originalLength: original)
        let headDim = try headDim(), base = try scaling.number("rope_theta") ?? config.number("rope_theta") ?? 10_000
        let geometry = RotaryGeometry(
            headDim: headDim, rotaryDim: headDim, layout: .halves, base: base, trainedLength: original)
        guard (2...1024).contains(headDim) else { try config.refuse("head_dim", "heads of \(headDim) dimensions cannot be turned") }
        add("rope_freqs.weight", positions.factors(for: geometry))
    }

    /// The window is as long as the extension makes it, where the settings still speak of the original one.
    private mutating func translateYarn(_ scaling: HuggingFaceConfig) throws {
        let window = try window(), original = try originalWindow(scaling)
        let factor = try scaling.number("factor") ?? Double(window) / Double(max(1, original))
        setScaling("yarn", factor: factor)
        set("context_length", max(window, Int(min(max(Double(original) * factor, 0), 1e9))))
        set("rope.scaling.original_context_length", original)
        set("rope.scaling.yarn_beta_fast", try scaling.number("beta_fast"))
        set("rope.scaling.yarn_beta_slow", try scaling.number("beta_slow"))
        set("rope.scaling.yarn_attn_factor", try yarnGain(scaling, factor: factor))
        set("rope.scaling.yarn_truncate", try scaling.flag("truncate"))
    }

    private func yarnGain(_ scaling: HuggingFaceConfig, factor: Double) throws -> Double {
        if let gain = try scaling.number("attention_factor") { return gain }
        guard let some = try scaling.number("mscale"), let all = try scaling.number("mscale_all_dim"), some != 0, all != 0 else {
            return YarnPositions.gain(factor: factor)
        }
        return YarnPositions.gain(factor: factor, weight: some) / YarnPositions.gain(factor: factor, weight: all)
    }

    private mutating func translateLongRoPE(_ scaling: HuggingFaceConfig) throws {
        let original = try originalWindow(scaling)
        let stretch = try scaling.number("factor") ?? Double(window()) / Double(max(1, original))
        setScaling("longrope", factor: nil)
        set("rope.scaling.original_context_length", original)
        set(
            "rope.scaling.attn_factor",
            try scaling.number("attention_factor") ?? LongRoPEPositions.gain(stretch: stretch, originalLength: original))
        add("rope_factors_short.weight", try scaling.require(scaling.numbers("short_factor"), "rope_scaling.short_factor"))
        add("rope_factors_long.weight", try scaling.require(scaling.numbers("long_factor"), "rope_scaling.long_factor"))
    }

    /// All pairs of a head are there, and those that do not turn have a frequency of 0.
    private mutating func translateProportional(_ scaling: HuggingFaceConfig) throws {
        setScaling("proportional", factor: try scaling.number("factor"))
        set("rope.scaling.proportional_share", try scaling.number("partial_rotary_factor") ?? 1)
        set("rope.dimension_count", try headDim())
    }

    /// The network lies among the tensors; early settings leave some of its numbers out.
    private mutating func translateClex(_ scaling: HuggingFaceConfig) throws {
        setScaling("clex", factor: nil)
        set("rope.scaling.clex.max_factor", try scaling.number("max_factor").map { "\($0)" })
        set("rope.scaling.clex.act", try scaling.string("act"))
        set("rope.scaling.clex.time_dt", try scaling.number("time_dt").map { "\($0)" })
        set("rope.scaling.clex.log_scale", try config.flag("log_scale").map { "\($0)" })
        for (name, source) in [(ScalingKeys.clexUp, ClexNetwork.upName), (ScalingKeys.clexDown, ClexNetwork.downName)] {
            let whole = "model.clex_layer.proj_func." + source
            guard let tensor = tensor(whole), let type = tensor.weightType else { throw ModelError.missingTensor(whole, file: path) }
            add(TensorRecipe(name, viewing: tensor, as: type))
        }
    }
}
