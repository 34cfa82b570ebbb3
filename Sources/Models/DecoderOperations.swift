/// The operations in which decoders are described.
///
/// A description (`Llama`, …) says *what* a decoder computes and never how. Inference and training are two interpreters of
/// the same description: one runs the kernels over a key/value cache, the other records a tape to differentiate.
package protocol DecoderOperations {
    /// Activations of the run of tokens at hand: `[tokens, width]`.
    associatedtype Activations

    /// Rows of the embedding table for the tokens at hand: `[tokens, width]`.
    mutating func embed(_ table: Weight) throws -> Activations

    /// `x / rms(x) * weight`, row by row.
    mutating func rmsNorm(_ x: Activations, _ weight: Weight, epsilon: Float) throws -> Activations

    /// `x · Wᵀ + bias` for several projections of the same input, which is then prepared only once.
    mutating func project(_ x: Activations, _ projections: [Projection]) throws -> [Activations]

    /// Causal attention of one layer over everything that came before; rotation of queries and keys included.
    ///
    /// - Parameters:
    ///   - query: `[tokens, heads * keyDim]`, not rotated.
    ///   - key: `[tokens, keyValueHeads * keyDim]`, not rotated.
    ///   - value: `[tokens, keyValueHeads * valueDim]`.
    /// - Returns: `[tokens, heads * valueDim]`.
    mutating func attend(query: Activations, key: Activations, value: Activations, layer: Int) throws -> Activations

    /// `silu(gate) * up`, element by element.
    mutating func swiGLU(gate: Activations, up: Activations) throws -> Activations

    /// Adds a branch to the residual stream.
    mutating func add(_ branch: Activations, to residual: inout Activations) throws

    /// Called once all layers have stored their keys and values: from here on only the rows whose results are wanted count.
    mutating func keepWantedRows(_ x: Activations) throws -> Activations
}

extension DecoderOperations {
    /// One projection alone.
    package mutating func project(_ x: Activations, _ projection: Projection) throws -> Activations {
        try project(x, [projection])[0]
    }
}

/// A linear layer: a matrix `[outputs, inputs]` and, in some models, a bias `[outputs]`.
package struct Projection: Sendable {
    package let weight: Weight
    package let bias: Weight?
}

/// A decoder in terms of `DecoderOperations`, from tokens to the normalised states that the output head reads.
package protocol DecoderDescription: Sendable {
    /// Declares the weights that the decoder needs.
    init(configuration: DecoderConfiguration, weights: inout WeightDeclarations)

    /// The matrix `[vocabulary, width]` that turns states into logits.
    var outputHead: Weight { get }

    /// Final, normalised states of the wanted rows: `[rows, width]`.
    func states<Operations: DecoderOperations>(_ operations: inout Operations) throws -> Operations.Activations
}
