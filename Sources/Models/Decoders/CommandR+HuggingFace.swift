extension CommandR {
    package static let huggingFace = HuggingFaceDialect(
        modelTypes: ["cohere": "command-r"], defaults: ["logit_scale": 0.0625, "layer_norm_eps": 1e-5], adjust: adjust)

    /// Rotation pairs lie side by side here too.
    static func adjust(_ model: inout HuggingFaceTranslation) throws {
        model.setInterleavedPairs()
        model.set("logit_scale", try model.config.number("logit_scale"))
        model.set("context_length", try model.config.size("model_max_length"))
    }
}
