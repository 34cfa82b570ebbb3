import Attention
import Positions

/// An encoder as its family describes it: layers of the same parts as a decoder's, in which every token sees the whole text.
package struct EncoderDescription: Sendable {
    package let ends: EncoderEnds
    package let layers: [EncoderLayer]

    /// Final states of all rows, or of those that are wanted: `[rows, width]`.
    package func states<Operations: TextOperations>(_ operations: inout Operations) throws -> Operations.Activations {
        var x = try operations.embed(ends.embedding)
        if ends.embeddingScale != 1 { try operations.scale(&x, by: ends.embeddingScale) }
        if let types = ends.tokenTypes { try operations.addTokenTypes(types, second: ends.secondTokenTypes ?? types, to: &x) }
        if let positions = ends.positions { try operations.addPositions(positions, to: &x) }
        x = try operations.norm(x, ends.embeddingNorm)
        for (index, layer) in layers.enumerated() {
            let isLast = index == layers.count - 1
            try operations.layer(&x) { try layer.run(&$0, layer: index, isLast: isLast, &$1) }
        }
        return try operations.norm(x, ends.outputNorm)
    }

    /// How the layers that see the whole text turn queries and keys; nil where none does.
    var rotation: LayerRotation? { layers.lazy.filter { $0.pattern == .whole }.compactMap(\.attention?.rotation).first }

    /// Whether any layer attends.
    var attends: Bool { layers.contains { $0.attention != nil } }
}

/// The operations of decoders, and what encoders need beside them.
package protocol TextOperations: DecoderOperations {
    /// Adds one row, `[1, width]`, to the tokens of first texts, another to those of second ones.
    mutating func addTokenTypes(_ first: Weight, second: Weight, to x: inout Activations) throws

    /// Runs a layer of convolutions on the states `x`, `[tokens, width]`.
    /// - Parameter isLast: whether only the wanted rows count from here on.
    mutating func convolve(_ x: inout Activations, _ layer: ConvolutionLayer, isLast: Bool) throws
}

/// What stands before and behind an encoder's layers.
package struct EncoderEnds: Sendable {
    /// `[vocabulary, width]`.
    package var embedding: Weight
    package var embeddingScale: Float = 1
    /// What is added to every token of a first, or only, text: `[1, width]`.
    package var tokenTypes: Weight?
    /// The same for the tokens of a second one that is read together with the first.
    package var secondTokenTypes: Weight?
    /// A vector for each position: `[positions, width]`.
    package var positions: Weight?
    /// Normalises the sum of these.
    package var embeddingNorm: Norm?
    package var outputNorm: Norm?
    /// What texts are filled up with to the whole window, where a model was trained so.
    package var padding: Int32?
    /// What a pooled vector goes through, and then a hyperbolic tangent: `[width, width]`.
    package var pooler: Projection?
}
