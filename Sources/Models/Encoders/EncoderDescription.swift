import Attention
import Positions

/// An encoder as its family describes it: layers of the same parts as a decoder's, in which every token sees the whole text.
package struct EncoderDescription: Sendable {
    package let ends: EncoderEnds
    /// A window of `w` tokens shows a query the `w / 2` before it and the `w / 2` behind it.
    package let blocks: [DecoderBlock]

    /// Final states of all rows: `[rows, width]`.
    func states(_ operations: inout EncoderOperations) throws -> EncoderOperations.Activations {
        var x = operations.embed(ends.embedding)
        if let types = ends.tokenTypes { operations.addTokenTypes(types, second: ends.secondTokenTypes ?? types, to: x) }
        if let positions = ends.positions { operations.addPositions(positions, to: &x) }
        x = try operations.norm(x, ends.embeddingNorm)
        for (layer, block) in blocks.enumerated() {
            try operations.layer(&x) { try block.run(&$0, layer: layer, isLast: false, &$1) }
        }
        return try operations.norm(x, ends.outputNorm)
    }

    /// What the queries of a layer see of a text of so many tokens.
    func plan(layer: Int, tokens: Int) -> AttentionPlan {
        let side = blocks[layer].attention.window.map { $0 / 2 }
        return AttentionPlan([KeySpan(0..<tokens, band: Band(lowest: side.map { -$0 }, highest: side))])
    }

    /// The rotation of every layer for texts of up to so many tokens.
    func rotaryOfLayers(length: Int, headDim: Int) -> [Rotary] {
        blocks.map { $0.attention.rotation?.rotary(length: length) ?? .none(headDim: headDim) }
    }
}

/// What stands before and behind an encoder's layers.
package struct EncoderEnds: Sendable {
    /// `[vocabulary, width]`.
    package var embedding: Weight
    /// What is added to every token of a first, or only, text: `[1, width]`.
    package var tokenTypes: Weight?
    /// The same for the tokens of a second one that is read together with the first.
    package var secondTokenTypes: Weight?
    /// A vector for each position: `[positions, width]`.
    package var positions: Weight?
    /// Normalises the sum of these.
    package var embeddingNorm: Norm?
    package var outputNorm: Norm?
}
