import ModelFiles

/// DistilBERT: BERT with fewer layers and without types of tokens. GGUF files call it BERT. (Sanh et al., DistilBERT, 2019.)
package enum DistilBERT: EncoderFamily {
    /// None of its own: a folder becomes BERT.
    package static let architectures: [String] = []

    package static let huggingFace = HuggingFaceDialect(
        modelTypes: ["distilbert": "bert"],
        defaults: ["layer_norm_eps": 1e-12, "activation": "gelu", "max_position_embeddings": 512],
        tensors: [
            "embeddings.word_embeddings": "token_embd",
            "embeddings.position_embeddings": "position_embd",
            "embeddings.LayerNorm": "token_embd_norm",
            "layer.#.attention.q_lin": "blk.#.attn_q",
            "layer.#.attention.k_lin": "blk.#.attn_k",
            "layer.#.attention.v_lin": "blk.#.attn_v",
            "layer.#.attention.out_lin": "blk.#.attn_output",
            "layer.#.sa_layer_norm": "blk.#.attn_output_norm",
            "layer.#.ffn.lin1": "blk.#.ffn_up",
            "layer.#.ffn.lin2": "blk.#.ffn_down",
            "layer.#.output_layer_norm": "blk.#.layer_output_norm",
        ])

    package static let head: EncoderHead? = EncoderHead(dense: "pre_classifier", output: "classifier", activation: .relu)

    package static func ends(_ model: inout EncoderEndsBuilder) throws(ModelError) -> EncoderEnds { try BERT.ends(&model) }

    package static func layer(_ layer: inout LayerBuilder) throws(ModelError) -> EncoderLayer { try BERT.layer(&layer) }
}
