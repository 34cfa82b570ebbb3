import Positions

/// gpt-oss: experts with clamped gates, a window in every other layer, a logit for each head that draws attention to nothing, and YaRN.
/// (OpenAI, gpt-oss-120b and gpt-oss-20b Model Card, 2025.)
package enum GPTOSS: DecoderFamily {
    package static let architectures = ["gpt-oss"]

    package static func block(_ layer: inout LayerBuilder) throws(ModelError) -> DecoderBlock {
        let limit = try layer.keys.optionalNumber("swiglu_limit") ?? 7
        var block = DecoderBlock(
            attentionNorm: layer.rmsNorm("attn_norm"), attention: layer.attention(), feedForwardNorm: layer.rmsNorm("post_attention_norm"),
            feedForward: try layer.experts(.softmaxOverChosen, .clamped(limit: limit, slope: 1.702)))
        block.attention.window = try layer.window(allButEvery: 2)
        if var yarn = block.attention.rotation?.scheme as? YarnPositions {
            // The ramp is not rounded to whole pairs; GGUF files do not say so.
            yarn.truncates = try layer.keys.flag("rope.scaling.yarn_truncate", default: false)
            block.attention.rotation?.scheme = yarn
        }
        block.attention.sinks = layer.weights.numbers(layer.prefix + "attn_sinks.weight", [layer.configuration.heads])
        return block
    }
}
