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
            let model = try await modelOptions.open(threads: common.threads, notes: notes)
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
                of: documents, bucket: bucket, options: reading.options(), progress: display.handler, cancellation: cancellation)
        } catch is Interrupted {
            throw StoppedEarly(description: "interrupted; nothing was measured to the end")
        }
    }
}

/// Perplexity in the forms that `apus perplexity` prints.
struct PerplexityListing {
    let report: PerplexityReport

    var json: JSON {
        let buckets = report.buckets.map { bucket -> JSON in
            [
                "first_position": .integer(bucket.firstPosition), "tokens": .integer(bucket.tokens),
                "mean_loss": .number(bucket.meanLoss), "perplexity": .number(bucket.perplexity),
            ]
        }
        return [
            "perplexity": .number(report.perplexity), "mean_loss": .number(report.meanLoss), "tokens": .integer(report.tokens),
            "method": .string(report.method), "positions": "model", "buckets": .array(buckets),
        ]
    }

    /// - Parameter sparklineColumns: room for a picture of the figures; nil where it could not be seen.
    func text(sparklineColumns: Int?) -> String {
        let loss = Formatting.decimal(report.meanLoss, digits: 4)
        var text =
            "Perplexity \(figure(report.perplexity)), mean loss \(loss) nats over \(Formatting.count(report.tokens)) tokens, "
            + "read with \(report.method)\n"
        if let columns = sparklineColumns, report.buckets.count > 1 {
            text += Sparkline.text(report.buckets.map(\.meanLoss), columns: columns) + "\n"
        }
        return text + "\n" + table.text
    }

    private var table: Table {
        Table(
            headings: [.number("From position"), .number("Tokens"), .number("Mean loss"), .number("Perplexity")],
            rows: report.buckets.map { bucket in
                [
                    Formatting.count(bucket.firstPosition), Formatting.count(bucket.tokens),
                    Formatting.decimal(bucket.meanLoss, digits: 4), figure(bucket.perplexity),
                ]
            })
    }

    /// Perplexity runs from 1 to the size of the vocabulary and, for a model that fails, far beyond.
    private func figure(_ perplexity: Double) -> String {
        perplexity < 1000 ? Formatting.decimal(perplexity, digits: 3) : Formatting.decimal(perplexity, digits: 0)
    }
}
