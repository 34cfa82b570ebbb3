/// A weight that a description has declared; what it stands for is the interpreter's business.
package struct Weight: Hashable, Sendable {
    /// Index into the declarations.
    package let index: Int
}

/// What a description asks of a model: tensors by name and shape.
package struct WeightDeclarations: Sendable {
    /// How a weight is used.
    package enum Form: Sendable {
        /// A matrix `[rows, columns]`, used as it lies in the file.
        case matrix
        /// Numbers brought to float32 once: norms, biases, small tables.
        case numbers
        /// One matrix for each expert.
        case experts
    }

    package struct Declaration: Sendable {
        /// The tensor's name in GGUF files, "blk.0.attn_q.weight".
        package let name: String
        /// Of the whole tensor: `[rows, columns]` of a matrix, `[count]` of a vector, `[experts, rows, columns]`.
        package let shape: [Int]
        package let form: Form
        /// The part that is meant, along the first dimension; `nil` for all.
        package var part: Range<Int>?
    }

    package private(set) var declarations: [Declaration] = []
    private let isPresent: @Sendable (String) -> Bool

    /// - Parameter isPresent: whether the model has a tensor of that name; decides about weights that are optional.
    package init(isPresent: @escaping @Sendable (String) -> Bool) {
        self.isPresent = isPresent
    }

    package func has(_ name: String) -> Bool { isPresent(name) }

    /// Declares a matrix `[rows, columns]` that must be there.
    package mutating func matrix(_ name: String, rows: Int, columns: Int, part: Range<Int>? = nil) -> Weight {
        declare(Declaration(name: name, shape: [rows, columns], form: .matrix, part: part))
    }

    /// Declares numbers that must be there: a vector `[count]`, or rows of numbers.
    package mutating func numbers(_ name: String, _ shape: [Int], part: Range<Int>? = nil) -> Weight {
        declare(Declaration(name: name, shape: shape, form: .numbers, part: part))
    }

    /// Declares numbers that some models of the family have.
    package mutating func optionalNumbers(_ name: String, _ shape: [Int], part: Range<Int>? = nil) -> Weight? {
        isPresent(name) ? numbers(name, shape, part: part) : nil
    }

    /// Declares one matrix for each expert.
    package mutating func experts(_ name: String, count: Int, rows: Int, columns: Int) -> Weight {
        declare(Declaration(name: name, shape: [count, rows, columns], form: .experts))
    }

    /// Declares a linear layer: `NAME.weight` and, where the model has one, `NAME.bias`.
    package mutating func projection(_ name: String, outputs: Int, inputs: Int) -> Projection {
        Projection(
            weight: matrix(name + ".weight", rows: outputs, columns: inputs), bias: optionalNumbers(name + ".bias", [outputs]))
    }

    /// Declares linear layers of one input whose rows lie under each other in one tensor.
    package mutating func projections(_ name: String, outputs: [Int], inputs: Int) -> [Projection] {
        let rows = outputs.reduce(0, +)
        var first = 0
        return outputs.map { count in
            defer { first += count }
            let part = first..<first + count
            return Projection(
                weight: matrix(name + ".weight", rows: rows, columns: inputs, part: part),
                bias: optionalNumbers(name + ".bias", [rows], part: part))
        }
    }

    private mutating func declare(_ declaration: Declaration) -> Weight {
        declarations.append(declaration)
        return Weight(index: declarations.count - 1)
    }
}
