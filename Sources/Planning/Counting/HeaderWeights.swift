import ModelFiles
import Models
import Tensors

/// The weights of a model as its header lists them: shapes and types, no bytes.
struct HeaderWeights: Sendable {
    struct Matrix: Sendable {
        let type: StorageType
        /// Of the part that is meant, or of one expert.
        let rows: Int
        let columns: Int
        /// Experts; 1 of all other weights.
        let count: Int
    }

    private let matrices: [Matrix]
    /// Bytes of all that the model uses, as they lie in the file, each tensor once.
    let bytes: Int
    /// Weights of all that it uses.
    let parameters: Int
    /// The storage types of matrices, by their numbers in files.
    let types: [StorageType]

    /// - Throws: `ModelError` for a tensor that is absent or of another shape.
    init(_ declarations: WeightDeclarations, of source: any ModelSource) throws(ModelError) {
        var matrices: [Matrix] = [], bytes = 0, parameters = 0, seen: Set<String> = [], types: Set<StorageType> = []
        for declaration in declarations.declarations {
            let tensor = try WeightLoader.tensor(declaration, of: source)
            let count = declaration.form == .experts ? max(1, tensor.shape.first ?? 1) : 1
            matrices.append(
                Matrix(
                    type: tensor.type, rows: declaration.part?.count ?? tensor.rows / count, columns: tensor.columns, count: count))
            if declaration.form != .numbers { types.insert(tensor.type) }
            if seen.insert(tensor.name).inserted {
                bytes += (tensor.type.byteCount(of: tensor.columns) ?? 0) * tensor.rows
                parameters += tensor.elementCount
            }
        }
        self.matrices = matrices
        self.bytes = bytes
        self.parameters = parameters
        self.types = types.sorted { $0.identifier < $1.identifier }
    }

    subscript(weight: Weight) -> Matrix { matrices[weight.index] }
}
