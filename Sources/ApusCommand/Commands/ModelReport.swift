import ModelFiles

/// What `apus inspect` prints about a model file, as text and as JSON.
struct ModelReport {
    let summary: ModelSummary
    /// The entries to list as well, if any.
    let metadata: GGUFMetadata?

    init(_ file: GGUFFile, withMetadata: Bool = false) {
        summary = ModelSummary(file)
        metadata = withMetadata ? file.metadata : nil
    }
}

extension ModelSummary.TypeShare {
    /// Scales included.
    var bitsPerParameter: Double { parameters == 0 ? 0 : Double(bytes) * 8 / Double(parameters) }
}
