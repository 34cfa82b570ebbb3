/// The families of encoders. A new one is a file in `Encoders/Families` and a line here.
package enum EncoderRegistry {
    package static let families: [any EncoderFamily.Type] = [
        BERT.self,
        BigBird.self,
        DistilBERT.self,
        Longformer.self,
        M2BERT.self,
        ModernBERT.self,
        MPNet.self,
        NomicBERT.self,
        RoBERTa.self,
    ]

    /// The architectures whose GGUF files other programs know, and which are written therefore.
    static let publishedArchitectures: Set<String> = Set(families.filter { $0.isPublished }.flatMap { $0.architectures })

    /// The family of an architecture by the name that GGUF files give it; nil where it is none of an encoder.
    package static func family(of architecture: String) -> (any EncoderFamily.Type)? {
        families.first { $0.architectures.contains(architecture) }
    }

    /// The family of a Hugging Face folder's `model_type` and the architecture's name in GGUF files; nil where it is none of an encoder.
    package static func family(ofModelType type: String) -> (family: any EncoderFamily.Type, architecture: String)? {
        for family in families {
            if let architecture = family.huggingFace.modelTypes[type] { return (family, architecture) }
        }
        return nil
    }
}
