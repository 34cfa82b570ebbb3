import Diagnostics
import ModelFiles
import Models
import Tokenizers

/// What `apus inspect` prints about a model file, as text and as JSON.
struct ModelReport {
    let summary: ModelSummary
    /// The entries to list as well, if any.
    let metadata: GGUFMetadata?
    /// Why the model's chat template cannot be used, if it has one that cannot.
    let templateError: (any Failure)?

    init(_ file: GGUFModel, withMetadata: Bool = false) {
        summary = ModelSummary(file)
        metadata = withMetadata ? file.metadata : nil
        templateError = Self.error { try file.metadata.string("tokenizer.chat_template").map { try ChatTemplate(source: $0) } }
    }

    /// Of a folder in the layout of Hugging Face. Its settings are shown under GGUF's keys, if the kind of model is known.
    init(_ folder: HuggingFaceFolder, withMetadata: Bool = false) {
        let settings = (try? HuggingFaceSource(folder))?.metadata ?? HuggingFaceSource.namesAlone(folder)
        summary = ModelSummary(folder, metadata: settings)
        metadata = withMetadata ? settings : nil
        templateError = Self.error { try Tokenizer.chatTemplate(inFolder: folder.path).map { try ChatTemplate(source: $0) } }
    }

    private static func error(opening template: () throws -> ChatTemplate?) -> (any Failure)? {
        do {
            _ = try template()
            return nil
        } catch {
            return error as? any Failure
        }
    }
}

extension ModelSummary.TypeShare {
    /// Scales included.
    var bitsPerParameter: Double { parameters == 0 ? 0 : Double(bytes) * 8 / Double(parameters) }
}
