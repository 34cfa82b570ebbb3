import Positions

/// The encoder that Long Range Arena compares kinds of attention with: norms before attention and network as in GPT-2, attention without
/// biases, a norm at the end. It is only ever trained from nothing, so no published files have it.
/// (Tay et al., Long Range Arena: A Benchmark for Efficient Transformers, 2020.)
package enum ArenaEncoder: EncoderFamily {
    package static let architectures = ["arena"]

    /// T5's biases, the same in all layers, where a model has them.
    package static let biases = "attn_rel_b.weight"

    package static let huggingFace = HuggingFaceDialect(modelTypes: [:], tensors: [:])

    package static func ends(_ model: inout EncoderEndsBuilder) throws(ModelError) -> EncoderEnds {
        var ends = try model.ends()
        ends.positions = model.optionalPositions()
        ends.outputNorm = model.optionalNorm("output_norm")
        return ends
    }

    package static func layer(_ layer: inout LayerBuilder) throws(ModelError) -> EncoderLayer {
        var block = DecoderBlock(
            attentionNorm: layer.layerNorm("attn_norm"), attention: layer.attention(), feedForwardNorm: layer.layerNorm("ffn_norm"),
            feedForward: try layer.plainFeedForward(.gelu))
        block.attention.rotation = nil
        block.attention.distanceBiases = layer.weights.optionalNumbers(biases, [T5Buckets().count, layer.configuration.heads])
        return EncoderLayer(block)
    }
}
