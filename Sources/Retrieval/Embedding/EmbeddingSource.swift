import Foundation
import ModelFiles
import Models
import Tokenizers

/// The files of a model that makes vectors of texts, opened and understood but for the weights.
struct EmbeddingSource {
    let source: any ModelSource
    let tokenizer: Tokenizer
    let isEncoder: Bool
    let settings: SentenceSettings?
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
            let architecture = try source.metadata.requireString("general.architecture")
            pooling = try settings.pooling ?? Self.pooling(source, architecture: architecture)
        } else {
            let model = try OpenedModel(GGUFFile(path: path))
            let architecture = try model.source.metadata.requireString("general.architecture")
            source = model.source
            tokenizer = model.tokenizer
            isEncoder = EncoderRegistry.family(of: architecture) != nil
            settings = nil
            pooling = try Self.pooling(model.source, architecture: architecture)
        }
    }

    /// The numbers are those of llama.cpp.
    private static func pooling(_ source: any ModelSource, architecture: String) throws -> Pooling? {
        let key = architecture + ".pooling_type"
        switch source.metadata.int(key) {
        case nil, 0: return nil
        case 1: return .mean
        case 2: return .cls
        case 3: return .last
        case .some(let other): throw EmbeddingError.unsupportedPooling(["\(key) \(other)"], file: source.path)
        }
    }
}
