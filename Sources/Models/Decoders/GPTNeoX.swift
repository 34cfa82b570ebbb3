/// GPT-NeoX and Pythia: layer norms, biases, rotation of a part of each head; attention and feed-forward network side by side in most
/// members, each behind a norm of its own. (Black et al., GPT-NeoX-20B, 2022; Biderman et al., Pythia, 2023.)
package enum GPTNeoX: DecoderFamily {
    package static let architectures = ["gptneox"]

    package static func ends(_ model: inout EndsBuilder) throws(ModelError) -> DecoderEnds { model.ends(norm: .layer) }

    package static func block(_ layer: inout LayerBuilder) throws(ModelError) -> DecoderBlock {
        DecoderBlock(
            wiring: try layer.keys.flag("use_parallel_residual", default: true) ? .parallel : .sequential,
            attentionNorm: layer.layerNorm("attn_norm"), attention: layer.attention(), feedForwardNorm: layer.layerNorm("ffn_norm"),
            feedForward: try layer.plainFeedForward(.gelu))
    }
}
