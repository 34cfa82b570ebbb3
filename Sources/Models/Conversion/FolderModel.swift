import ModelFiles
import Tensors
import Tokenizers

/// A GGUF file as the Hugging Face folder that it becomes. `FolderWriter` writes it.
package struct FolderModel {
    /// A tensor of the folder: all of one of the file's, or one of the matrices that are stacked in it.
    struct Weight {
        let name: String
        let shape: [Int]
        /// A plain one.
        let type: StorageType
        let matrix: () throws -> Matrix

        var byteCount: Int { shape.reduce(1, *) * type.blockBytes }
        var element: SafetensorsElement { type == .f32 ? .float32 : type == .f16 ? .float16 : .bfloat16 }
    }

    package let path: String
    /// The type that most weights will have.
    package let mainType: StorageType
    /// Small files by their names.
    let documents: [(name: String, contents: JSONValue)]
    let weights: [Weight]

    /// - Parameter type: F32, F16 or BF16; nil keeps the plain types that there are, and makes BF16 of blocks.
    /// - Throws: `ModelError` for an architecture that cannot go back, or a file that is damaged; `TokenizerError`.
    package init(_ file: any ModelSource, type: StorageType? = nil) throws {
        let settings = GGUFSettings(file), architecture = settings.architecture
        let dialect = try FolderDialect.of(architecture, in: file.path)
        // A setting that cannot be used must not be lost, as if it had not been there.
        _ = try Decoder.describe(file)
        path = file.path
        weights = try FolderTensors(settings, dialect: dialect, type: type).weights
        let shares = Dictionary(grouping: weights, by: \.type).mapValues { $0.reduce(0) { $0 + $1.byteCount / $1.type.blockBytes } }
        mainType = shares.max { ($0.value, $0.key.name) < ($1.value, $1.key.name) }?.key ?? .bf16
        var config = try FolderSettings(settings, kind: dialect.kind(settings))
        try dialect.adjust(&config)
        config["torch_dtype"] = .string(mainType == .f32 ? "float32" : mainType == .f16 ? "float16" : "bfloat16")
        let tokenizer = try Vocabulary(metadata: file.metadata, source: file.path).folderFiles()
        documents =
            [("config.json", .object(config.members)), ("generation_config.json", Self.generation(file.metadata))]
            + tokenizer.map { ($0.name, .object($0.contents)) }
    }

    /// Ends of replies and recommended settings of the sampler.
    private static func generation(_ metadata: GGUFMetadata) -> JSONValue {
        var members: JSONObject = [:]
        func token(_ role: String) -> JSONValue? { metadata.int("tokenizer.ggml.\(role)_token_id").map { .integer($0) } }
        members["bos_token_id"] = token("bos")
        var ends: [JSONValue] = []
        for end in ["eos", "eot", "eom"].compactMap(token) where !ends.contains(end) { ends.append(end) }
        if !ends.isEmpty { members["eos_token_id"] = ends.count == 1 ? ends[0] : .array(ends) }
        members["pad_token_id"] = token("padding")
        for (key, name) in SamplingKeys.names {
            guard let value = metadata[key] else { continue }
            members["do_sample"] = true
            members[name] = value.integer.map { .integer($0) } ?? value.number.flatMap { Double("\(Float($0))") }.map { .number($0) }
        }
        return .object(members)
    }
}
