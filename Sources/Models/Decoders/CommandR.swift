import Positions

/// Command-R and Aya: both branches side by side behind one layer norm without bias, logits scaled down. Command-R+ norms each head of
/// queries and keys by weights of its own. (Cohere, Command R, 2024.)
package enum CommandR: DecoderFamily {
    package static let architectures = ["command-r"]
    package static let rotaryLayout = Rotary.Layout.interleaved

    package static func ends(_ model: inout EndsBuilder) throws(ModelError) -> DecoderEnds {
        var ends = model.ends(norm: .layer)
        ends.logitScale = try model.keys.optionalNumber("logit_scale") ?? 1
        return ends
    }

    package static func block(_ layer: inout LayerBuilder) throws(ModelError) -> DecoderBlock {
        let configuration = layer.configuration
        var block = DecoderBlock(
            wiring: .parallel, attentionNorm: layer.layerNorm("attn_norm"), attention: layer.attention(),
            feedForward: try layer.gatedFeedForward())
        block.attention.queryNorm = layer.optionalNorm(.layer, "attn_q_norm", [configuration.heads, configuration.keyDim])
        block.attention.keyNorm = layer.optionalNorm(.layer, "attn_k_norm", [configuration.keyValueHeads, configuration.keyDim])
        return block
    }
}
