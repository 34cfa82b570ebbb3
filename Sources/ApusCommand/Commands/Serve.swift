import ArgumentParser
import Diagnostics
import Foundation
import Generation
import Retrieval
import Serving
import UnixSignals

/// `apus serve`: a model for many, over HTTP.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve a model over HTTP, with OpenAI's interface and a page.",
        discussion: """
            Programs written for OpenAI's interface work unchanged: /v1/models, /v1/chat/completions, /v1/completions, streamed or whole. \
            Long texts are read once by /v1/readings and asked as often as one likes; with --data they are there again after a restart. \
            /openapi.json describes all of it, /metrics tells how it goes, and at / there is a page to use it from. docs/server.md has \
            examples.

            The server listens on this machine alone unless --host names another; then it wants an API key. Requests run together, and \
            what many prompts begin with is read once for all who come with the same key.

            Ctrl-C or SIGTERM lets running requests end, for \(Serve.defaultDrainSeconds) seconds at most; a second one ends at once. With \
            --json one object tells where the server listens: {"url", "host", "port", "model"}.

            EXAMPLES
              apus serve --model model.gguf
              apus serve --model model.gguf --data readings --method auto
              apus serve --host 0.0.0.0 --api-key-file keys.txt --page-budget 8GiB --model model.gguf
            """)

    private static let defaultDrainSeconds = 30

    @OptionGroup
    var modelOptions: ModelOptions

    @Option(
        help: ArgumentHelp("What makes embeddings: an encoder or a decoder. (default: none are made)", valueName: "path"),
        completion: .file())
    var embeddingModel: String?

    @Option(
        help: ArgumentHelp(
            "How its states become one vector: \(Pooling.allCases.map(\.rawValue).joined(separator: ", ")). (default: as it says)",
            valueName: "kind"))
    var embeddingPooling: Pooling?

    @OptionGroup(title: "Who is served")
    var listening: ListeningArguments

    @Option(
        help: ArgumentHelp(
            "Keep readings in this folder. (default: in memory, until the server stops)", valueName: "folder"), completion: .directory)
    var data: String?

    @OptionGroup(title: "How texts are read")
    var reading: ReadingArguments

    @OptionGroup(title: "How texts are read")
    var frame: FrameArguments

    @OptionGroup(title: "What requests may take")
    var limits: ServingLimits

    @OptionGroup(title: "Common options")
    var common: CommonOptions

    func run() async throws {
        let notes = common.notes
        let model = try await modelOptions.open(threads: common.threads, memoryLimit: reading.memoryLimit, notes: notes)
        let server = try Server(model: model, options: try options(for: model, notes: notes)) { notes.line($0) }
        if let note = server.note { notes.note(note) }
        let stops = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        try await server.run(stops: stops, endAtOnce: { systemExit(FailureKind.interrupted.exitCode) }) { address in
            announce(address, model: server.modelID, notes: notes)
        }
    }

    private func options(for model: Model, notes: Notes) throws -> ServerOptions {
        var options = ServerOptions(scheduling: SchedulerOptions(pageBudget: limits.pageBudgetBytes))
        try listening.apply(to: &options)
        limits.apply(to: &options)
        options.dataFolder = data
        options.embedder = try embedder()
        options.drainTime = .seconds(Serve.defaultDrainSeconds)
        options.reading = try reading.completed(for: model, use: .everything, notes: notes).options(frame: frame)
        return options
    }

    private func embedder() throws -> Embedder? {
        guard let embeddingModel else {
            if embeddingPooling != nil { throw CommandFailure.usage("--embedding-pooling wants an --embedding-model.") }
            return nil
        }
        do {
            return try Embedder(at: embeddingModel, pooling: embeddingPooling, threads: common.threads)
        } catch EmbeddingError.unknownPooling(let path) {
            throw CommandFailure.usage(
                "\(path): the model's files do not say how its states become one vector; choose it with --embedding-pooling.")
        }
    }

    private func announce(_ address: Server.Address, model: String, notes: Notes) {
        notes.note("\(model) is served at \(address.url)")
        guard common.json else { return }
        // A reader of standard output that went away is no reason to stop serving.
        try? StandardOutput().write([
            "url": .string(address.url), "host": .string(address.host), "port": .integer(address.port), "model": .string(model),
        ])
    }
}
