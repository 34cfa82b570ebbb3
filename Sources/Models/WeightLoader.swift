import ModelFiles
import Positions
import Tensors

/// A weight in the form in which it is used.
enum LoadedWeight {
    /// As it lies in the file.
    case matrix(Matrix)
    /// Brought to float32: `[1, count]`.
    case vector(Tensor)
}

/// Finds a description's weights in a model file and checks them before anything is computed.
enum WeightLoader {
    /// - Throws: `ModelError` for a tensor that is absent, of another shape or of a type without kernels.
    static func load(_ declaration: WeightDeclarations.Declaration, from file: GGUFFile) throws -> LoadedWeight {
        guard let record = file.tensor(declaration.name) else { throw ModelError.missingTensor(declaration.name, file: file.path) }
        guard record.shape == declaration.shape else {
            throw ModelError.wrongShape(tensor: record.name, shape: record.shape, expected: declaration.shape, file: file.path)
        }
        guard record.type.isComputable else {
            throw ModelError.uncomputableType(tensor: record.name, type: record.type.name, file: file.path)
        }
        let matrix = try file.matrix(declaration.name)
        return declaration.shape.count == 1 ? .vector(Tensor(decoding: matrix)) : .matrix(matrix)
    }

    /// The rotation that the file asks for: its base, linear factor and, in Llama 3.1 and later, a factor for each pair.
    static func rotary(for configuration: DecoderConfiguration, from file: GGUFFile) throws -> Rotary {
        let own = ModelPositions(factors: try frequencyFactors(configuration.rotaryDim / 2, from: file))
        let geometry = configuration.rotaryGeometry, length = configuration.contextLength
        guard configuration.ropeFactor != 1 else { return own.rotary(for: geometry, length: length) }
        return LinearPositions(factor: configuration.ropeFactor, base: own).rotary(for: geometry, length: length)
    }

    private static func frequencyFactors(_ pairs: Int, from file: GGUFFile) throws -> [Double] {
        let name = "rope_freqs.weight"
        guard file.tensor(name) != nil, case .vector(let factors) = try load(.init(name: name, shape: [pairs]), from: file) else {
            return []
        }
        guard factors.array.allSatisfy({ $0.isFinite && $0 > 0 }) else {
            throw ModelError.badValues(tensor: name, file: file.path, reason: "frequency factors must be positive")
        }
        return factors.array.map(Double.init)
    }
}
