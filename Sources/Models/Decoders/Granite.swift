import Positions

/// Granite: Llama's layers with four multipliers, of embeddings, scores, residual branches and logits.
/// (Granite Team, Granite 3.0 Language Models, 2024.)
package enum Granite: DecoderFamily {
    package static let architectures = ["granite"]
    package static let rotaryLayout = Rotary.Layout.interleaved

    package static func ends(_ model: inout EndsBuilder) throws(ModelError) -> DecoderEnds {
        var ends = model.ends()
        ends.embeddingScale = try model.keys.optionalNumber("embedding_scale") ?? 1
        ends.logitScale = try 1 / (model.keys.optionalNumber("logit_scale") ?? 1)
        return ends
    }

    package static func block(_ layer: inout LayerBuilder) throws(ModelError) -> DecoderBlock {
        var block = try Llama.block(&layer)
        block.attention.rule.scale = try layer.keys.optionalNumber("attention.scale") ?? block.attention.rule.scale
        block.residualScale = try layer.keys.optionalNumber("residual_scale") ?? 1
        return block
    }
}
