import ModelFiles
import Tensors

/// How a tensor under GGUF's name is made of those of a Hugging Face folder.
package struct TensorRecipe: Sendable {
    package var tensor: SourceTensor
    /// The whole tensor as one matrix, or its slices along the first of three dimensions: mostly views of the mapped files.
    package var matrices: @Sendable (HuggingFaceFolder) throws -> [Matrix]

    package init(_ tensor: SourceTensor, matrices: @escaping @Sendable (HuggingFaceFolder) throws -> [Matrix]) {
        self.tensor = tensor
        self.matrices = matrices
    }

    /// The tensor as it lies.
    init(_ name: String, viewing tensor: FolderTensor, as type: StorageType) {
        self.init(SourceTensor(name: name, shape: tensor.shape, type: type)) { try [$0.matrix(tensor.name)] }
    }

    /// Tensors of one shape, stacked.
    init(_ name: String, stacking tensors: [FolderTensor], as type: StorageType) {
        let shape = [tensors.count] + (tensors.first?.shape ?? [])
        self.init(SourceTensor(name: name, shape: shape, type: type)) { folder in try tensors.map { try folder.matrix($0.name) } }
    }
}

extension TensorRecipe {
    /// Without its first rows, of which there must be more: a view.
    func dropping(rows: Int) -> TensorRecipe {
        let old = matrices, shape = [(tensor.shape.first ?? rows) - rows] + tensor.shape.dropFirst()
        return TensorRecipe(SourceTensor(name: tensor.name, shape: shape, type: tensor.type)) { folder in
            try old(folder).map { $0.rows(rows..<$0.rows) }
        }
    }
}

// MARK: - Changes: all of them make copies

extension TensorRecipe {
    /// The numbers with `addend` added, as float32.
    package func adding(_ addend: Float) -> TensorRecipe {
        let old = matrices
        return TensorRecipe(SourceTensor(name: tensor.name, shape: tensor.shape, type: .f32)) { folder in
            try old(folder).map { try $0.adding(addend) }
        }
    }

    /// Columns as rows: `[a, b]` as `[b, a]`, of a stack each of its matrices.
    package func transposed() -> TensorRecipe {
        let old = matrices
        let shape = tensor.shape.count < 2 ? tensor.shape : tensor.shape.dropLast(2) + tensor.shape.suffix(2).reversed()
        return TensorRecipe(SourceTensor(name: tensor.name, shape: Array(shape), type: tensor.type)) { folder in
            try old(folder).map { try $0.transposed() }
        }
    }

    /// Rows in another order: row `i` becomes what was row `order[i]`; of a vector its numbers.
    package func reordered(_ order: [Int]) -> TensorRecipe {
        let old = matrices, isVector = tensor.shape.count == 1
        return TensorRecipe(tensor) { folder in
            try old(folder).map { try isVector ? $0.transposed().reordered(order).transposed() : $0.reordered(order) }
        }
    }
}
