extension StableLM {
    package static let huggingFace = HuggingFaceDialect(
        modelTypes: ["stablelm": "stablelm"],
        defaults: ["partial_rotary_factor": 0.25, "layer_norm_eps": 1e-5],
        tensors: [
            "layers.#.self_attn.q_layernorm.norms.#": "blk.#.attn_q_norm",
            "layers.#.self_attn.k_layernorm.norms.#": "blk.#.attn_k_norm",
        ])
}
