import Positions

/// Decoder architectures by the name that model files give them. A new model is one file in `Decoders/` and one line here.
package enum DecoderRegistry {
    package struct Entry: Sendable {
        package let description: any DecoderDescription.Type
        /// How the file's query and key rows lie: GGUF's `llama` files have rotation pairs as neighbours.
        package let rotaryLayout: Rotary.Layout
    }

    package static let entries: [String: Entry] = [
        "llama": Entry(description: Llama.self, rotaryLayout: .interleaved),
        "qwen2": Entry(description: Llama.self, rotaryLayout: .halves),
    ]

    /// - Throws: `ModelError.unknownArchitecture` with the list of known ones.
    package static func entry(for architecture: String, in file: String) throws(ModelError) -> Entry {
        guard let entry = entries[architecture] else {
            throw .unknownArchitecture(architecture, file: file, known: entries.keys.sorted())
        }
        return entry
    }
}
