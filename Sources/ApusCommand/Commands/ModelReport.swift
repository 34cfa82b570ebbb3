import ModelFiles
import Models

/// What `apus inspect` prints about a model file, as text and as JSON.
struct ModelReport {
    let summary: ModelSummary
    /// The entries to list as well, if any.
    let metadata: GGUFMetadata?

    init(_ file: GGUFFile, withMetadata: Bool = false) {
        summary = ModelSummary(file)
        metadata = withMetadata ? file.metadata : nil
    }

    /// Of a folder in the layout of Hugging Face. Its settings are shown under GGUF's keys, if the kind of model is known.
    init(_ folder: HuggingFaceFolder, withMetadata: Bool = false) {
        let settings = (try? HuggingFaceSource(folder))?.metadata ?? HuggingFaceSource.namesAlone(folder)
        summary = ModelSummary(folder, metadata: settings)
        metadata = withMetadata ? settings : nil
    }
}

extension ModelSummary.TypeShare {
    /// Scales included.
    var bitsPerParameter: Double { parameters == 0 ? 0 : Double(bytes) * 8 / Double(parameters) }
}
