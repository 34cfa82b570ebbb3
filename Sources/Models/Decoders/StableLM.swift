/// StableLM: Llama's layers with layer norms and rotation of a part of each head. The largest norms each head of queries and keys by
/// weights of its own and runs both branches side by side behind one norm. (Bellagente et al., Stable LM 2 1.6B Technical Report, 2024.)
package enum StableLM: DecoderFamily {
    package static let architectures = ["stablelm"]

    package static func ends(_ model: inout EndsBuilder) throws(ModelError) -> DecoderEnds { model.ends(norm: .layer) }

    package static func block(_ layer: inout LayerBuilder) throws(ModelError) -> DecoderBlock {
        let configuration = layer.configuration
        var block = DecoderBlock(
            attentionNorm: layer.layerNorm("attn_norm"), attention: layer.attention(),
            feedForwardNorm: layer.optionalNorm(.layer, "ffn_norm"), feedForward: try layer.gatedFeedForward())
        block.wiring = block.feedForwardNorm == nil ? .parallel : .sequential
        block.attention.queryNorm = layer.optionalNorm(.layer, "attn_q_norm", [configuration.heads, configuration.keyDim])
        block.attention.keyNorm = layer.optionalNorm(.layer, "attn_k_norm", [configuration.keyValueHeads, configuration.keyDim])
        return block
    }
}
