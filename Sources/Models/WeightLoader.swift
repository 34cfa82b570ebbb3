import ModelFiles
import Tensors

/// A weight in the form in which it is used.
package enum LoadedWeight {
    /// As it lies in the file.
    case matrix(Matrix)
    /// Brought to float32: `[1, count]`, or as many rows as were declared.
    case numbers(Tensor)
    /// As they lie in the file, one for each expert.
    case experts([Matrix])
}

/// Finds a description's weights among a model's tensors and checks them before anything is computed.
package enum WeightLoader {
    package typealias Declaration = WeightDeclarations.Declaration

    /// - Throws: `ModelError` for a tensor that is absent, of another shape or of a type without kernels.
    package static func load(_ declaration: Declaration, from source: any ModelSource) throws -> LoadedWeight {
        let tensor = try tensor(declaration, of: source)
        guard tensor.type.isComputable else {
            throw ModelError.uncomputableType(tensor: tensor.name, type: tensor.type.name, file: source.path)
        }
        switch declaration.form {
        case .experts: return .experts(try source.experts(declaration.name))
        case .matrix:
            let matrix = try source.matrix(declaration.name)
            return .matrix(declaration.part.map { matrix.rows($0) } ?? matrix)
        case .numbers:
            let numbers = Tensor(decoding: try source.matrix(declaration.name))
            return .numbers(declaration.part.map { Tensor(rows: 1, columns: $0.count, Array(numbers.array[$0])) } ?? numbers)
        }
    }

    /// A weight as a model's header describes it.
    /// - Throws: `ModelError` for a tensor that is absent or of another shape.
    package static func tensor(_ declaration: Declaration, of source: any ModelSource) throws(ModelError) -> SourceTensor {
        guard let tensor = source.tensor(declaration.name) else {
            throw .missingTensor(declaration.name, file: source.path)
        }
        guard tensor.shape == declaration.shape else {
            throw .wrongShape(tensor: tensor.name, shape: tensor.shape, expected: declaration.shape, file: source.path)
        }
        return tensor
    }
}
