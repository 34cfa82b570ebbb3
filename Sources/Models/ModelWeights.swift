import ModelFiles
import Tensors

/// The weights that a description declared, as they are used, and the scratch memory of whoever computes with them.
// Sendable because weights never change, and the pool locks itself.
struct ModelWeights: @unchecked Sendable {
    /// The tensors' names in GGUF files and what was loaded under them, in the order of the declarations.
    let named: [(name: String, weight: LoadedWeight)]
    private let tensors = TensorPool()

    /// - Throws: `ModelError` for a tensor that is absent, of another shape or of a type without kernels.
    init(_ declarations: WeightDeclarations, of source: any ModelSource) throws {
        named = try declarations.declarations.map { ($0.name, try WeightLoader.load($0, from: source)) }
    }

    func matrix(_ weight: Weight) -> Matrix {
        guard case .matrix(let matrix) = named[weight.index].weight else {
            preconditionFailure("the weight was not declared as a matrix")
        }
        return matrix
    }

    func numbers(_ weight: Weight) -> Tensor {
        guard case .numbers(let numbers) = named[weight.index].weight else {
            preconditionFailure("the weight was not declared as numbers")
        }
        return numbers
    }

    func experts(_ weight: Weight) -> [Matrix] {
        guard case .experts(let experts) = named[weight.index].weight else {
            preconditionFailure("the weight was not declared as experts")
        }
        return experts
    }

    /// A tensor whose contents are undefined.
    func makeTensor(rows: Int, columns: Int) -> Tensor { tensors.make(rows: rows, columns: columns) }
}
