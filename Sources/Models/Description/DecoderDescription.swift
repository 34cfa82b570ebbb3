import Attention
import Positions

/// A decoder as its family describes it: what it computes, and never how. Inference and training are two interpreters of it.
package struct DecoderDescription: Sendable {
    package let ends: DecoderEnds
    package let blocks: [DecoderBlock]

    /// Final, normalised states of the wanted rows: `[rows, width]`.
    package func states<Operations: DecoderOperations>(_ operations: inout Operations) throws -> Operations.Activations {
        var x = try operations.embed(ends.embedding)
        if ends.embeddingScale != 1 { try operations.scale(&x, by: ends.embeddingScale) }
        if let positions = ends.positions { try operations.addPositions(positions, to: &x) }
        for (layer, block) in blocks.enumerated() {
            let isLast = layer == blocks.count - 1
            try operations.layer(&x) { try block.run(&$0, layer: layer, isLast: isLast, &$1) }
        }
        return try operations.norm(x, ends.outputNorm)
    }

    /// A method as it works on this model, whose layers may look back only so far by themselves.
    package func limited(_ policy: any AttentionPolicy) -> any AttentionPolicy {
        let windows = blocks.map(\.attention.window)
        return windows.allSatisfy { $0 == nil } ? policy : OwnWindow(of: policy, windows: windows)
    }

    /// The rotation of every layer for sequences of up to so many tokens.
    /// - Parameter chosen: positions in place of the model's own.
    package func rotaryOfLayers(length: Int, headDim: Int, chosen: ChosenPositions? = nil) -> [Rotary] {
        blocks.map { block in
            let rotation = block.attention.rotation
            guard let chosen, block.attention.window == nil else { return rotation?.rotary(length: length) ?? .none(headDim: headDim) }
            var rotary = rotation.map { (chosen.scheme ?? $0.scheme).rotary(for: $0.geometry, length: length) } ?? .none(headDim: headDim)
            rotary.queryScale = chosen.queryScale ?? rotary.queryScale
            return rotary
        }
    }
}

/// What stands before and behind the layers.
package struct DecoderEnds: Sendable {
    /// `[vocabulary, width]`.
    package var embedding: Weight
    package var embeddingScale: Float = 1
    /// A vector for each position, added to the embedding: `[positions, width]`.
    package var positions: Weight?
    package var outputNorm: Norm
    /// The matrix `[vocabulary, width]` that turns states into logits.
    package var head: Weight
    package var logitScale: Float = 1
    /// Logits become `cap · tanh(logit / cap)`, behind the scale.
    package var logitCap: Float?
}
