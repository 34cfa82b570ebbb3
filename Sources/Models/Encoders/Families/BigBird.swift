import ModelFiles

/// BigBird: BERT whose tokens see blocks of the text. (Zaheer et al., Big Bird: Transformers for Longer Sequences, 2020.)
package enum BigBird: EncoderFamily {
    package static let architectures = ["bigbird"]
    package static let isPublished = false

    package static let huggingFace = HuggingFaceDialect(
        modelTypes: ["big_bird": "bigbird"],
        defaults: [
            "layer_norm_eps": 1e-12, "hidden_act": "gelu_new", "max_position_embeddings": 4096, "attention_type": "block_sparse",
            "block_size": 64, "num_random_blocks": 3, "rescale_embeddings": false,
        ],
        tensors: BERT.tensorNames
    ) { model in
        try BERT.refuseVariants(&model)
        model.set("embedding_scaled", try model.config.flag("rescale_embeddings"))
        switch try model.config.string("attention_type") {
        case "original_full": return
        case "block_sparse":
            model.set("attention.block_length", try model.config.size("block_size"))
            model.set("attention.random_block_count", try model.config.size("num_random_blocks"))
        default: try model.config.refuse("attention_type", "only block_sparse and original_full are supported")
        }
    }

    package static let head: EncoderHead? = EncoderHead(
        dense: "classifier.dense", output: "classifier.out_proj", activation: .geluTanh, setting: "hidden_act")

    package static func ends(_ model: inout EncoderEndsBuilder) throws(ModelError) -> EncoderEnds {
        var ends = try BERT.ends(&model)
        if try ModelKeys(model.source).flag("embedding_scaled", default: false) {
            ends.embeddingScale = Float(model.configuration.width).squareRoot()
        }
        return ends
    }

    package static func layer(_ layer: inout LayerBuilder) throws(ModelError) -> EncoderLayer {
        let block = try BERT.block(&layer)
        guard let length = try layer.keys.optionalSize("attention.block_length") else { return EncoderLayer(block) }
        let random = try layer.keys.number("attention.random_block_count", default: 3, in: 0...1024)
        try layer.keys.require(length <= 1 << 20, "attention.block_length", "longer blocks are not supported")
        return EncoderLayer(block, pattern: .blocks(BlockPattern(block: length, random: Int(random))))
    }
}
