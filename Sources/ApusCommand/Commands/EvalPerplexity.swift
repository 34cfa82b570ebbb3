import ArgumentParser
import Diagnostics
import Evaluation
import Generation
import Training

/// `apus eval perplexity`: how well a model predicts texts, by how much of them it has read.
struct EvalPerplexity: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "perplexity",
        abstract: "Measure how well a model predicts texts, by position.",
        discussion: """
            Cuts texts into segments of exactly --length tokens, reads each once, and averages the losses by position: 0 to 255, 256 to \
            511, 512 to 1023, and so on. A model that gains from what it has read gets better along the segment; where it or the method \
            does not reach, perplexity rises. Segments do not overlap and are spread evenly over the texts; one window does not slide over \
            all, which would give other figures. Writes results.jsonl, report.json and report.html with a curve into --output, and goes on \
            there after Ctrl-C.

            With --json: {"perplexity", "mean_loss", "bits_per_byte", "tokens", "segments", "model", "method", "positions", "bands": \
            [{"first_position", "tokens", "mean_loss", "perplexity", "interval"}]}. Losses are in nats; intervals hold the true perplexity \
            with a probability of 95%.

            EXAMPLES
              apus eval perplexity book.txt --length 4096 --model model.gguf -o results
              apus eval perplexity book.txt --length 16384 --method infllm --model model.gguf -o results
            """)

    @Argument(help: ArgumentHelp("Text files, and folders with .txt files.", valueName: "file"), completion: .file())
    var files: [String]

    @Option(
        name: [.customShort("o"), .long], help: ArgumentHelp("The folder for results and reports.", valueName: "folder"),
        completion: .directory)
    var output: String

    @Option(help: ArgumentHelp("Tokens of a segment.", valueName: "n"))
    var length = 1024

    @Option(help: ArgumentHelp("The most segments.", valueName: "n"))
    var segments = 20

    @OptionGroup
    var modelOptions: ModelOptions

    @OptionGroup(title: "How the text is read")
    var reading: ReadingArguments

    @OptionGroup(title: "Common options")
    var common: CommonOptions

    func validate() throws {
        if length < 2 { throw ValidationError("--length must be at least 2, not \(length).") }
        if segments < 1 { throw ValidationError("--segments must be at least 1, not \(segments).") }
    }

    func run() async throws {
        let notes = common.notes
        let report = try await Interruption.guarding(notes: notes) { cancellation in
            let model = try await modelOptions.open(threads: common.threads, memoryLimit: reading.memoryLimit, notes: notes)
            let run = PerplexityRun(
                model: model, reading: try reading.completed(for: model, use: .everything, notes: notes).options(),
                settings: PerplexitySettings(length: length, segments: segments, command: command), texts: try CorpusText.read(files),
                folder: output + "/perplexity")
            return try await notes.watching(folder: run.folder) { progress in
                try await run.perform(progress: progress, cancellation: cancellation).report
            }
        }
        try common.show(PositionPerplexityListing(report: report))
    }

    private var command: String {
        var words = CommandWords(["apus", "eval", "perplexity"] + files)
        words.add("--model", modelOptions.model)
        words.add(reading)
        words.add("--length", String(length))
        words.add("--segments", String(segments))
        words.add("--output", "results")
        return words.line
    }
}
