import ModelFiles

extension HuggingFaceTranslation {
    /// The settings that most families have, under all the names that they go by.
    mutating func translateSizes() throws {
        let width = try config.size("hidden_size", "n_embd", "d_model", "dim")
        set("embedding_length", width)
        set("block_count", try layers())
        set("context_length", try config.size("max_position_embeddings", "n_positions", "n_ctx", "max_seq_len", "seq_length"))
        set("feed_forward_length", try config.size("intermediate_size", "n_inner", "ffn_hidden_size", "hidden_dim") ?? width.map { 4 * $0 })
        set("vocab_size", try config.size("vocab_size"))
        set("attention.head_count", try config.size("num_attention_heads", "n_head", "n_heads"))
        set("attention.head_count_kv", try config.size("num_key_value_heads", "num_kv_heads"))
        set("attention.key_length", try config.size("head_dim"))
        set("attention.value_length", try config.size("head_dim"))
        set("attention.layer_norm_rms_epsilon", try config.number("rms_norm_eps"))
        set("attention.layer_norm_epsilon", try config.number("layer_norm_eps", "layer_norm_epsilon", "norm_eps"))
        set("hidden_activation", try config.string("hidden_activation", "hidden_act", "activation_function", "activation"))
        set("expert_count", try config.size("num_local_experts", "num_experts"))
        set("expert_used_count", try config.size("num_experts_per_tok", "experts_per_token"))
        set("expert_feed_forward_length", try config.size("moe_intermediate_size"))
        set("expert_weights_norm", try config.flag("norm_topk_prob"))
    }

    /// The window, and which layers have it: those that `layer_types` names, or those from `max_window_layers` on, or all but every
    /// so manyth.
    mutating func translateWindow() throws {
        guard try config.flag("use_sliding_window") != false, let window = try config.size("sliding_window") else { return }
        set("attention.sliding_window", window)
        if let types = try config.strings("layer_types") {
            guard types.allSatisfy(["sliding_attention", "full_attention"].contains) else {
                try config.refuse("layer_types", "only sliding_attention and full_attention are supported")
            }
            set("attention.sliding_window_pattern", types.map { $0 == "sliding_attention" })
        } else if let first = try config.size("max_window_layers"), let layers = try layers() {
            set("attention.sliding_window_pattern", (0..<layers).map { $0 >= first })
        } else {
            set("attention.sliding_window_pattern", try config.size("sliding_window_pattern"))
        }
    }

    /// How many layers there are. The limit is that of lists made for them.
    private func layers() throws -> Int? {
        let layers = try config.size("num_hidden_layers", "n_layer", "n_layers")
        guard layers ?? 0 <= 1 << 16 else { try config.refuse("num_hidden_layers", "so many layers are not supported") }
        return layers
    }

    /// Dimensions of a head.
    package func headDim() throws -> Int {
        if let dimensions = try config.size("head_dim") { return dimensions }
        let width = try config.require(try config.size("hidden_size", "n_embd", "d_model", "dim"), "hidden_size")
        return width / max(1, try config.size("num_attention_heads", "n_head", "n_heads") ?? 1)
    }
}
