extension GPTNeoX {
    package static let huggingFace = HuggingFaceDialect(
        modelTypes: ["gpt_neox": "gptneox"],
        defaults: ["rotary_pct": 0.25, "layer_norm_eps": 1e-5, "use_parallel_residual": true],
        tensors: [
            "embed_in": "token_embd",
            "embed_out": "output",
            "final_layer_norm": "output_norm",
            "layers.#.attention.query_key_value": "blk.#.attn_qkv",
            "layers.#.attention.dense": "blk.#.attn_output",
            "layers.#.mlp.dense_h_to_4h": "blk.#.ffn_up",
            "layers.#.mlp.dense_4h_to_h": "blk.#.ffn_down",
        ]
    ) { model in
        model.set("use_parallel_residual", try model.config.flag("use_parallel_residual"))
        let heads = try model.config.require(model.config.size("num_attention_heads"), "num_attention_heads")
        try model.ungroup(heads: heads, keyValueHeads: heads)
    }
}
