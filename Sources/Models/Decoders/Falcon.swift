import Positions

/// Falcon: attention whose heads share few keys and values, beside a feed-forward network. The larger members give each branch a norm of
/// its own; the RefinedWeb models are wired one after the other and know distances by ALiBi.
/// (Almazrouei et al., The Falcon Series of Open Language Models, 2023.)
package enum Falcon: DecoderFamily {
    package static let architectures = ["falcon"]

    package static func ends(_ model: inout EndsBuilder) throws(ModelError) -> DecoderEnds { model.ends(norm: .layer) }

    package static func block(_ layer: inout LayerBuilder) throws(ModelError) -> DecoderBlock {
        var block = DecoderBlock(attention: layer.attention(), feedForward: try layer.plainFeedForward(.gelu))
        if layer.has("ffn_norm.weight") {
            block.attentionNorm = layer.layerNorm("attn_norm")
            block.feedForwardNorm = layer.layerNorm("ffn_norm")
        } else {
            block.wiring = .parallel
            let norm = layer.layerNorm("attn_norm")
            // Where there are two, the second is that of attention.
            let second = layer.optionalNorm(.layer, "attn_norm_2")
            block.attentionNorm = second ?? norm
            block.feedForwardNorm = second == nil ? nil : norm
        }
        if let largest = try layer.keys.optionalNumber("attention.max_alibi_bias") {
            let scale = block.attention.rule.scale
            // The biases are added before the scores are scaled.
            block.attention.rule.slopes = ALiBi.slopes(heads: layer.configuration.heads, largestBias: Double(largest)).map { $0 * scale }
            block.attention.rotation = nil
        }
        return block
    }
}
