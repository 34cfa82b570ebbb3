import ModelFiles
import Models
import Tensors

/// A model as its training left it: settings and tokenizer of the one that it began from, and its weights where they were trained.
///
/// It holds copies, so that the training may go on while it is written.
package struct TrainedModel: ModelSource {
    package let path: String
    package let metadata: GGUFMetadata
    package let tensors: [SourceTensor]
    private let source: any ModelSource
    private let trained: [String: Matrix]

    /// - Parameters:
    ///   - source: what the decoder was made from.
    ///   - name: what the model is called from now on; nil: as before.
    package init(_ decoder: TrainedDecoder, from source: any ModelSource, name: String? = nil) throws {
        let adapted = decoder.mergedWeights().map { ($0.name, $0.value.matrix) }
        let whole = decoder.options.adapters == nil ? decoder.parameters.trained.map { ($0.name, $0.value.copy.matrix) } : []
        try self.init(Dictionary(adapted + whole) { first, _ in first }, from: source, name: name)
    }

    /// - Parameter trained: float32 weights by the names of tensors.
    init(_ trained: [String: Matrix], from source: any ModelSource, name: String?) throws {
        self.source = source
        self.trained = trained
        path = source.path
        tensors = source.tensors.map { tensor in
            trained[tensor.name] == nil ? tensor : SourceTensor(name: tensor.name, shape: tensor.shape, type: .f32)
        }
        var entries = source.metadata.entries
        if let name {
            entries.removeAll { $0.key == "general.name" }
            entries.insert(("general.name", .string(name)), at: min(1, entries.count))
        }
        metadata = GGUFMetadata(entries, path: path)
    }

    package func tensor(_ name: String) -> SourceTensor? { tensors.first { $0.name == name } }

    package func matrix(_ name: String) throws -> Matrix { try trained[name] ?? source.matrix(name) }

    package func experts(_ name: String) throws -> [Matrix] { try source.experts(name) }
}

extension Tensor {
    /// The same numbers in memory of their own.
    fileprivate var copy: Tensor {
        let copy = Tensor(rows: rows, columns: columns)
        copyRows(0..<rows, to: copy)
        return copy
    }
}
