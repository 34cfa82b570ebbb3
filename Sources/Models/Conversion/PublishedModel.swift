import ModelFiles
import Tensors
import Tokenizers

/// A Hugging Face folder as the GGUF file that it becomes: tensors, settings and vocabulary under the names and in the layouts that
/// every program for GGUF files expects. `ModelWriter` writes it.
package struct PublishedModel: ModelSource {
    private let weights: HuggingFaceSource
    package let metadata: GGUFMetadata

    package var path: String { weights.path }
    package var tensors: [SourceTensor] { weights.tensors }

    /// - Throws: `ModelError` for a model that is not known, `TokenizerError` for a tokenizer that GGUF cannot describe.
    package init(_ folder: HuggingFaceFolder) throws {
        weights = try HuggingFaceSource(folder, for: .publishing)
        guard let rows = weights.tensor("token_embd.weight")?.shape.first else {
            throw ModelError.missingTensor("token_embd.weight", file: folder.path)
        }
        let architecture = weights.metadata.string("general.architecture") ?? ""
        let vocabulary = try Vocabulary(folder: folder.path, preferring: architecture).resized(to: rows)
        metadata = GGUFMetadata(
            weights.metadata.entries + Self.sampling(folder.generationConfig ?? [:]) + vocabulary.metadata, path: folder.path)
    }

    package func tensor(_ name: String) -> SourceTensor? { weights.tensor(name) }
    package func matrix(_ name: String) throws -> Matrix { try weights.matrix(name) }
    package func experts(_ name: String) throws -> [Matrix] { try weights.experts(name) }

    /// How the model's makers would have its words chosen.
    private static func sampling(_ settings: JSONObject) -> [(key: String, value: MetadataValue)] {
        var entries: [(key: String, value: MetadataValue)] = []
        for (key, name) in SamplingKeys.names {
            guard let value = settings[name] else { continue }
            if key == SamplingKeys.count {
                if let count = value.integer, let count = Int32(exactly: count) { entries.append((key, .int32(count))) }
            } else if let number = value.number, number.isFinite {
                entries.append((key, .float32(Float(number))))
            }
        }
        return entries
    }
}

/// Under what names the two layouts keep recommended settings of the sampler.
enum SamplingKeys {
    static let count = "general.sampling.top_k"

    static let names = [
        (count, "top_k"), ("general.sampling.top_p", "top_p"), ("general.sampling.min_p", "min_p"), ("general.sampling.temp", "temperature"),
        ("general.sampling.penalty_repeat", "repetition_penalty"),
    ]
}
