/// BERT, and what is built as it is: MiniLM, E5, BGE, GTE. Learned positions, norms over what each part has added to the stream, biases
/// everywhere. (Devlin et al., BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding, 2019.)
package enum BERT: EncoderFamily {
    package static let architectures = ["bert"]

    /// Where the folders of BERT and its heirs keep their tensors.
    static let tensorNames = [
        "embeddings.word_embeddings": "token_embd",
        "embeddings.position_embeddings": "position_embd",
        "embeddings.token_type_embeddings": "token_types",
        "embeddings.LayerNorm": "token_embd_norm",
        "encoder.layer.#.attention.self.query": "blk.#.attn_q",
        "encoder.layer.#.attention.self.key": "blk.#.attn_k",
        "encoder.layer.#.attention.self.value": "blk.#.attn_v",
        "encoder.layer.#.attention.output.dense": "blk.#.attn_output",
        "encoder.layer.#.attention.output.LayerNorm": "blk.#.attn_output_norm",
        "encoder.layer.#.intermediate.dense": "blk.#.ffn_up",
        "encoder.layer.#.output.dense": "blk.#.ffn_down",
        "encoder.layer.#.output.LayerNorm": "blk.#.layer_output_norm",
    ]

    package static let huggingFace = HuggingFaceDialect(
        modelTypes: ["bert": "bert"], defaults: ["layer_norm_eps": 1e-12, "hidden_act": "gelu"], tensors: tensorNames,
        adjust: refuseVariants)

    package static let head: EncoderHead? = EncoderHead(dense: "pooler.dense", output: "classifier")

    /// Refuses settings under which the same tensors would mean something else.
    static func refuseVariants(_ model: inout HuggingFaceTranslation) throws {
        if let kind = try model.config.string("position_embedding_type"), kind != "absolute" {
            try model.config.refuse("position_embedding_type", "only absolute positions are supported")
        }
        if try model.config.flag("is_decoder") == true {
            try model.config.refuse("is_decoder", "only encoders, whose tokens see the whole text, are supported")
        }
    }

    package static func ends(_ model: inout EncoderEndsBuilder) throws(ModelError) -> EncoderEnds {
        var ends = try model.ends()
        ends.positions = model.positions()
        return ends
    }

    package static func layer(_ layer: inout LayerBuilder) throws(ModelError) -> EncoderLayer { EncoderLayer(try block(&layer)) }

    /// What all layers of this kind are made of, whatever their tokens see.
    static func block(_ layer: inout LayerBuilder) throws(ModelError) -> DecoderBlock {
        var block = DecoderBlock(
            attention: layer.attention(), attentionPostNorm: layer.layerNorm("attn_output_norm"),
            feedForward: try layer.plainFeedForward(.gelu), feedForwardPostNorm: layer.layerNorm("layer_output_norm"))
        block.attention.rotation = nil
        return block
    }
}
