/// The safetensors files of a folder: one, or the shards that an index names.
struct CheckpointFiles {
    static let singleName = "model.safetensors"
    static let indexName = "model.safetensors.index.json"

    private(set) var shards: [SafetensorsFile] = []
    private(set) var tensors: [FolderTensor] = []

    init(_ folder: SettingsFolder) throws(ModelFileError) {
        if folder.has(Self.singleName) {
            let file = try SafetensorsFile(path: folder.file(Self.singleName))
            shards = [file]
            tensors = file.tensors.map { FolderTensor(record: $0, shard: 0) }
        } else if folder.has(Self.indexName) {
            try open(CheckpointIndex(folder), in: folder)
        } else {
            throw ModelFileError(.noWeights(found: Self.otherWeights(in: folder)), path: folder.path)
        }
    }

    /// Opens all shards and finds every tensor of the index in the shard that it names. Tensors that the index does not name are not
    /// part of the model, and sizes that it states are not needed.
    private mutating func open(_ index: CheckpointIndex, in folder: SettingsFolder) throws(ModelFileError) {
        for name in index.shards {
            guard folder.has(name) else { throw ModelFileError(.missingPart(namedBy: Self.indexName), path: folder.file(name)) }
            let file = try SafetensorsFile(path: folder.file(name))
            tensors += file.tensors.filter { index.shard[$0.name] == name }.map { FolderTensor(record: $0, shard: shards.count) }
            shards.append(file)
        }
        guard tensors.count < index.shard.count else { return }
        let found = Set(tensors.map(\.name))
        guard let (name, shard) = index.shard.filter({ !found.contains($0.key) }).min(by: { $0.key < $1.key }) else { return }
        let reason =
            shards.first { $0.tensor(name) != nil }.map { "is said to lie in \(shard) but lies in \($0.path)" }
            ?? "is said to lie in \(shard), which does not have it"
        throw ModelFileError(.invalid(field: "it", reason: reason), path: folder.file(Self.indexName), subject: .tensor(name))
    }

    /// Files that hold weights in forms that are not read: PyTorch's can run code when they are opened.
    private static func otherWeights(in folder: SettingsFolder) -> [String] {
        folder.names.filter { name in
            ["pytorch_model", "consolidated", "tf_model", "flax_model"].contains { name.hasPrefix($0) }
                || [".bin", ".pth", ".pt", ".gguf"].contains { name.hasSuffix($0) }
        }
    }
}

/// Which shard holds which tensor: `model.safetensors.index.json`.
private struct CheckpointIndex {
    /// The names of the shards, sorted.
    let shards: [String]
    /// The shard of each tensor.
    let shard: [String: String]

    init(_ folder: SettingsFolder) throws(ModelFileError) {
        let path = folder.file(CheckpointFiles.indexName)
        guard let map = try folder.require(CheckpointFiles.indexName)["weight_map"]?.object, !map.isEmpty else {
            throw ModelFileError(.notThere, path: path, subject: .key("weight_map"))
        }
        var shard: [String: String] = [:]
        for (tensor, value) in map {
            guard let name = value.string, Self.isPlain(name) else {
                let reason = "is \(value.summary), not the name of a safetensors file in this folder"
                throw ModelFileError(.invalid(field: "its shard", reason: reason), path: path, subject: .tensor(tensor))
            }
            guard shard.updateValue(name, forKey: tensor) == nil else {
                throw ModelFileError(.duplicate, path: path, subject: .tensor(tensor))
            }
        }
        self.shard = shard
        shards = Set(shard.values).sorted()
    }

    /// Whether a name stays within the folder: an index comes from others and must not point elsewhere.
    private static func isPlain(_ name: String) -> Bool {
        name.hasSuffix(".safetensors") && !name.hasPrefix(".") && !name.contains { $0 == "/" || $0 == "\\" || $0 == "\0" }
    }
}
