import ModelFiles
import Tensors

/// A Hugging Face folder on its way to GGUF's names: what all families have is there from the start, and a family's dialect goes on.
package struct HuggingFaceTranslation {
    package let architecture: String
    package let config: HuggingFaceConfig
    package private(set) var recipes: [String: TensorRecipe] = [:]
    private let folder: HuggingFaceFolder
    private var settings: [(key: String, value: MetadataValue)]

    init(_ folder: HuggingFaceFolder, architecture: String, dialect: HuggingFaceDialect) throws {
        self.folder = folder
        self.architecture = architecture
        config = HuggingFaceConfig(dialect.defaults.merging(HuggingFaceConfig.language(folder)), path: folder.path)
        let name = folder.path.split(separator: "/").last.map(String.init) ?? architecture
        settings = [
            ("general.architecture", .string(architecture)), ("general.name", .string(name)),
            (LayerRotation.layoutKey, .string("halves")),
        ]
        try nameTensors(TensorNames.usual.merging(dialect.tensors) { $1 })
        if try config.flag("tie_word_embeddings") == true { recipes["output.weight"] = nil }
        try translateSizes()
        try translateWindow()
        try translateRotation()
    }

    /// The folder.
    package var path: String { folder.path }
    package var metadata: GGUFMetadata { GGUFMetadata(settings, path: folder.path) }

    // MARK: Settings

    /// Sets what stands under "ARCHITECTURE.NAME"; nothing happens without a value.
    package mutating func set(_ name: String, _ value: Int?) {
        if let value { set(key: architecture + "." + name, .uint32(UInt32(clamping: value))) }
    }
    package mutating func set(_ name: String, _ value: Double?) {
        if let value { set(key: architecture + "." + name, .float32(Float(value))) }
    }
    package mutating func set(_ name: String, _ value: Bool?) {
        if let value { set(key: architecture + "." + name, .bool(value)) }
    }
    package mutating func set(_ name: String, _ value: String?) {
        if let value { set(key: architecture + "." + name, .string(value)) }
    }
    package mutating func set(_ name: String, _ values: [Int]?) {
        if let values { set(key: architecture + "." + name, .array(.uint32(values.map { UInt32(clamping: $0) }))) }
    }
    package mutating func set(_ name: String, _ value: [Bool]?) {
        if let value { set(key: architecture + "." + name, .array(.bool(value))) }
    }

    package mutating func set(_ name: String, _ values: [String]) {
        set(key: architecture + "." + name, .array(.string(StringTable(values))))
    }

    /// Says that rotation pairs lie side by side in this folder.
    package mutating func setInterleavedPairs() { set(key: LayerRotation.layoutKey, .string("interleaved")) }

    private mutating func set(key: String, _ value: MetadataValue) {
        settings.removeAll { $0.key == key }
        settings.append((key, value))
    }

    // MARK: Tensors

    /// Tensors of the folder whose pattern (see `TensorNames`) is given, with the number of the layer.
    package func tensors(_ pattern: String) -> [(layer: Int, tensor: FolderTensor)] {
        folder.tensors.compactMap { tensor in
            let parsed = TensorNames.parse(tensor.name)
            guard parsed.pattern == pattern else { return nil }
            return (parsed.numbers.first ?? 0, tensor)
        }
    }

    /// A tensor of the folder by its own name.
    package func tensor(_ name: String) -> FolderTensor? { folder.tensor(name) }

    /// Adds a tensor, or puts it in another's place.
    package mutating func add(_ recipe: TensorRecipe) { recipes[recipe.tensor.name] = recipe }

    /// Leaves tensors out by their GGUF names.
    mutating func removeTensors(where isLeftOut: (String) -> Bool) { recipes = recipes.filter { !isLeftOut($0.key) } }

    /// Adds a vector of numbers.
    package mutating func add(_ name: String, _ numbers: [Double]) {
        let values = numbers.map { Float($0) }
        add(TensorRecipe(SourceTensor(name: name, shape: [values.count], type: .f32)) { _ in [try Matrix(values)] })
    }

    /// Changes the tensors whose GGUF names end so.
    package mutating func change(_ endings: String..., by change: (TensorRecipe) throws -> TensorRecipe) rethrows {
        for (name, recipe) in recipes where endings.contains(where: { name.hasSuffix($0) }) { recipes[name] = try change(recipe) }
    }

    /// Gives the tensors that a table knows their GGUF names. Those with a second number in their names are stacked by it.
    private mutating func nameTensors(_ table: [String: String]) throws {
        var stacks: [String: [Int: FolderTensor]] = [:]
        for tensor in folder.tensors {
            let parsed = TensorNames.parse(tensor.name)
            guard let type = tensor.weightType, let target = table[parsed.pattern], !parsed.suffix.isEmpty else { continue }
            let name = TensorNames.fill(target, layer: parsed.numbers.first) + parsed.suffix
            if parsed.numbers.count > 1 {
                stacks[name, default: [:]][parsed.numbers[1]] = tensor
            } else {
                guard recipes[name] == nil else {
                    throw ModelError.badValues(tensor: tensor.name, file: folder.path, reason: "it is there twice")
                }
                recipes[name] = TensorRecipe(name, viewing: tensor, as: type)
            }
        }
        for (name, members) in stacks { recipes[name] = try stack(name, members) }
    }

    private func stack(_ name: String, _ members: [Int: FolderTensor]) throws(ModelError) -> TensorRecipe {
        let tensors = (0..<members.count).compactMap { members[$0] }
        guard tensors.count == members.count, let first = tensors.first, let type = first.weightType,
            tensors.allSatisfy({ $0.shape == first.shape && $0.weightType == type })
        else {
            throw .badValues(
                tensor: name, file: folder.path, reason: "its \(members.count) parts are not numbered without gaps, or differ in shape")
        }
        return TensorRecipe(name, stacking: tensors, as: type)
    }
}

extension FolderTensor {
    /// The type in which the tensor's matrix comes; nil where it holds no weights.
    package var weightType: StorageType? {
        switch element {
        case .float32: .f32
        case .float16: .f16
        case .bfloat16, .float8e4m3, .float8e5m2: .bf16
        default: nil
        }
    }
}
