import Diagnostics
import ModelFiles
import Tensors

/// Writes a model in the layout of Hugging Face: settings, tokenizer, and weights in one or more safetensors files. No more than one
/// matrix and a piece of its copy are in memory at any time.
package struct FolderWriter {
    /// Bytes of weights that a file may hold, as published folders have it.
    package static let usualShard = 5_000_000_000

    private let model: FolderModel
    private let pool: WorkerPool
    private let largestShard: Int

    package init(_ model: FolderModel, pool: WorkerPool, largestShard: Int = usualShard) {
        self.model = model
        self.pool = pool
        self.largestShard = largestShard
    }

    /// Writes the folder, whole or not at all.
    /// - Parameter replacing: whether a model's folder of that name may be replaced.
    /// - Throws: `ModelFileError` naming the tensor, or `Interrupted`.
    package func write(
        to path: String, replacing: Bool = false, progress: @escaping ProgressHandler = { _ in },
        cancellation: Cancellation = Cancellation()
    ) throws {
        let folder = try AtomicFolder(path: path, replacing: replacing)
        let total = model.weights.reduce(0) { $0 + $1.byteCount / $1.type.blockBytes }
        var completed = 0
        try folder.writing {
            try write(to: folder) { weights in
                try cancellation.check("writing \(path)")
                completed += weights
                progress(Progress("Writing \(path)", completed: completed, total: total, unit: "weights"))
            }
        }
        try folder.commit()
    }

    private func write(to folder: AtomicFolder, done: (Int) throws -> Void) throws {
        for (name, contents) in model.documents { try folder.write(contents.serialized(indentation: 2) + "\n", as: name) }
        let shards = shards()
        for (number, shard) in shards.enumerated() {
            try write(shard, to: folder.file(Self.name(number, of: shards.count)), done: done)
        }
        if shards.count > 1 { try folder.write(index(of: shards).serialized(indentation: 2) + "\n", as: "model.safetensors.index.json") }
    }

    /// The weights divided among files, in their order. In each, wide numbers come first, so that all are aligned without gaps.
    private func shards() -> [[FolderModel.Weight]] {
        var shards: [[FolderModel.Weight]] = [[]]
        var byteCount = 0
        for weight in model.weights {
            if byteCount + weight.byteCount > largestShard, byteCount > 0 {
                shards.append([])
                byteCount = 0
            }
            shards[shards.count - 1].append(weight)
            byteCount += weight.byteCount
        }
        return shards.map { shard in shard.filter { $0.type == .f32 } + shard.filter { $0.type != .f32 } }
    }

    private func write(_ weights: [FolderModel.Weight], to path: String, done: (Int) throws -> Void) throws {
        var writer = try SafetensorsWriter(
            path: path, tensors: weights.map { SafetensorsTensor(name: $0.name, element: $0.element, shape: $0.shape) },
            metadata: ["format": "pt"], alignsTensors: false)
        for weight in weights {
            try weight.matrix().forEachPiece(as: weight.type, of: weight.name, in: model.path, pool: pool) { bytes, count in
                try writer.write(bytes, of: weight.name)
                try done(count)
            }
        }
        try writer.finish()
    }

    private static func name(_ number: Int, of count: Int) -> String {
        func fiveDigits(_ number: Int) -> String { String(repeating: "0", count: max(0, 5 - String(number).count)) + String(number) }
        return count == 1 ? "model.safetensors" : "model-\(fiveDigits(number + 1))-of-\(fiveDigits(count)).safetensors"
    }

    private func index(of shards: [[FolderModel.Weight]]) -> JSONValue {
        var map: JSONObject = [:]
        for (number, shard) in shards.enumerated() {
            for weight in shard { map[weight.name] = .string(Self.name(number, of: shards.count)) }
        }
        return ["metadata": ["total_size": .integer(model.weights.reduce(0) { $0 + $1.byteCount })], "weight_map": .object(map)]
    }
}
