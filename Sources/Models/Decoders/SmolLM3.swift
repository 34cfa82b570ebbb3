import Positions

/// SmolLM3: Llama's layers, of which every fourth has no positions at all. (Hugging Face, SmolLM3, 2025; Yang et al., Rope to Nope and
/// Back Again, 2025.)
package enum SmolLM3: DecoderFamily {
    package static let architectures = ["smollm3"]
    package static let rotaryLayout = Rotary.Layout.interleaved

    package static func block(_ layer: inout LayerBuilder) throws(ModelError) -> DecoderBlock {
        var block = try Llama.block(&layer)
        if (layer.index + 1).isMultiple(of: 4) { block.attention.rotation = nil }
        return block
    }
}
