import ModelFiles
import Tensors
import Tokenizers

/// A model's files, opened and understood but for the weights.
package struct OpenedModel: Sendable {
    package let source: any ModelSource
    package let tokenizer: Tokenizer

    /// Opens a GGUF file.
    package init(path: String) throws {
        try self.init(GGUFFile(path: path))
    }

    package init(_ file: GGUFFile) throws {
        source = file
        tokenizer = try Tokenizer(gguf: file)
    }
}

extension Decoder {
    package convenience init(_ model: OpenedModel, compute: Compute) throws {
        try self.init(source: model.source, tokenizer: model.tokenizer, compute: compute)
    }
}
