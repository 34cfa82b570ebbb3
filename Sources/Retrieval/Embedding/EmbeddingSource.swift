import Foundation
import ModelFiles
import Models
import Tokenizers

/// The files of a model that makes vectors of texts, opened and understood but for the weights.
struct EmbeddingSource {
    let source: any ModelSource
    let tokenizer: Tokenizer
    let isEncoder: Bool
    let settings: SentenceSettings
    /// What the files say; nil where they do not.
    let pooling: Pooling?

    /// Opens a GGUF file, or a folder in the layout of Hugging Face with or without the files of `sentence-transformers`.
    init(path: String) throws {
        if FileManager.default.isFolder(atPath: path) {
            let settings = try SentenceSettings(folder: path), folder = try HuggingFaceFolder(path: settings.modelFolder)
            if let encoder = try HuggingFaceSource(encoder: folder) {
                source = encoder
                tokenizer = try Tokenizer(folder: settings.modelFolder)
                isEncoder = true
            } else {
                let model = try OpenedModel(folder)
                source = model.source
                tokenizer = model.tokenizer
                isEncoder = false
            }
            self.settings = settings
            pooling = try settings.pooling ?? SentenceSettings.pooling(source)
        } else {
            let model = try OpenedModel(GGUFFile(path: path))
            let architecture = try model.source.metadata.requireString("general.architecture")
            source = model.source
            tokenizer = model.tokenizer
            isEncoder = EncoderRegistry.family(of: architecture) != nil
            settings = try SentenceSettings(model.source)
            pooling = settings.pooling
        }
    }
}
