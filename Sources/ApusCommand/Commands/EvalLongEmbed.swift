import ArgumentParser
import Diagnostics
import Evaluation
import Retrieval

/// `apus eval long-embed`: whether vectors of long texts say what is in them.
struct EvalLongEmbed: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "long-embed",
        abstract: "Test whether vectors of long documents say what is in them.",
        discussion: """
            LongEmbed's generated tests: of --documents documents of a length, each of which hides one sentence somewhere, which is nearest to a \
            question? passkey hides somebody's number among sentences that say nothing, needle a fact about somebody in a long text. The score \
            is how often the right document is the nearest, for each length; documents beyond what the model reads are cut, and counted.

            With --json: {"model", "documents", "cases", "results": [{"task", "length", "accuracy", "interval", "cut_documents"}], \
            "means": [{"task", "accuracy"}]}. Intervals hold the true accuracy with a probability of 95%.

            EXAMPLES
              apus eval long-embed --model all-MiniLM-L6-v2
              apus eval long-embed --model all-MiniLM-L6-v2 --positions linear --context-length 4096 --length 512,1024,2048,4096
              apus eval long-embed --model nomic --positions ntk:3 --query-prefix "search_query: " --document-prefix "search_document: "
            """)

    @Option(help: ArgumentHelp("Tokens of a document.", valueName: "n,…"))
    var length = NumberList([256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768])

    @Option(help: ArgumentHelp("Which tests: \(LongEmbedTask.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "name,…"))
    var tasks = TextList(LongEmbedTask.allCases.map(\.rawValue))

    @Option(help: ArgumentHelp("Documents of each length.", valueName: "n"))
    var documents = 100

    @Option(help: ArgumentHelp("Questions of each length.", valueName: "n"))
    var cases = 50

    @Option(help: ArgumentHelp("Which texts of all that there could be.", valueName: "n"))
    var seed: UInt64 = 0

    @Option(help: ArgumentHelp("What stands before every question. (default: as the model says)", valueName: "text"))
    var queryPrefix: String?

    @Option(help: ArgumentHelp("What stands before every document. (default: as the model says)", valueName: "text"))
    var documentPrefix: String?

    @OptionGroup
    var embedding: EmbedderArguments

    @OptionGroup(title: "Common options")
    var common: CommonOptions

    func validate() throws {
        if documents < 1 { throw ValidationError("--documents must be at least 1, not \(documents).") }
        if cases < 1 { throw ValidationError("--cases must be at least 1, not \(cases).") }
        if length.numbers.contains(0) { throw ValidationError("--length must be at least 1, not 0.") }
        if let unknown = tasks.texts.first(where: { LongEmbedTask(rawValue: $0) == nil }) {
            throw ValidationError(
                "There is no test \"\(unknown)\"; there are \(LongEmbedTask.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
    }

    func run() async throws {
        let notes = common.notes, output = StandardOutput()
        var listing = LongEmbedListing(documents: documents, cases: cases)
        try await Interruption.guarding(notes: notes) { cancellation in
            let embedder = try await embedding.open(threads: common.threads, notes: notes)
            listing.model = embedder.path
            let settings = LongEmbedSettings(
                tasks: tasks.texts.compactMap { LongEmbedTask(rawValue: $0) }, lengths: length.numbers, documents: documents, cases: cases,
                seed: seed,
                queryPrefix: queryPrefix, documentPrefix: documentPrefix)
            let run = try LongEmbedRun(embedder, settings: settings, texts: embedding.texts()), display = ProgressDisplay(notes: notes)
            defer { display.finish() }
            do {
                try await run.perform(progress: display.handler, cancellation: cancellation) { listing.scores.append($0) }
            } catch is Interrupted {
                throw StoppedEarly(description: "interrupted; nothing was measured to the end")
            }
        }
        if common.json { try output.write(listing.json) } else { try output.write(listing.text) }
    }
}
