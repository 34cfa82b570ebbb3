extension Cohere2 {
    package static let huggingFace = HuggingFaceDialect(
        modelTypes: ["cohere2": "cohere2"],
        defaults: ["logit_scale": 0.0625, "layer_norm_eps": 1e-5, "sliding_window": 4096, "sliding_window_pattern": 4],
        adjust: CommandR.adjust)
}
