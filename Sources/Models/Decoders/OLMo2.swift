/// OLMo 2 and 3: norms behind each branch and none before it, and one over the whole rows of queries and keys. OLMo 3 has a window in
/// three of four layers, where its positions are not stretched. (OLMo Team, 2 OLMo 2 Furious, 2025.)
package enum OLMo2: DecoderFamily {
    package static let architectures = ["olmo2"]
    package static let huggingFace = HuggingFaceDialect(
        modelTypes: ["olmo2": "olmo2", "olmo3": "olmo2"],
        tensors: [
            "layers.#.post_attention_layernorm": "blk.#.post_attention_norm",
            "layers.#.post_feedforward_layernorm": "blk.#.post_ffw_norm",
        ])

    package static func block(_ layer: inout LayerBuilder) throws(ModelError) -> DecoderBlock {
        let configuration = layer.configuration
        var block = DecoderBlock(
            attention: layer.attention(), attentionOutputNorm: layer.rmsNorm("post_attention_norm"),
            feedForward: try layer.gatedFeedForward(), feedForwardOutputNorm: layer.rmsNorm("post_ffw_norm"))
        block.attention.queryNorm = layer.rmsNorm("attn_q_norm", [configuration.heads * configuration.keyDim])
        block.attention.keyNorm = layer.rmsNorm("attn_k_norm", [configuration.keyValueHeads * configuration.keyDim])
        block.attention.window = try layer.window(allButEvery: 4)
        if block.attention.window != nil {
            block.attention.rotation = configuration.rotation.plain(base: configuration.rotation.geometry.base)
        }
        return block
    }
}
