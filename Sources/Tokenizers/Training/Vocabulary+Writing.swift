import ModelFiles

extension Vocabulary {
    /// Writes the vocabulary alone, whole or not at all: as a GGUF file without weights, or as a `tokenizer.json`, which keeps neither the
    /// roles of its tokens nor the template.
    /// - Throws: `TokenizerTrainingError.unknownForm` for another ending than `.gguf` and `.json`; errors of writing.
    package func write(to path: String) throws {
        if path.hasSuffix(".gguf") {
            try writeGGUF(to: path)
        } else if path.hasSuffix(".json") {
            try writeJSON(to: path)
        } else {
            throw TokenizerTrainingError.unknownForm(path: path)
        }
    }

    private func writeGGUF(to path: String) throws {
        var writer = GGUFWriter()
        // Programs want to know an architecture even where there is no model.
        writer["general.architecture"] = .string("llama")
        writer["general.name"] = .string("tokenizer")
        for (key, value) in metadata { writer[key] = value }
        try writer.write(to: path)
    }

    private func writeJSON(to path: String) throws {
        guard let contents = try folderFiles().first(where: { $0.name == "tokenizer.json" })?.contents else { return }
        try AtomicFile.write(Array((JSONValue.object(contents).serialized(indentation: 1) + "\n").utf8), to: path)
    }
}
