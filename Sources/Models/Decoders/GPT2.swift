/// GPT-2: layer norms, biases everywhere, and a learned vector for each position instead of rotation. It cannot read beyond them.
/// (Radford et al., Language Models are Unsupervised Multitask Learners, 2019.)
package enum GPT2: DecoderFamily {
    package static let architectures = ["gpt2"]

    package static func ends(_ model: inout EndsBuilder) throws(ModelError) -> DecoderEnds {
        let configuration = model.configuration
        var ends = model.ends(norm: .layer)
        ends.positions = model.weights.matrix(
            "position_embd.weight", rows: configuration.contextLength, columns: configuration.width)
        return ends
    }

    package static func block(_ layer: inout LayerBuilder) throws(ModelError) -> DecoderBlock {
        var block = DecoderBlock(
            attentionNorm: layer.layerNorm("attn_norm"), attention: layer.attention(), feedForwardNorm: layer.layerNorm("ffn_norm"),
            feedForward: try layer.plainFeedForward(.geluTanh))
        block.attention.rotation = nil
        return block
    }
}
