/// A weight that a description has declared; what it stands for is the interpreter's business.
package struct Weight: Hashable, Sendable {
    /// Index into the declarations.
    package let index: Int
}

/// What a description asks of a model file: tensors by name and shape.
package struct WeightDeclarations: Sendable {
    package struct Declaration: Sendable {
        /// The tensor's name in GGUF files, "blk.0.attn_q.weight".
        package let name: String
        /// `[rows, columns]` of a matrix, `[count]` of a vector.
        package let shape: [Int]
    }

    package private(set) var declarations: [Declaration] = []
    private let isPresent: @Sendable (String) -> Bool

    /// - Parameter isPresent: whether the file holds a tensor of that name; decides about weights that are optional.
    package init(isPresent: @escaping @Sendable (String) -> Bool) {
        self.isPresent = isPresent
    }

    /// Declares a tensor that must be there.
    package mutating func require(_ name: String, _ shape: Int...) -> Weight {
        declare(name, shape)
    }

    /// Declares a tensor that some models of the family have.
    package mutating func optional(_ name: String, _ shape: Int...) -> Weight? {
        isPresent(name) ? declare(name, shape) : nil
    }

    /// Declares a linear layer: `NAME.weight` and, where the file has one, `NAME.bias`.
    package mutating func projection(_ name: String, outputs: Int, inputs: Int) -> Projection {
        Projection(weight: require(name + ".weight", outputs, inputs), bias: optional(name + ".bias", outputs))
    }

    private mutating func declare(_ name: String, _ shape: [Int]) -> Weight {
        declarations.append(Declaration(name: name, shape: shape))
        return Weight(index: declarations.count - 1)
    }
}
