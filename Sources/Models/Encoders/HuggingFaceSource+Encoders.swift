import ModelFiles
import Positions

extension HuggingFaceSource {
    /// The source of a folder that holds an encoder; nil for a model of another kind.
    /// - Throws: `ModelError` for settings that make no sense, or tensors that do not fit together.
    package init?(encoder folder: HuggingFaceFolder) throws {
        guard let (family, architecture) = EncoderRegistry.family(ofModelType: folder.config["model_type"]?.string ?? "") else {
            return nil
        }
        try self.init(folder, architecture: architecture, dialect: family.huggingFace.adding(family.head))
    }

    /// The same encoder as GGUF files of its architecture hold it; nil for a model of another kind.
    /// - Throws: `ModelError` also for a family that other programs have no name for, and for a head that such a file has no place for.
    static func publishing(_ folder: HuggingFaceFolder) throws -> HuggingFaceSource? {
        guard let encoder = try HuggingFaceSource(encoder: folder) else { return nil }
        let architecture = encoder.metadata.string("general.architecture") ?? ""
        guard EncoderRegistry.publishedArchitectures.contains(architecture) else {
            throw ModelError.unpublishedArchitecture(
                architecture, folder: folder.path, known: EncoderRegistry.publishedArchitectures.sorted())
        }
        if encoder.tensor("cls.output.weight") != nil {
            try EncoderHead.requireUsual(encoder)
        } else if let head = folder.tensors.first(where: { $0.name.hasPrefix("classifier.") }) {
            throw ModelError.badValues(
                tensor: head.name, file: folder.path,
                reason: "a GGUF file of this encoder has no place for what classifies; use the folder itself")
        }
        // Rotation pairs lie in files as in folders.
        var settings = encoder.metadata.entries.filter { $0.key != LayerRotation.layoutKey }
        settings.append(("\(architecture).attention.causal", .bool(false)))
        if let types = encoder.tensor("token_types.weight")?.rows {
            settings.append(("tokenizer.ggml.token_type_count", .uint32(UInt32(clamping: types))))
        }
        return encoder.replacing(GGUFMetadata(settings, path: folder.path), recipes: encoder.recipes)
    }
}
