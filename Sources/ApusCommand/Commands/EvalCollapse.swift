import ArgumentParser
import Diagnostics
import Evaluation
import Retrieval

/// `apus eval collapse`: how alike vectors become with the length of texts.
struct EvalCollapse: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collapse",
        abstract: "Measure how alike the vectors of long texts are.",
        discussion: """
            Embeds stretches of a text, from different places and of one length, and measures how alike their vectors are: the mean cosine of all \
            pairs, and the mean distance to their centre. Vectors that grow alike with the length say less about each text. A \
            --temperature-scale below 1 keeps them apart.

            With --json: {"model", "results": [{"length", "texts", "mean_cosine", "mean_distance"}]}.

            EXAMPLES
              apus eval collapse --model all-MiniLM-L6-v2 --haystack book.txt
              apus eval collapse --model all-MiniLM-L6-v2 --haystack book.txt --temperature-scale 0.8
            """)

    @Option(help: ArgumentHelp("Tokens of a text.", valueName: "n,…"))
    var length = NumberList([16, 32, 64, 128, 256])

    @Option(help: ArgumentHelp("Texts of each length.", valueName: "n"))
    var texts = 100

    @Option(help: ArgumentHelp("Which texts of all that there could be.", valueName: "n"))
    var seed: UInt64 = 0

    @OptionGroup
    var embedding: EmbedderArguments

    @OptionGroup(title: "Common options")
    var common: CommonOptions

    func validate() throws {
        if texts < 2 { throw ValidationError("--texts must be at least 2, not \(texts).") }
        if length.numbers.contains(0) { throw ValidationError("--length must be at least 1, not 0.") }
    }

    func run() async throws {
        let notes = common.notes
        var scores: [CollapseScore] = [], model = ""
        try await Interruption.guarding(notes: notes) { cancellation in
            let embedder = try await embedding.open(threads: common.threads, notes: notes)
            model = embedder.path
            let run = CollapseRun(embedder, lengths: length.numbers, count: texts, seed: seed, texts: try embedding.texts())
            let display = ProgressDisplay(notes: notes)
            defer { display.finish() }
            do {
                try await run.perform(progress: display.handler, cancellation: cancellation) { scores.append($0) }
            } catch is Interrupted {
                throw StoppedEarly(description: "interrupted; nothing was measured to the end")
            }
        }
        let listing = CollapseListing(model: model, scores: scores), output = StandardOutput()
        if common.json { try output.write(listing.json) } else { try output.write(listing.text) }
    }
}
