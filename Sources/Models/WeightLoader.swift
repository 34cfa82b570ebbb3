import ModelFiles
import Positions
import Tensors

/// Finds a description's weights in a model file and checks them before anything is computed.
enum WeightLoader {
    /// - Throws: `ModelError` for a tensor that is absent, of another shape or of a type without kernels.
    static func load(_ declaration: WeightDeclarations.Declaration, from file: GGUFFile) throws -> Matrix {
        guard let record = file.tensor(declaration.name) else { throw ModelError.missingTensor(declaration.name, file: file.path) }
        guard record.shape == declaration.shape else {
            throw ModelError.wrongShape(tensor: record.name, shape: record.shape, expected: declaration.shape, file: file.path)
        }
        let isVector = declaration.shape.count == 1
        guard record.type.isComputable, !isVector || record.type == .f32 else {
            throw ModelError.uncomputableType(tensor: record.name, type: record.type.name, file: file.path)
        }
        return try file.matrix(declaration.name)
    }

    /// The rotation that the file asks for: its theta, linear factor and, in Llama 3.1 and later, a factor for each pair.
    static func rotary(for configuration: DecoderConfiguration, from file: GGUFFile) throws -> Rotary {
        Rotary(
            headDim: configuration.keyDim, rotaryDim: configuration.rotaryDim, layout: configuration.rotaryLayout,
            theta: configuration.ropeTheta, linearFactor: configuration.ropeFactor,
            frequencyFactors: try frequencyFactors(configuration.rotaryDim / 2, from: file))
    }

    private static func frequencyFactors(_ pairs: Int, from file: GGUFFile) throws -> [Float]? {
        let name = "rope_freqs.weight"
        guard file.tensor(name) != nil else { return nil }
        let matrix = try load(.init(name: name, shape: [pairs]), from: file)
        return [Float](unsafeUninitializedCapacity: pairs) { buffer, count in
            if let base = buffer.baseAddress { matrix.decodeRow(0, into: base) }
            count = pairs
        }
    }
}
