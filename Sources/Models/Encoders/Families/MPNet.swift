import ModelFiles

/// MPNet: BERT with RoBERTa's positions and, besides, a bias of scores by the bucket of the distance, the same in all layers.
/// (Song et al., MPNet: Masked and Permuted Pre-training for Language Understanding, 2020.)
package enum MPNet: EncoderFamily {
    package static let architectures = ["mpnet"]
    package static let isPublished = false

    /// Buckets of distances: a half for keys on either side.
    private static let buckets = 32

    package static let huggingFace = HuggingFaceDialect(
        modelTypes: ["mpnet": "mpnet"],
        defaults: [
            "layer_norm_eps": 1e-12, "hidden_act": "gelu", "pad_token_id": 1, "max_position_embeddings": 512,
            "relative_attention_num_buckets": 32,
        ],
        tensors: BERT.tensorNames.merging([
            "encoder.layer.#.attention.attn.q": "blk.#.attn_q",
            "encoder.layer.#.attention.attn.k": "blk.#.attn_k",
            "encoder.layer.#.attention.attn.v": "blk.#.attn_v",
            "encoder.layer.#.attention.attn.o": "blk.#.attn_output",
            "encoder.layer.#.attention.LayerNorm": "blk.#.attn_output_norm",
            "encoder.relative_attention_bias": "attn_rel_b",
        ]) { $1 }
    ) { model in
        guard try model.config.size("relative_attention_num_buckets") == buckets else {
            try model.config.refuse("relative_attention_num_buckets", "only \(buckets) are supported")
        }
        try RoBERTa.dropUnusedPositions(&model)
    }

    package static let head = RoBERTa.head

    package static func ends(_ model: inout EncoderEndsBuilder) throws(ModelError) -> EncoderEnds { try BERT.ends(&model) }

    package static func layer(_ layer: inout LayerBuilder) throws(ModelError) -> EncoderLayer {
        var block = try BERT.block(&layer)
        block.attention.distanceBiases = layer.weights.numbers("attn_rel_b.weight", [buckets, layer.configuration.heads])
        return EncoderLayer(block)
    }
}
