import ArgumentParser
import Diagnostics
import Evaluation
import Generation
import Training

/// `apus eval BENCHMARK`: what a model finds in long texts.
struct EvalRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Test what a model finds in long texts.",
        discussion: """
            Benchmarks: \(BenchmarkRegistry.names.joined(separator: ", ")). Each makes texts of exactly --length tokens (frame, question and \
            room for the reply included), asks about them, and writes results.jsonl, report.json and report.html into a folder of its own \
            below --output. Answers are kept as they come: after Ctrl-C, or if the machine stops, the same command goes on where it ended, \
            and other lengths or more cases ask only what is new.

            With --json: a line for each benchmark, {"benchmark", "model", "method", "positions", "records", "score", "interval", "groups": \
            [{"length", "depth", "name", "records", "score", "interval"}]}. Intervals hold the true score with a probability of 95%.

            EXAMPLES
              apus eval passkey --length 1024,4096 --context-length 8192 --model model.gguf -o results
              apus eval needle long-facts --haystack book.txt --method streaming:4:1020 --length 16384 --model model.gguf -o results
            """)

    @Argument(help: ArgumentHelp("What to run.", valueName: "benchmark"))
    var benchmarks: [String]

    @Option(
        name: [.customShort("o"), .long], help: ArgumentHelp("The folder for results and reports.", valueName: "folder"),
        completion: .directory)
    var output: String

    @Option(help: ArgumentHelp("Tokens of each text with its question and reply.", valueName: "n,…"))
    var length = NumberList([1024])

    @Option(help: ArgumentHelp("Questions of each length.", valueName: "n"))
    var cases = 20

    @Option(help: ArgumentHelp("Which texts of all that there could be.", valueName: "n"))
    var seed: UInt64 = 0

    @Option(
        help: ArgumentHelp("Texts to hide things in: a file, or a folder of them. (default: a made-up log)", valueName: "path"),
        completion: .file())
    var haystack: [String] = []

    @OptionGroup
    var modelOptions: ModelOptions

    @OptionGroup(title: "How the text is read")
    var reading: ReadingArguments

    @OptionGroup(title: "How the text is read")
    var frame: FrameArguments

    @OptionGroup(title: "Common options")
    var common: CommonOptions

    func validate() throws {
        if cases < 1 { throw ValidationError("--cases must be at least 1, not \(cases).") }
        if length.numbers.contains(0) { throw ValidationError("--length must be at least 1, not 0.") }
    }

    func run() async throws {
        let chosen = try benchmarks.map { name throws(EvaluationError) in try BenchmarkRegistry.benchmark(name) }
        let notes = common.notes
        try await Interruption.guarding(notes: notes) { cancellation in
            let model = try await modelOptions.open(threads: common.threads, memoryLimit: reading.memoryLimit, notes: notes)
            let haystack =
                try haystack.isEmpty
                ? Haystack.log(tokenizer: model.tokenizer) : Haystack(CorpusText.read(haystack), tokenizer: model.tokenizer)
            for benchmark in chosen {
                let run = EvaluationRun(
                    benchmark, model: model, reading: reading.options(frame: frame),
                    settings: EvaluationSettings(lengths: length.numbers, cases: cases, seed: seed), haystack: haystack,
                    folder: output + "/" + benchmark.name)
                try await show(perform(run, notes: notes, cancellation: cancellation))
            }
        }
    }

    private func perform(_ run: EvaluationRun, notes: Notes, cancellation: Cancellation) async throws -> EvaluationReport {
        let display = ProgressDisplay(notes: notes)
        defer { display.finish() }
        do {
            return try await run.perform(progress: display.handler, cancellation: cancellation)
        } catch is Interrupted {
            throw StoppedEarly(description: "interrupted; the same command goes on with what is missing in \(run.folder)")
        }
    }

    private func show(_ report: EvaluationReport) throws {
        let listing = EvaluationListing(report: report)
        if common.json {
            try StandardOutput().write(listing.json)
        } else {
            try StandardOutput().write(listing.text(isUnicode: Environment.isUnicode(Environment.all)))
        }
    }
}
