extension Falcon {
    package static let huggingFace = HuggingFaceDialect(
        modelTypes: ["falcon": "falcon"],
        defaults: ["max_position_embeddings": 2048, "layer_norm_epsilon": 1e-5],
        tensors: [
            "word_embeddings": "token_embd",
            "ln_f": "output_norm",
            "h.#.input_layernorm": "blk.#.attn_norm",
            "h.#.ln_mlp": "blk.#.attn_norm",
            "h.#.ln_attn": "blk.#.attn_norm_2",
            "h.#.self_attention.query_key_value": "blk.#.attn_qkv",
            "h.#.self_attention.dense": "blk.#.attn_output",
            "h.#.post_attention_layernorm": "blk.#.ffn_norm",
            "h.#.mlp.dense_h_to_4h": "blk.#.ffn_up",
            "h.#.mlp.dense_4h_to_h": "blk.#.ffn_down",
        ]
    ) { model in
        let heads = try model.config.require(model.config.size("num_attention_heads", "n_head"), "num_attention_heads")
        let keyValueHeads = try keyValueHeads(model.config, heads: heads)
        model.set("attention.head_count_kv", keyValueHeads)
        model.set("hidden_activation", try model.config.string("activation"))
        if try model.config.flag("alibi") == true { model.set("attention.max_alibi_bias", 8.0) }
        try model.ungroup(heads: heads, keyValueHeads: keyValueHeads)
    }

    /// The number in the settings counts for the newer architecture only; before it, heads share one key and value, or nothing.
    private static func keyValueHeads(_ config: HuggingFaceConfig, heads: Int) throws(ModelError) -> Int {
        guard try config.flag("new_decoder_architecture") != true else { return try config.size("num_kv_heads", "n_head_kv") ?? heads }
        return try config.flag("multi_query") ?? true ? 1 : heads
    }
}
