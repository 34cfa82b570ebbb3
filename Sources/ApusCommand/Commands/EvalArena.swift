import ArgumentParser
import Diagnostics
import Evaluation
import Tensors
import Training

/// `apus eval arena`: Long Range Arena, encoders trained from nothing with several kinds of attention.
struct EvalArena: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "arena",
        abstract: "Train small encoders on Long Range Arena's tasks, and compare kinds of attention.",
        discussion: """
            Tasks: \(ArenaRegistry.tasks.map { "\($0.name): \($0.summary)" }.joined(separator: " ")) ListOps and Pathfinder are generated; \
            the others need their authors' files.

            Every kind of attention (\(ClassifierAttention.forms)) is trained alike: the same sizes, examples, steps and seed. A training \
            that was interrupted goes on when the command is given again with the same folder; one that is finished is only tested.

            With --json: {"task", "results": [{"attention", "accuracy", "interval", "test_examples", "parameters", "steps", "tokens", \
            "loss", "training_tokens_per_second", "test_tokens_per_second"}]}.

            EXAMPLES
              apus eval arena listops --length 100 --attention full,local:16,linear -o arena
              apus eval arena pathfinder --dashes 6 --steps 4000 -o arena
              apus eval arena text --data aclImdb --length 1000 --attention longformer:64,bigbird:2 -o arena
            """)

    @Argument(help: ArgumentHelp("\(ArenaRegistry.names.joined(separator: ", ")).", valueName: "task"))
    var task: String

    @Option(help: ArgumentHelp("Kinds of attention, with commas between.", valueName: "kind,…"))
    var attention = "full"

    @Option(help: ArgumentHelp("The folder of the authors' files.", valueName: "folder"), completion: .directory)
    var data: String?

    @Option(help: ArgumentHelp("Tokens of the longest text; generated ones stay below it, others are cut. (As published.)", valueName: "n"))
    var length: Int?

    @Option(help: ArgumentHelp("Dashes of Pathfinder's lines: 6 is easy, 14 hard.", valueName: "n"))
    var dashes = 14

    @Option(help: ArgumentHelp("Steps of training.", valueName: "n"))
    var steps = 1_000

    @Option(help: ArgumentHelp("Examples of a step.", valueName: "n"))
    var batch = 32

    @Option(help: ArgumentHelp("The highest learning rate.", valueName: "rate"))
    var rate = 1e-3

    @Option(help: ArgumentHelp("Examples to test with, at most.", valueName: "n"))
    var cases = 1_000

    @Option(help: ArgumentHelp("Layers.", valueName: "n"))
    var layers: Int?

    @Option(help: ArgumentHelp("Width of the encoder, of its heads together, and half that of its networks.", valueName: "n"))
    var width: Int?

    @Option(help: ArgumentHelp("Heads.", valueName: "n"))
    var heads: Int?

    @Flag(help: "The sizes of the published baselines, in place of small ones.")
    var published = false

    @Option(help: ArgumentHelp("Of first weights and generated examples.", valueName: "n"))
    var seed: UInt64 = 0

    @Option(name: [.short, .long], help: ArgumentHelp("The folder to keep trainings in.", valueName: "folder"), completion: .directory)
    var output: String

    @Flag(help: "Remove the trainings of these kinds in the folder, and begin anew.")
    var restart = false

    @OptionGroup(title: "Common options")
    var common: CommonOptions

    func validate() throws {
        guard ArenaRegistry.task(named: task) != nil else {
            throw ValidationError("There is no task \"\(task)\"; there are \(ArenaRegistry.names.joined(separator: ", ")).")
        }
        _ = try kinds()
        for (name, value) in [("steps", steps), ("batch", batch), ("cases", cases), ("dashes", dashes)] where value < 1 {
            throw ValidationError("--\(name) must be at least 1, not \(value).")
        }
        if let length, !(8...1 << 20).contains(length) { throw ValidationError("--length must be from 8 to \(1 << 20), not \(length).") }
        guard rate > 0, rate.isFinite else { throw ValidationError("--rate must be above 0, not \(rate).") }
        guard (1...1_000).contains(sizes.layers), (1...1 << 14).contains(sizes.width), (1...1_000).contains(sizes.heads),
            sizes.attentionWidth.isMultiple(of: sizes.heads), (1...256).contains(sizes.attentionWidth / sizes.heads)
        else { throw ValidationError("--width must be a multiple of --heads, with heads of 256 dimensions at most.") }
    }

    private func kinds() throws -> [ClassifierAttention] {
        try attention.split(separator: ",", omittingEmptySubsequences: false).map { name in
            guard let kind = ClassifierAttention(String(name)) else {
                throw ValidationError("\"\(name)\" is no kind of attention; there are \(ClassifierAttention.forms).")
            }
            return kind
        }
    }

    private var sizes: ArenaSizes {
        var sizes = published ? ArenaRegistry.task(named: task)?.publishedSizes ?? .small : .small
        sizes.layers = layers ?? sizes.layers
        sizes.heads = heads ?? sizes.heads
        if let width { (sizes.width, sizes.attentionWidth, sizes.feedForward) = (width, width, 2 * width) }
        return sizes
    }

    func run() async throws {
        var options = ArenaOptions(), settings = ArenaSettings()
        (options.data, options.length, options.testExamples, options.seed, options.dashes) = (data, length, cases, seed, dashes)
        (settings.sizes, settings.steps, settings.examplesPerStep, settings.learningRate, settings.seed) = (sizes, steps, batch, rate, seed)
        let kinds = try kinds(), notes = common.notes, run = (options, settings)
        let scores = try await Interruption.guarding(notes: notes) {
            try measured(kinds, run.0, run.1, notes: notes, cancellation: $0)
        }
        let listing = ArenaListing(task: task, scores: scores), output = StandardOutput()
        if common.json { try output.write(listing.json) } else { try output.write(listing.text) }
    }

    private func measured(
        _ kinds: [ClassifierAttention], _ options: ArenaOptions, _ settings: ArenaSettings, notes: Notes, cancellation: Cancellation
    ) throws -> [ArenaScore] {
        guard let type = ArenaRegistry.task(named: task) else { return [] }
        let task = try type.init(options)
        let compute = Compute(pool: WorkerPool(threads: common.threads ?? WorkerPool.machineThreads))
        let run = ArenaRun(task, options: options, settings: settings, compute: compute)
        return try TrainingComparison(output: output, restart: restart, notes: notes).scores(of: kinds) { kind, beginning, progress in
            let name = kind.description.replacingOccurrences(of: ":", with: "-")
            return try run.score(
                kind, folder: "\(output)/\(type.name)-\(name)", beginning: beginning, progress: progress, cancellation: cancellation)
        }
    }
}
