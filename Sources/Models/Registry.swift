/// The families of decoders. A new one is a file in `Decoders/` and a line here.
package enum DecoderRegistry {
    package static let families: [any DecoderFamily.Type] = [
        Cohere2.self,
        CommandR.self,
        Falcon.self,
        Gemma2.self,
        Gemma3.self,
        GPT2.self,
        GPTNeoX.self,
        GPTOSS.self,
        Granite.self,
        Llama.self,
        MPT.self,
        OLMo2.self,
        Phi3.self,
        Qwen2.self,
        Qwen3.self,
        SmolLM3.self,
        StableLM.self,
    ]

    /// The family of an architecture by the name that GGUF files give it.
    /// - Throws: `ModelError.unknownArchitecture` with the list of known ones.
    package static func family(of architecture: String, in file: String) throws(ModelError) -> any DecoderFamily.Type {
        guard let family = families.first(where: { $0.architectures.contains(architecture) }) else {
            throw .unknownArchitecture(architecture, file: file, known: families.flatMap { $0.architectures }.sorted())
        }
        return family
    }

    /// The family of a Hugging Face folder's `model_type`, and the architecture's name in GGUF files.
    /// - Throws: `ModelError.unknownModelType` with the list of known ones.
    package static func family(ofModelType type: String, in folder: String) throws(ModelError) -> (any DecoderFamily.Type, String) {
        for family in families {
            if let architecture = family.huggingFace.modelTypes[type] { return (family, architecture) }
        }
        throw .unknownModelType(type, folder: folder, known: families.flatMap { $0.huggingFace.modelTypes.keys }.sorted())
    }
}
