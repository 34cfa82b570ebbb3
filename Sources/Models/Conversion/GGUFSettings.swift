import ModelFiles
import Tensors

/// The settings of a GGUF file's architecture by their names without it, or nil where they are not there in that type.
struct GGUFSettings {
    let source: any ModelSource
    private let keys: ModelKeys

    init(_ source: any ModelSource) {
        self.source = source
        keys = ModelKeys(source)
    }

    var architecture: String { keys.architecture }
    var metadata: GGUFMetadata { source.metadata }

    func key(_ name: String) -> String { keys.key(name) }
    func int(_ name: String) -> Int? { metadata.int(key(name)) }

    /// A number as it was meant: of a float32 the shortest decimal fraction that is rounded to it.
    func number(_ name: String) -> Double? {
        if case .float32(let value) = metadata[key(name)] { return Double("\(value)") }
        return metadata.float(key(name))
    }

    func string(_ name: String) -> String? { metadata.string(key(name)) }
    func bool(_ name: String) -> Bool? { metadata.bool(key(name)) }

    /// Whether there is a tensor of that name.
    func has(_ tensor: String) -> Bool { source.tensor(tensor) != nil }

    /// A size that must be there.
    func require(_ name: String) throws(ModelError) -> Int {
        guard let value = int(name) else { throw .missingMetadata(key: key(name), file: source.path) }
        guard (1...1 << 30).contains(value) else { throw bad(name, "it must be a positive size") }
        return value
    }

    func bad(_ name: String, _ reason: String) -> ModelError { keys.bad(name, reason) }

    /// A truth value for each layer: what the file says, or all but every `period`th.
    func pattern(_ name: String, allButEvery period: Int?, layers: Int) throws(ModelError) -> [Bool]? {
        try keys.pattern(name, layers: layers, allButEvery: period)
    }

    /// The numbers of a short vector.
    func numbers(_ tensor: String) throws(ModelError) -> [Double] {
        guard let shape = source.tensor(tensor)?.shape, shape.count == 1, shape[0] <= 1024,
            let matrix = try? source.matrix(tensor)
        else { throw .badValues(tensor: tensor, file: source.path, reason: "it is not a short vector") }
        return Tensor(decoding: matrix).array.map { Double($0) }
    }
}
