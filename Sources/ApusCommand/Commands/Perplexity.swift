import ArgumentParser
import Diagnostics
import Documents
import Generation

/// `apus perplexity`: how well a model predicts a text, by position.
struct Perplexity: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure how well a model predicts a text, by position.",
        discussion: """
            Reads the text once and measures, for every token but the first, how likely the model held it to be after those that the \
            method shows of the text before. Perplexity is the exponential of the mean loss; lower is better. Where a method fails \
            beyond a length, its perplexity rises there.

            With --json: {"perplexity", "mean_loss", "tokens", "method", "positions", "buckets": [{"first_position", "tokens", \
            "mean_loss", "perplexity"}]}. Losses are in nats.

            EXAMPLES
              apus perplexity book.txt --model model.gguf
              apus perplexity book.txt --method streaming:4:2044 --bucket 4096 --model model.gguf
            """)

    @Argument(help: ArgumentHelp("The text; - for standard input.", valueName: "file"), completion: .file())
    var file: String

    @Option(help: ArgumentHelp("Positions that are averaged into one figure.", valueName: "n"))
    var bucket = 1024

    @OptionGroup
    var modelOptions: ModelOptions

    @OptionGroup(title: "How the text is read")
    var reading: ReadingArguments

    @OptionGroup(title: "Common options")
    var common: CommonOptions

    func validate() throws {
        if bucket < 1 { throw ValidationError("--bucket must be at least 1, not \(bucket).") }
    }

    func run() async throws {
        let documents = try DocumentSet(reading: [file])
        let notes = common.notes
        let report = try await Interruption.guarding(notes: notes) { cancellation in
            let model = try await modelOptions.open(threads: common.threads, memoryLimit: reading.memoryLimit, notes: notes)
            return try await measure(documents, with: model, notes: notes, cancellation: cancellation)
        }
        let listing = PerplexityListing(report: report)
        let output = StandardOutput()
        if common.json {
            try output.write(listing.json)
        } else {
            let columns = Environment.isUnicode(Environment.all) ? output.file.terminalColumns : nil
            try output.write(listing.text(sparklineColumns: columns))
        }
    }

    private func measure(
        _ documents: DocumentSet, with model: Model, notes: Notes, cancellation: Cancellation
    ) async throws -> PerplexityReport {
        let display = ProgressDisplay(notes: notes)
        defer { display.finish() }
        do {
            return try await model.perplexity(
                of: documents, bucket: bucket, options: reading.completed(for: model, use: .everything, notes: notes).options(),
                progress: display.handler, cancellation: cancellation)
        } catch is Interrupted {
            throw StoppedEarly(description: "interrupted; nothing was measured to the end")
        }
    }
}
