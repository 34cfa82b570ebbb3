/// Gemma 2: norms before and behind each branch, scaled embeddings, soft caps on scores and logits, a window in every other layer.
/// (Gemma Team, Gemma 2: Improving Open Language Models at a Practical Size, 2024.)
package enum Gemma2: DecoderFamily {
    package static let architectures = ["gemma2"]

    package static func ends(_ model: inout EndsBuilder) throws(ModelError) -> DecoderEnds {
        var ends = model.ends()
        ends.embeddingScale = Float(model.configuration.width).squareRoot()
        ends.logitCap = try model.keys.optionalNumber("final_logit_softcapping")
        return ends
    }

    package static func block(_ layer: inout LayerBuilder) throws(ModelError) -> DecoderBlock {
        var block = DecoderBlock(
            attentionNorm: layer.rmsNorm("attn_norm"), attention: layer.attention(),
            attentionOutputNorm: layer.rmsNorm("post_attention_norm"), feedForwardNorm: layer.rmsNorm("ffn_norm"),
            feedForward: try layer.gatedFeedForward(.geluTanh), feedForwardOutputNorm: layer.rmsNorm("post_ffw_norm"))
        block.attention.window = try layer.window(allButEvery: 2)
        block.attention.rule.softCap = try layer.keys.optionalNumber("attn_logit_softcapping")
        block.attention.rule.scale = try scale(layer, largestModel: 46)
        return block
    }

    /// The factor of scores. GGUF files do not state it: the largest model, known by its layers, has another than the rest.
    static func scale(_ layer: LayerBuilder, largestModel layers: Int) throws(ModelError) -> Float {
        let configuration = layer.configuration
        let dimensions = configuration.layers == layers ? configuration.width / configuration.heads : configuration.keyDim
        return try layer.keys.optionalNumber("attention.scale") ?? 1 / Float(dimensions).squareRoot()
    }
}
