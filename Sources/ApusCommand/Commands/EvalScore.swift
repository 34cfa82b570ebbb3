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
            or with an "index" each.

            With --json: {"benchmark", "metric", "records", "score", "interval", "percent", "figures", "groups": [{"name", "records", \
            "score", "interval", "percent"}], "not_scored"}. Scores go from 0 to 1, "percent" is the same from 0 to 100; intervals hold the \
            true score with a probability of 95%.

            EXAMPLES
              apus eval score leval --predictions quality.pred.jsonl
              apus eval score longbench-hotpotqa --predictions pred/hotpotqa.jsonl --json
              apus eval score longproc-countdown-0.5k --predictions replies.jsonl --data LongProc/data
            """)

    @Argument(help: ArgumentHelp("What the replies are to.", valueName: "benchmark"))
    var benchmark: String

    @Option(help: ArgumentHelp("The file of replies: a line of JSON for each, or one JSON array.", valueName: "file"), completion: .file())
    var predictions: String

    @OptionGroup
    var published: PublishedArguments

    @OptionGroup(title: "Common options")
    var common: CommonOptions

    func run() async throws {
        let scores = try PredictionScores(
            benchmark, predictions: predictions, folder: try published.folder(), segmenter: try published.segmenter())
        try common.show(PredictionListing(scores: scores))
    }
}

/// Where the records of published benchmarks are.
struct PublishedArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp("The folder with the records of a published benchmark, as its authors have it.", valueName: "folder"),
        completion: .directory)
    var data: String?

    @Option(
        help: ArgumentHelp(
            "The folder of an installed jieba 0.42.1, by which Chinese words are told apart. (default: characters count)",
            valueName: "folder"),
        completion: .directory)
    var jieba: String?

    func segmenter() throws -> WordSegmenter? { try jieba.map { try WordSegmenter(folder: $0) } }

    func folder() throws -> PublishedFolder? {
        guard let data else { return nil }
        return PublishedFolder(path: data, segmenter: try segmenter())
    }

    func add(to words: inout CommandWords) {
        words.add("--data", data)
        words.add("--jieba", jieba)
    }
}
