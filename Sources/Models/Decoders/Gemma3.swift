/// Gemma 3: Gemma 2 with a norm over each head of queries and keys in place of the soft cap, and five layers with a window, which
/// turn by a base of their own, to each one without. (Gemma Team, Gemma 3 Technical Report, 2025.)
package enum Gemma3: DecoderFamily {
    package static let architectures = ["gemma3"]

    package static func ends(_ model: inout EndsBuilder) throws(ModelError) -> DecoderEnds { try Gemma2.ends(&model) }

    package static func block(_ layer: inout LayerBuilder) throws(ModelError) -> DecoderBlock {
        var block = try Gemma2.block(&layer)
        block.attention.queryNorm = layer.rmsNorm("attn_q_norm", [layer.configuration.keyDim])
        block.attention.keyNorm = layer.rmsNorm("attn_k_norm", [layer.configuration.keyDim])
        block.attention.rule.scale = try Gemma2.scale(layer, largestModel: 62)
        block.attention.window = try layer.window(allButEvery: 6)
        if block.attention.window != nil {
            let base = try layer.keys.number("rope.freq_base_swa", default: 10_000, in: 1...1e12)
            block.attention.rotation = layer.configuration.rotation.plain(base: base)
        }
        return block
    }
}
