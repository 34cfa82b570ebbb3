import ModelFiles

/// Longformer: RoBERTa whose tokens see a window around themselves. Tokens that a caller makes global see the whole text by projections of their
/// own, and all see them. (Beltagy et al., Longformer: The Long-Document Transformer, 2020.)
package enum Longformer: EncoderFamily {
    package static let architectures = ["longformer"]
    package static let isPublished = false

    package static let huggingFace = HuggingFaceDialect(
        modelTypes: ["longformer": "longformer"],
        defaults: [
            "layer_norm_eps": 1e-12, "hidden_act": "gelu", "pad_token_id": 1, "max_position_embeddings": 512, "attention_window": 512,
        ],
        tensors: BERT.tensorNames.merging([
            "encoder.layer.#.attention.self.query_global": "blk.#.attn_q_global",
            "encoder.layer.#.attention.self.key_global": "blk.#.attn_k_global",
            "encoder.layer.#.attention.self.value_global": "blk.#.attn_v_global",
        ]) { $1 }
    ) { model in
        try BERT.refuseVariants(&model)
        try RoBERTa.dropUnusedPositions(&model)
        let layers = try model.config.require(try model.config.size("num_hidden_layers"), "num_hidden_layers")
        guard layers <= 1 << 16 else { try model.config.refuse("num_hidden_layers", "so many layers are not supported") }
        model.set("attention.window_lengths", try model.config.sizes("attention_window", count: layers))
    }

    package static let head: EncoderHead? = EncoderHead(dense: "classifier.dense", output: "classifier.out_proj", globalTokens: 1)

    package static func ends(_ model: inout EncoderEndsBuilder) throws(ModelError) -> EncoderEnds { try BERT.ends(&model) }

    package static func layer(_ layer: inout LayerBuilder) throws(ModelError) -> EncoderLayer {
        let configuration = layer.configuration
        let window = try layer.keys.sizes("attention.window_lengths", layers: configuration.layers)[layer.index]
        let rows = configuration.heads * configuration.keyDim
        return EncoderLayer(
            try BERT.block(&layer), pattern: .window(side: window / 2),
            globalProjections: ["attn_q_global", "attn_k_global", "attn_v_global"].map {
                layer.weights.projection(layer.prefix + $0, outputs: rows, inputs: configuration.width)
            })
    }
}
