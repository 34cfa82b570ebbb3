import Positions

/// SmolLM3: Llama's layers, of which every fourth has no positions at all. (Hugging Face, SmolLM3, 2025; Yang et al., Rope to Nope and
/// Back Again, 2025.)
package enum SmolLM3: DecoderFamily {
    package static let architectures = ["smollm3"]
    package static let rotaryLayout = Rotary.Layout.interleaved
    package static let huggingFace = HuggingFaceDialect(modelTypes: ["smollm3": "smollm3"]) { model in
        model.set("attention.rope_pattern", try model.config.numbers("no_rope_layers")?.map { $0 != 0 })
    }

    package static func block(_ layer: inout LayerBuilder) throws(ModelError) -> DecoderBlock {
        var block = try Llama.block(&layer)
        let turns = try layer.keys.pattern("attention.rope_pattern", layers: layer.configuration.layers, allButEvery: 4)
        if turns?[layer.index] == false { block.attention.rotation = nil }
        return block
    }
}
