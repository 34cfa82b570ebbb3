import Positions

/// Command R7B and Command A: Command-R with a window in three of four layers; the fourth sees all and has no positions.
/// (Cohere, Command A, 2025.)
package enum Cohere2: DecoderFamily {
    package static let architectures = ["cohere2"]
    package static let rotaryLayout = Rotary.Layout.interleaved

    package static func ends(_ model: inout EndsBuilder) throws(ModelError) -> DecoderEnds { try CommandR.ends(&model) }

    package static func block(_ layer: inout LayerBuilder) throws(ModelError) -> DecoderBlock {
        var block = try CommandR.block(&layer)
        block.attention.window = try layer.window(allButEvery: 4)
        if block.attention.window == nil { block.attention.rotation = nil }
        return block
    }
}
