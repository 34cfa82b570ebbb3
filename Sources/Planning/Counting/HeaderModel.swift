import Attention
import Foundation
import KeyValues
import ModelFiles
import Models
import Tensors

/// A model of which the header has been read: what its description says that it computes, over weights that nobody has looked at.
package struct HeaderModel: PlannedModel {
    package let name: String
    private let configuration: DecoderConfiguration
    private let description: DecoderDescription
    private let weights: HeaderWeights

    /// Opens a GGUF file, or a folder in the layout of Hugging Face.
    /// - Throws: `ModelFileError` or `ModelError` for files that describe no model that could run.
    package init(path: String) throws {
        if FileManager.default.isFolder(atPath: path) {
            try self.init(HuggingFaceSource(HuggingFaceFolder(path: path)))
        } else {
            try self.init(GGUFModel(path: path))
        }
    }

    package init(_ source: any ModelSource) throws {
        let declarations: WeightDeclarations
        (configuration, description, declarations) = try Models.Decoder.describe(source)
        weights = try HeaderWeights(declarations, of: source)
        name = source.metadata.string("general.name") ?? source.path.split(separator: "/").last.map(String.init) ?? source.path
    }

    package var parameters: Int { weights.parameters }
    package var weightBytes: Int { weights.bytes }
    package var weightTypes: [StorageType] { weights.types }
    package var layers: Int { configuration.layers }
    package var heads: Int { configuration.heads }
    package var keyValueHeads: Int { configuration.keyValueHeads }
    package var keyDim: Int { configuration.keyDim }
    package var valueDim: Int { configuration.valueDim }
    package var contextLength: Int? { configuration.contextLength }

    package func step(tokens: Int, wanted: Int) -> StepCount {
        var operations = CountingOperations(weights: weights, configuration: configuration, tokens: tokens, wanted: wanted)
        do {
            let states = try description.states(&operations)
            withExtendedLifetime(states) { operations.head(description.ends) }
        } catch {
            preconditionFailure("counting does not fail: \(error)")
        }
        return operations.total
    }

    /// As the pages hold it, with their centres and scales.
    package func cacheBytesPerToken(_ types: CacheTypes) -> Double {
        guard let spec = try? cacheSpec(types) else { return 0 }
        return Double(spec.pageBytes) / Double(CacheSpec.pageTokens)
    }

    package func limited(_ policy: any AttentionPolicy) -> any AttentionPolicy { description.limited(policy) }
}
