/// ModernBERT: norms before each part, rotary positions, gated networks; all but every third layer see a window around each token, and
/// turn by a base of their own. (Warner et al., Smarter, Better, Faster, Longer: A Modern Bidirectional Encoder, 2024.)
package enum ModernBERT: EncoderFamily {
    package static let architectures = ["modern-bert"]

    /// Every so manyth layer, beginning with the first, sees the whole text.
    private static let usualPeriod = 3

    package static let huggingFace = HuggingFaceDialect(
        modelTypes: ["modernbert": "modern-bert"],
        defaults: [
            "norm_eps": 1e-5, "global_rope_theta": 160_000.0, "local_rope_theta": 10_000.0, "local_attention": 128,
            "global_attn_every_n_layers": 3, "hidden_activation": "gelu",
        ],
        tensors: [
            "embeddings.tok_embeddings": "token_embd",
            "embeddings.norm": "token_embd_norm",
            "layers.#.attn_norm": "blk.#.attn_norm",
            "layers.#.attn.Wqkv": "blk.#.attn_qkv",
            "layers.#.attn.Wo": "blk.#.attn_output",
            "layers.#.mlp_norm": "blk.#.ffn_norm",
            "layers.#.mlp.Wi": "blk.#.ffn_up",
            "layers.#.mlp.Wo": "blk.#.ffn_down",
            "final_norm": "output_norm",
        ], adjust: adjust)

    package static let head: EncoderHead? = EncoderHead(
        dense: "head.dense", norm: "head.norm", output: "classifier", activation: .gelu, setting: "classifier_activation")

    private static func adjust(_ model: inout HuggingFaceTranslation) throws {
        let parameters = try model.config.object("rope_parameters")
        model.set(
            "rope.freq_base",
            try parameters?.object("full_attention")?.number("rope_theta") ?? model.config.number("global_rope_theta"))
        model.set(
            "rope.freq_base_swa",
            try parameters?.object("sliding_attention")?.number("rope_theta") ?? model.config.number("local_rope_theta"))
        model.set("attention.sliding_window", try model.config.size("local_attention"))
        let layers = try model.config.require(try model.config.size("num_hidden_layers"), "num_hidden_layers")
        let period = try model.config.require(try model.config.size("global_attn_every_n_layers"), "global_attn_every_n_layers")
        guard layers <= 1 << 16 else { try model.config.refuse("num_hidden_layers", "so many layers are not supported") }
        guard period > 0 else { try model.config.refuse("global_attn_every_n_layers", "it must be positive") }
        let types = try model.config.strings("layer_types")?.map { $0 == "sliding_attention" }
        model.set("attention.sliding_window_pattern", types ?? (0..<layers).map { !$0.isMultiple(of: period) })
    }

    package static func ends(_ model: inout EncoderEndsBuilder) throws(ModelError) -> EncoderEnds {
        var ends = try model.ends()
        ends.outputNorm = model.optionalNorm("output_norm")
        return ends
    }

    package static func layer(_ layer: inout LayerBuilder) throws(ModelError) -> EncoderLayer {
        var block = DecoderBlock(
            attentionNorm: layer.optionalNorm(.layer, "attn_norm"), attention: layer.attention(),
            feedForwardNorm: layer.layerNorm("ffn_norm"), feedForward: try layer.gatedFeedForward(.gelu))
        let local =
            try layer.keys.pattern("attention.sliding_window_pattern", layers: layer.configuration.layers)?[layer.index]
            ?? !layer.index.isMultiple(of: usualPeriod)
        guard local else { return EncoderLayer(block) }
        let base = try layer.keys.number("rope.freq_base_swa", default: 10_000, in: 1...1e12)
        block.attention.rotation = layer.configuration.rotation.plain(base: base)
        return EncoderLayer(block, pattern: layer.configuration.slidingWindow.map { .window(side: $0 / 2) } ?? .whole)
    }
}
