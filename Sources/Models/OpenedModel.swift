import Foundation
import ModelFiles
import Tensors
import Tokenizers

/// A model's files, opened and understood but for the weights.
package struct OpenedModel: Sendable {
    package let source: any ModelSource
    package let tokenizer: Tokenizer

    /// Opens a GGUF file, with all other parts if it is split, or a folder in the layout of Hugging Face.
    package init(path: String) throws {
        if FileManager.default.isFolder(atPath: path) {
            try self.init(HuggingFaceFolder(path: path))
        } else {
            try self.init(GGUFFile(path: path))
        }
    }

    package init(_ file: GGUFFile) throws {
        let model = try GGUFModel(file)
        source = model
        tokenizer = try Tokenizer(vocabulary: Vocabulary(metadata: model.metadata, source: model.path))
    }

    package init(_ folder: HuggingFaceFolder) throws {
        source = try HuggingFaceSource(folder)
        tokenizer = try Tokenizer(folder: folder.path)
    }
}

extension Decoder {
    package convenience init(_ model: OpenedModel, compute: Compute) throws {
        try self.init(source: model.source, tokenizer: model.tokenizer, compute: compute)
    }
}
