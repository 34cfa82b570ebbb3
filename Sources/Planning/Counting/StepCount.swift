import Tensors

/// What a model does for one run of tokens, counted and not done.
package struct StepCount: Sendable {
    /// A product of activations with a matrix of weights.
    package struct Product: Sendable {
        package let type: StorageType
        package let rows: Int
        package let columns: Int
        /// Rows of activations.
        package let tokens: Double
        /// How many matrices of this shape: of a layer with experts, those that are used.
        package var copies = 1.0
        /// Whether the activations are arranged for it: products of one call and one type share that.
        package var arranges = true

        /// A multiplication and an addition for each weight and token.
        package var operations: Double { 2 * Double(rows) * Double(columns) * tokens * copies }
        package var bytes: Double { Double((type.byteCount(of: columns) ?? 0) * rows) * copies }
    }

    package internal(set) var products: [Product] = []
    /// Layers that attend, in their order: all tokens of the run do.
    package internal(set) var attendingLayers: [Int] = []
    /// Numbers that norms, additions and the like go over.
    package internal(set) var elements = 0.0
    /// Numbers that activation functions make.
    package internal(set) var activated = 0.0
    /// Numbers of activations that are arranged for products at a time, at most.
    package internal(set) var largestArrangement = 0
    /// Times that the threads are called together to multiply.
    package internal(set) var calls = 0
    /// Bytes of the activations, as the pool that they come from hands them out.
    package internal(set) var activationBytes = 0
}
