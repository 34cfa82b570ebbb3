/// Qwen3, dense and with experts: Llama's layers with a norm over each head of queries and keys.
/// (Qwen Team, Qwen3 Technical Report, 2025.)
package enum Qwen3: DecoderFamily {
    package static let architectures = ["qwen3", "qwen3moe"]
    package static let huggingFace = HuggingFaceDialect(modelTypes: ["qwen3": "qwen3", "qwen3_moe": "qwen3moe"])

    package static func block(_ layer: inout LayerBuilder) throws(ModelError) -> DecoderBlock {
        var block = DecoderBlock(
            attentionNorm: layer.rmsNorm("attn_norm"), attention: layer.attention(), feedForwardNorm: layer.rmsNorm("ffn_norm"),
            feedForward: try feedForward(&layer))
        block.attention.window = try layer.window()
        block.attention.queryNorm = layer.rmsNorm("attn_q_norm", [layer.configuration.keyDim])
        block.attention.keyNorm = layer.rmsNorm("attn_k_norm", [layer.configuration.keyDim])
        return block
    }

    /// Most layers of a model with experts have them, but not all need to.
    private static func feedForward(_ layer: inout LayerBuilder) throws(ModelError) -> FeedForward {
        guard layer.has("ffn_gate_inp.weight") else { return try layer.gatedFeedForward() }
        return try layer.experts(.softmaxOverAll(normalised: layer.keys.flag("expert_weights_norm", default: true)))
    }
}
