extension Granite {
    package static let huggingFace = HuggingFaceDialect(modelTypes: ["granite": "granite"], defaults: ["logits_scaling": 1.0]) { model in
        model.set("attention.scale", try model.config.number("attention_multiplier"))
        model.set("embedding_scale", try model.config.number("embedding_multiplier"))
        model.set("residual_scale", try model.config.number("residual_multiplier"))
        model.set("logit_scale", try model.config.number("logits_scaling"))
    }
}
