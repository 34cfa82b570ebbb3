import ArgumentParser
import Diagnostics
import Evaluation

/// `apus eval score`: what published replies are worth.
struct EvalScore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "Score a published file of replies, without a model.",
        discussion: """
            Takes files of replies as LongBench, L-Eval, Ada-LEval, LongICLBench and LongProc have them, a results.jsonl that `apus eval` \
            wrote, and LongChat's for longchat-lines. The name of a suite will do where the file's name is that of a task: \
            quality.pred.jsonl. Files that do not hold what replies are scored by need the benchmark's own records (--data), in their order \
            or with an "index" each. Programs are scored only with --allow-code-execution.

            With --json: {"benchmark", "metric", "records", "score", "interval", "percent", "figures", "groups": [{"name", "records", \
            "score", "interval", "percent"}], "not_scored"}. Scores go from 0 to 1, "percent" is the same from 0 to 100; intervals hold the \
            true score with a probability of 95%.

            EXAMPLES
              apus eval score leval --predictions quality.pred.jsonl
              apus eval score longbench-hotpotqa --predictions pred/hotpotqa.jsonl --json
              apus eval score longproc-countdown-0.5k --predictions replies.jsonl --data LongProc/data
              apus eval score longproc-pseudo_to_code-0.5k --predictions replies.jsonl --data LongProc/data --allow-code-execution
            """)

    @Argument(help: ArgumentHelp("What the replies are to.", valueName: "benchmark"))
    var benchmark: String

    @Option(help: ArgumentHelp("The file of replies: a line of JSON for each, or one JSON array.", valueName: "file"), completion: .file())
    var predictions: String

    @OptionGroup
    var published: PublishedArguments

    @OptionGroup
    var programs: ProgramArguments

    @OptionGroup(title: "Common options")
    var common: CommonOptions

    func run() async throws {
        let chosen = try BenchmarkRegistry.benchmarks([benchmark]), folders = try published.folders()
        if let unused = folders.unused(by: chosen) {
            throw ValidationError("--data is for replies to published records, and \(unused) is for none of these; leave it out.")
        }
        let sandbox = try programs.sandbox(for: chosen)
        let scores = try await Interruption.guarding(notes: common.notes) { cancellation in
            let display = ProgressDisplay(notes: common.notes)
            defer { display.finish() }
            return try PredictionScores(
                benchmark, predictions: predictions, folders: folders, sandbox: sandbox, progress: display.handler,
                cancellation: cancellation)
        }
        try common.show(PredictionListing(scores: scores))
    }
}
