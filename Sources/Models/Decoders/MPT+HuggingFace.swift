extension MPT {
    package static let huggingFace = HuggingFaceDialect(
        modelTypes: ["mpt": "mpt"],
        defaults: ["layer_norm_epsilon": 1e-5],
        tensors: [
            "wte": "token_embd",
            "wpe": "position_embd",
            "norm_f": "output_norm",
            "blocks.#.norm_1": "blk.#.attn_norm",
            "blocks.#.attn.Wqkv": "blk.#.attn_qkv",
            "blocks.#.attn.q_ln": "blk.#.attn_q_norm",
            "blocks.#.attn.k_ln": "blk.#.attn_k_norm",
            "blocks.#.attn.out_proj": "blk.#.attn_output",
            "blocks.#.norm_2": "blk.#.ffn_norm",
            "blocks.#.ffn.up_proj": "blk.#.ffn_up",
            "blocks.#.ffn.down_proj": "blk.#.ffn_down",
        ]
    ) { model in
        let attention = try model.config.object("attn_config")
        if try attention?.flag("alibi") ?? true {
            model.set("attention.max_alibi_bias", try attention?.number("alibi_bias_max") ?? 8)
        }
        model.set("attention.clamp_kqv", try attention?.number("clip_qkv"))
        model.set("attention.scale", try attention?.number("softmax_scale"))
        model.set("attention.head_count_kv", try attention?.size("kv_n_heads"))
        let width = try model.config.require(model.config.size("d_model"), "d_model")
        let expansion = try model.config.number("expansion_ratio") ?? 4
        guard width <= 1 << 24, (1e-3...1e3).contains(expansion) else {
            try model.config.refuse("expansion_ratio", "networks of this width are not supported")
        }
        model.set("feed_forward_length", Int(Double(width) * expansion))
    }
}
