import ModelFiles
import Tensors

/// A GGUF file as a source of a model: everything in it is named as decoders want it.
package struct GGUFSource: ModelSource {
    private let file: GGUFFile

    package init(_ file: GGUFFile) { self.file = file }

    package var path: String { file.path }
    package var metadata: GGUFMetadata { file.metadata }
    package var tensors: [SourceTensor] { file.tensors.map(Self.describe) }

    package func tensor(_ name: String) -> SourceTensor? { file.tensor(name).map(Self.describe) }
    package func matrix(_ name: String) throws -> Matrix { try file.matrix(name) }

    private static func describe(_ record: TensorRecord) -> SourceTensor {
        SourceTensor(name: record.name, shape: record.shape, type: record.type)
    }
}
