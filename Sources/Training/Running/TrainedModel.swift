import ModelFiles
import Models
import Tensors

/// A model as its training left it: settings and tokenizer of the one that it began from, and its weights where they were trained, with
/// adapters merged into them.
///
/// It shows the weights of the decoder, so it must not be trained on while this is written.
// Sendable because every source is: it is used, like the decoder, by the one thread that trained it.
package struct TrainedModel: ModelSource, @unchecked Sendable {
    package let path: String
    package let metadata: GGUFMetadata
    package let tensors: [SourceTensor]
    private let source: any ModelSource
    private let decoder: TrainedDecoder
    /// The names of weights that are not as the source has them, and of those among them that have adapters.
    private let changed: Set<String>
    private let adapted: Set<String>
    private let places: [String: Int]

    /// - Parameters:
    ///   - source: what the decoder was made from.
    ///   - name: what the model is called from now on; nil: as before.
    package init(_ decoder: TrainedDecoder, from source: any ModelSource, name: String? = nil) {
        self.source = source
        self.decoder = decoder
        path = source.path
        adapted = Set(decoder.adaptedNames)
        let changed = adapted.union(decoder.parameters.map(\.name))
        self.changed = changed
        tensors = source.tensors.map { tensor in
            changed.contains(tensor.name) ? SourceTensor(name: tensor.name, shape: tensor.shape, type: .f32) : tensor
        }
        places = Dictionary(tensors.enumerated().map { ($1.name, $0) }) { first, _ in first }
        metadata = GGUFMetadata(Self.renamed(source.metadata.entries, name), path: path)
    }

    package func tensor(_ name: String) -> SourceTensor? { places[name].map { tensors[$0] } }

    package func matrix(_ name: String) throws -> Matrix {
        if adapted.contains(name), let merged = decoder.mergedWeight(name) { return merged.matrix }
        if let parameter = decoder.parameters[name] { return parameter.value.matrix }
        return try source.matrix(name)
    }

    package func experts(_ name: String) throws -> [Matrix] {
        guard changed.contains(name) else { return try source.experts(name) }
        let all = try matrix(name), count = tensor(name)?.shape.first ?? 1, rows = all.rows / count
        return (0..<count).map { all.rows($0 * rows..<($0 + 1) * rows) }
    }

    private static func renamed(
        _ entries: [(key: String, value: MetadataValue)], _ name: String?
    ) -> [(key: String, value: MetadataValue)] {
        guard let name else { return entries }
        let key = "general.name", others = entries.filter { $0.key != key }
        // The architecture comes first in files.
        return Array(others.prefix(1)) + [(key, .string(name))] + Array(others.dropFirst())
    }
}
