import Tensors

/// A tensor that training may change: its float32 master, and the gradient that batches add up.
///
/// Not Sendable: it belongs to the one decoder that is trained.
package final class Parameter {
    /// GGUF's name, "blk.0.attn_q.weight"; that of an adapter ends in ".lora_a" or ".lora_b".
    package let name: String
    /// The tensor's shape in files: `[rows, columns]` of a matrix, `[count]` of a vector, `[experts, rows, columns]` of a stack.
    package let shape: [Int]
    /// All dimensions but the last are rows; a vector is one row.
    package let value: Tensor
    /// Of the shape of `value`, zeros until something is added to it; made when it is first asked for.
    package private(set) lazy var gradient = Tensor(rows: value.rows, columns: value.columns)
    /// Whether weight decay applies: to matrices it does, to norms and biases it does not.
    package let decays: Bool

    package init(name: String, shape: [Int], value: Tensor, decays: Bool) {
        self.name = name
        self.shape = shape
        self.value = value
        self.decays = decays
    }

    /// The rows of each matrix that it holds: of all but stacks of experts there is one.
    package var matrices: [Range<Int>] {
        let count = shape.count == 3 ? shape[0] : 1, rows = value.rows / max(1, count)
        return (0..<count).map { $0 * rows..<($0 + 1) * rows }
    }
}

/// The parameters of a model in the order in which its description declares them.
package struct ParameterSet: Sequence {
    package let all: [Parameter]
    private let places: [String: Int]

    package init(_ all: [Parameter]) {
        self.all = all
        places = Dictionary(all.enumerated().map { ($1.name, $0) }) { first, _ in first }
    }

    /// How many numbers are trained.
    package var trainedCount: Int { all.reduce(0) { $0 + $1.value.count } }

    package subscript(name: String) -> Parameter? { places[name].map { all[$0] } }

    package func makeIterator() -> IndexingIterator<[Parameter]> { all.makeIterator() }

    /// Forgets all gradients: the next batch begins from zero.
    package func clearGradients() {
        for parameter in all { parameter.gradient.clear() }
    }
}
