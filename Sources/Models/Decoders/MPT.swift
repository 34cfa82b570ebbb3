import Positions

/// MPT: layer norms without biases, ALiBi or learned positions, queries, keys and values kept within bounds in some members.
/// (MosaicML, Introducing MPT-7B, 2023.)
package enum MPT: DecoderFamily {
    package static let architectures = ["mpt"]

    package static func ends(_ model: inout EndsBuilder) throws(ModelError) -> DecoderEnds {
        let configuration = model.configuration
        var ends = model.ends(norm: .layer)
        if model.weights.has("position_embd.weight") {
            ends.positions = model.weights.matrix(
                "position_embd.weight", rows: configuration.contextLength, columns: configuration.width)
        }
        return ends
    }

    package static func block(_ layer: inout LayerBuilder) throws(ModelError) -> DecoderBlock {
        let configuration = layer.configuration
        var block = DecoderBlock(
            attentionNorm: layer.layerNorm("attn_norm"), attention: layer.attention(), feedForwardNorm: layer.layerNorm("ffn_norm"),
            feedForward: try layer.plainFeedForward(.gelu))
        block.attention.rotation = nil
        block.attention.limit = try layer.keys.optionalNumber("attention.clamp_kqv")
        block.attention.queryNorm = layer.optionalNorm(.layer, "attn_q_norm", [configuration.heads * configuration.keyDim])
        block.attention.keyNorm = layer.optionalNorm(.layer, "attn_k_norm", [configuration.keyValueHeads * configuration.keyDim])
        block.attention.rule.scale = try layer.keys.optionalNumber("attention.scale") ?? block.attention.rule.scale
        if let largest = try layer.keys.optionalNumber("attention.max_alibi_bias") {
            block.attention.rule.slopes = ALiBi.slopes(heads: configuration.heads, largestBias: Double(largest))
        }
        return block
    }
}
