import Tensors

/// The operations in which decoders are described.
///
/// Inference and training are two interpreters: one runs the kernels over a key/value cache, the other records a tape to
/// differentiate.
package protocol DecoderOperations {
    /// Activations of the run of tokens at hand: `[tokens, width]`.
    associatedtype Activations

    /// Rows of the embedding table for the tokens at hand: `[tokens, width]`.
    mutating func embed(_ table: Weight) throws -> Activations

    /// Adds the row of each token's position, of a table `[positions, width]`.
    mutating func addPositions(_ table: Weight, to x: inout Activations) throws

    /// Each row, or each head of it, brought to one size.
    mutating func norm(_ x: Activations, _ norm: Norm) throws -> Activations

    /// `x · Wᵀ + bias` for several projections of the same input, which is then prepared only once.
    mutating func project(_ x: Activations, _ projections: [Projection]) throws -> [Activations]

    /// What attention of one layer makes of its input: projected, attended, and not yet through the output projection.
    mutating func attention(_ x: Activations, _ attention: AttentionLayer, layer: Int) throws -> Activations

    /// Attention of one layer, over everything that came before in decoders and over the whole text in encoders; rotation of queries and
    /// keys included.
    ///
    /// - Parameters:
    ///   - query: `[tokens, heads * keyDim]`, not rotated.
    ///   - key: `[tokens, keyValueHeads * keyDim]`, not rotated.
    ///   - value: `[tokens, keyValueHeads * valueDim]`.
    /// - Returns: `[tokens, heads * valueDim]`.
    mutating func attend(query: Activations, key: Activations, value: Activations, layer: Int) throws -> Activations

    /// `f(x)`, element by element.
    mutating func activate(_ x: Activations, _ activation: Activation) throws -> Activations

    /// `f(x · Wᵀ + bias)`.
    mutating func project(_ x: Activations, _ projection: Projection, activation: Activation) throws -> Activations

    /// `gate` opening and closing `up`, element by element.
    mutating func gate(_ gate: Activations, _ up: Activations, _ activation: GatedActivation) throws -> Activations

    /// The weighted sum of what the experts that a router chooses for each row make of it.
    mutating func experts(_ x: Activations, _ layer: ExpertLayer) throws -> Activations

    /// Multiplies every value.
    mutating func scale(_ x: inout Activations, by factor: Float) throws

    /// Keeps every value within ±limit.
    mutating func clamp(_ x: inout Activations, to limit: Float) throws

    /// Adds a branch to the residual stream.
    mutating func add(_ branch: Activations, to residual: inout Activations) throws

    /// Runs one layer on the residual stream: what `body` does. Training may run it a second time instead of keeping its results.
    mutating func layer(_ x: inout Activations, _ body: @escaping (inout Activations, inout Self) throws -> Void) throws

    /// Called once all layers have stored their keys and values: from here on only the rows whose results are wanted count.
    mutating func keepWantedRows(_ x: Activations) throws -> Activations
}

extension DecoderOperations {
    package mutating func layer(_ x: inout Activations, _ body: @escaping (inout Activations, inout Self) throws -> Void) throws {
        try body(&x, &self)
    }

    package mutating func attention(_ x: Activations, _ attention: AttentionLayer, layer: Int) throws -> Activations {
        try plainAttention(x, attention, layer: layer)
    }

    /// Queries, keys and values of the rows, and attention of all of them in one way.
    package mutating func plainAttention(_ x: Activations, _ attention: AttentionLayer, layer: Int) throws -> Activations {
        var projected = try project(x, attention.projections)
        if let limit = attention.limit {
            for index in projected.indices { try clamp(&projected[index], to: limit) }
        }
        return try attend(
            query: norm(projected[0], attention.queryNorm), key: norm(projected[1], attention.keyNorm), value: projected[2], layer: layer)
    }

    /// One projection alone.
    package mutating func project(_ x: Activations, _ projection: Projection) throws -> Activations {
        try project(x, [projection])[0]
    }

    package mutating func project(_ x: Activations, _ projection: Projection, activation: Activation) throws -> Activations {
        try activate(project(x, projection), activation)
    }

    /// A norm that not every family has.
    package mutating func norm(_ x: Activations, _ norm: Norm?) throws -> Activations {
        guard let norm else { return x }
        return try self.norm(x, norm)
    }
}
