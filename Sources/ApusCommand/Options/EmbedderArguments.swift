import ArgumentParser
import Evaluation
import Retrieval
import Training

/// A model that makes vectors, to be measured.
struct EmbedderArguments: ParsableArguments {
    @OptionGroup
    var modelOptions: ModelOptions

    @Option(
        help: ArgumentHelp(
            "How states become one vector: \(Pooling.allCases.map(\.rawValue).joined(separator: ", ")). (default: as the model says)",
            valueName: "kind"))
    var pooling: Pooling?

    @OptionGroup(title: "How texts are read")
    var encoding: EncodingArguments

    @Option(
        help: ArgumentHelp("Texts to make the documents of: a file, or a folder of them. (default: a made-up log)", valueName: "path"),
        completion: .file())
    var haystack: [String] = []

    func open(threads: Int?, notes: Notes) async throws -> Embedder {
        let path = try modelOptions.path()
        return try await notes.announcing("opening \(path)") {
            try Embedder(at: path, pooling: pooling, options: encoding.options, threads: threads)
        }
    }

    func texts() throws -> [CorpusText] {
        try haystack.isEmpty ? [HarbourLog().corpusText] : CorpusText.read(haystack, joinsLines: true)
    }
}
