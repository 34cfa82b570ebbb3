extension GPT2 {
    package static let huggingFace = HuggingFaceDialect(
        modelTypes: ["gpt2": "gpt2"],
        defaults: ["layer_norm_epsilon": 1e-5],
        tensors: [
            "wte": "token_embd",
            "wpe": "position_embd",
            "ln_f": "output_norm",
            "h.#.ln_1": "blk.#.attn_norm",
            "h.#.attn.c_attn": "blk.#.attn_qkv",
            "h.#.attn.c_proj": "blk.#.attn_output",
            "h.#.ln_2": "blk.#.ffn_norm",
            "h.#.mlp.c_fc": "blk.#.ffn_up",
            "h.#.mlp.c_proj": "blk.#.ffn_down",
        ]
    ) { model in
        for variant in ["scale_attn_by_inverse_layer_idx", "add_cross_attention"] where try model.config.flag(variant) == true {
            try model.config.refuse(variant, "this variant of GPT-2 is not supported")
        }
        // Matrices are kept with a column for each output.
        model.change("attn_qkv.weight", "attn_output.weight", "ffn_up.weight", "ffn_down.weight") { $0.transposed() }
    }
}
