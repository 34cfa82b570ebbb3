import ModelFiles

extension HuggingFaceSource {
    /// The source of a folder that holds an encoder; nil for a model of another kind.
    /// - Throws: `ModelError` for settings that make no sense, or tensors that do not fit together.
    package init?(encoder folder: HuggingFaceFolder) throws {
        guard let (family, architecture) = EncoderRegistry.family(ofModelType: folder.config["model_type"]?.string ?? "") else {
            return nil
        }
        try self.init(folder, architecture: architecture, dialect: family.huggingFace)
    }
}
