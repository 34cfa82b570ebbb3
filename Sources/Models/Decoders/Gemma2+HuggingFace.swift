extension Gemma2 {
    package static let huggingFace = HuggingFaceDialect(
        modelTypes: ["gemma2": "gemma2"],
        defaults: [
            "head_dim": 256, "query_pre_attn_scalar": 256, "sliding_window": 4096, "attn_logit_softcapping": 50.0,
            "final_logit_softcapping": 30.0, "rms_norm_eps": 1e-6, "hidden_activation": "gelu_pytorch_tanh",
        ],
        tensors: normNames, adjust: adjust)

    static let normNames = [
        "layers.#.post_attention_layernorm": "blk.#.post_attention_norm",
        "layers.#.pre_feedforward_layernorm": "blk.#.ffn_norm",
        "layers.#.post_feedforward_layernorm": "blk.#.post_ffw_norm",
    ]

    /// Norm weights are kept less 1, and the head is the embedding.
    static func adjust(_ model: inout HuggingFaceTranslation) throws {
        if try model.config.flag("use_bidirectional_attention") == true {
            try model.config.refuse("use_bidirectional_attention", "a decoder sees only what came before")
        }
        model.set("attn_logit_softcapping", try model.config.number("attn_logit_softcapping"))
        model.set("final_logit_softcapping", try model.config.number("final_logit_softcapping"))
        model.set("attention.scale", try model.config.number("query_pre_attn_scalar").map { 1 / $0.squareRoot() })
        model.change("norm.weight") { $0.adding(1) }
    }
}
