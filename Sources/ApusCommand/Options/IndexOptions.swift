import ArgumentParser
import BuiltInModel
import Retrieval

/// Which index a command works with.
struct IndexOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The index.", valueName: "path"), completion: .file())
    var index = "apus.index"
}

#if SQLite
extension Notes {
    /// Opens the model that an index is, or is to be, made with. Where its files do not say how to pool, the mean is taken.
    ///
    /// - Parameter model: a path; nil for the built-in model.
    func openingEmbedder(_ model: String?, pooling: Pooling?, threads: Int?) async throws -> Embedder {
        let path = try model ?? BuiltInModel.path()
        return try await announcing("opening \(path)") {
            do {
                return try Embedder(at: path, pooling: pooling, normalizes: false, threads: threads)
            } catch EmbeddingError.unknownPooling {
                note("the model's files do not say how states become one vector; their mean is taken")
                return try Embedder(at: path, pooling: .mean, normalizes: false, threads: threads)
            }
        }
    }
}

extension Embedder {
    /// The vector of one text, at a length of 1.
    func vector(_ text: String, prefix: String) throws -> [Float] {
        try embed(prepare([Array(text.utf8)], prefix: prefix, truncates: true)).first?.normalized ?? []
    }

    /// Refuses a model that an index was not made with.
    func checkProbe(of store: IndexStore) throws {
        guard store.settings.isProbe(try vector(IndexSettings.probeText, prefix: "")) else {
            throw IndexError.otherModel(path: store.path, model: path)
        }
    }
}
#endif
