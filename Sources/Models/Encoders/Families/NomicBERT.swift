/// nomic-bert: BERT with rotary positions, and a gated feed-forward network without biases.
/// (Nussbaum et al., Nomic Embed: Training a Reproducible Long Context Text Embedder, 2024.)
package enum NomicBERT: EncoderFamily {
    package static let architectures = ["nomic-bert"]

    package static let huggingFace = HuggingFaceDialect(
        modelTypes: ["nomic_bert": "nomic-bert"],
        defaults: ["layer_norm_epsilon": 1e-12, "rotary_emb_base": 10_000.0, "rotary_emb_fraction": 1.0],
        tensors: [
            "embeddings.word_embeddings": "token_embd",
            "embeddings.token_type_embeddings": "token_types",
            "emb_ln": "token_embd_norm",
            "encoder.layers.#.attn.Wqkv": "blk.#.attn_qkv",
            "encoder.layers.#.attn.out_proj": "blk.#.attn_output",
            "encoder.layers.#.norm1": "blk.#.attn_output_norm",
            "encoder.layers.#.mlp.fc11": "blk.#.ffn_up",
            "encoder.layers.#.mlp.fc12": "blk.#.ffn_gate",
            "encoder.layers.#.mlp.fc2": "blk.#.ffn_down",
            "encoder.layers.#.norm2": "blk.#.layer_output_norm",
        ], adjust: adjust)

    /// The gate's function is said by a name that says the kind of network, too.
    private static func adjust(_ model: inout HuggingFaceTranslation) throws {
        let activations = ["swiglu": "silu", "geglu": "gelu", "silu": "silu"]
        let name = try model.config.string("activation_function", "hidden_act") ?? "swiglu"
        guard let activation = activations[name] else {
            try model.config.refuse("activation_function", "only swiglu and geglu are supported")
        }
        model.set("hidden_activation", activation)
        for variant in ["prenorm", "use_rms_norm", "parallel_block", "rotary_emb_interleaved", "causal"]
        where try model.config.flag(variant) == true {
            try model.config.refuse(variant, "this variant of nomic-bert is not supported")
        }
        for setting in ["rotary_emb_fraction", "rotary_scaling_factor"] where try model.config.number(setting) ?? 1 != 1 {
            try model.config.refuse(setting, "only 1 is supported")
        }
    }

    package static func ends(_ model: inout EncoderEndsBuilder) throws(ModelError) -> EncoderEnds { try model.ends() }

    package static func layer(_ layer: inout LayerBuilder) throws(ModelError) -> EncoderLayer {
        EncoderLayer(
            DecoderBlock(
                attention: layer.attention(), attentionPostNorm: layer.layerNorm("attn_output_norm"),
                feedForward: try layer.gatedFeedForward(.silu), feedForwardPostNorm: layer.layerNorm("layer_output_norm")))
    }
}
