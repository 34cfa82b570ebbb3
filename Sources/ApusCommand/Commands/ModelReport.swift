import ModelFiles
import Models
import Tokenizers

/// What `apus inspect` prints about a model file, as text and as JSON.
struct ModelReport {
    let summary: ModelSummary
    /// The entries to list as well, if any.
    let metadata: GGUFMetadata?
    /// Why the file's chat template cannot be used, if it has one that cannot.
    let templateError: ChatTemplateError?

    init(_ file: GGUFFile, withMetadata: Bool = false) {
        summary = ModelSummary(file)
        metadata = withMetadata ? file.metadata : nil
        templateError = Self.templateError(in: file.metadata)
    }

    private static func templateError(in metadata: GGUFMetadata) -> ChatTemplateError? {
        guard let source = metadata.string("tokenizer.chat_template") else { return nil }
        do {
            _ = try ChatTemplate(source: source)
            return nil
        } catch {
            return error
        }
    }

    /// Of a folder in the layout of Hugging Face. Its settings are shown under GGUF's keys, if the kind of model is known.
    init(_ folder: HuggingFaceFolder, withMetadata: Bool = false) {
        let settings = (try? HuggingFaceSource(folder))?.metadata ?? HuggingFaceSource.namesAlone(folder)
        summary = ModelSummary(folder, metadata: settings)
        metadata = withMetadata ? settings : nil
        templateError = Self.templateError(in: settings)
    }
}

extension ModelSummary.TypeShare {
    /// Scales included.
    var bitsPerParameter: Double { parameters == 0 ? 0 : Double(bytes) * 8 / Double(parameters) }
}
