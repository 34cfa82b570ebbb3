import ModelFiles
import Positions
import Tensors
import Tokenizers

/// A Hugging Face folder as the GGUF file that it becomes: tensors, settings and vocabulary under the names and in the layouts that
/// every program for GGUF files expects. `ModelWriter` writes it.
package struct PublishedModel: ModelSource {
    private let weights: HuggingFaceSource
    package private(set) var metadata: GGUFMetadata

    package var path: String { weights.path }
    package var tensors: [SourceTensor] { weights.tensors }

    /// - Throws: `ModelError` for a model that is not known, `TokenizerError` for a tokenizer that GGUF cannot describe.
    package init(_ folder: HuggingFaceFolder) throws {
        weights = try HuggingFaceSource.publishing(folder) ?? HuggingFaceSource(folder).inFileLayout()
        guard let rows = weights.tensor("token_embd.weight")?.shape.first else {
            throw ModelError.missingTensor("token_embd.weight", file: folder.path)
        }
        let architecture = weights.metadata.string("general.architecture") ?? ""
        let judgesPairs = weights.tensor("cls.output.weight")?.shape.first == 1
        let vocabulary = try Vocabulary(folder: folder.path, preferring: architecture, readsPairs: judgesPairs).resized(to: rows)
        metadata = GGUFMetadata(
            Self.settings(weights.metadata) + Self.sampling(folder.generationConfig ?? [:]) + vocabulary.metadata, path: folder.path)
    }

    /// The same model with more to say.
    package func adding(_ entries: [(key: String, value: MetadataValue)]) -> PublishedModel {
        var model = self
        model.metadata = GGUFMetadata(metadata.entries + entries, path: path)
        return model
    }

    package func tensor(_ name: String) -> SourceTensor? { weights.tensor(name) }
    package func matrix(_ name: String) throws -> Matrix { try weights.matrix(name) }
    package func experts(_ name: String) throws -> [Matrix] { try weights.experts(name) }

    /// Other programs know less about scaled positions, and some stop at kinds that they do not know.
    private static func settings(_ metadata: GGUFMetadata) -> [(key: String, value: MetadataValue)] {
        let scaling = "\(metadata.string("general.architecture") ?? "").rope.scaling"
        var entries = metadata.entries + [("general.type", .string("model"))]
        switch metadata.string("\(scaling).type") {
        case "dynamic":
            // It changes nothing within the window that the model was trained for, and GGUF has no name for it.
            entries.removeAll { $0.key.hasPrefix(scaling) }
        case "yarn":
            // Their gain is what the paper recommends times this.
            guard let gain = metadata.float("\(scaling).yarn_attn_factor"), let factor = metadata.float("\(scaling).factor") else { break }
            let share = gain / YarnPositions.gain(factor: factor)
            if abs(share - 1) > 1e-6 { entries.append(("\(scaling).attn_factor", .float32(Float(share)))) }
        default: break
        }
        return entries
    }

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
        (count, "top_k"), ("general.sampling.top_p", "top_p"), ("general.sampling.min_p", "min_p"),
        ("general.sampling.temp", "temperature"),
        ("general.sampling.penalty_repeat", "repetition_penalty"),
    ]
}
