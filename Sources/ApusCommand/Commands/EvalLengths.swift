import ArgumentParser
import Diagnostics
import Evaluation
import ModelFiles
import Tensors
import Training

/// `apus eval lengths`: which ways to tell positions carry on beyond the lengths that were trained.
struct EvalLengths: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lengths",
        abstract: "Train small decoders on short examples, and compare ways to tell positions on longer ones.",
        discussion: """
            Tasks: \(LengthTaskRegistry.tasks.map { "\($0.name): \($0.summary)" }.joined(separator: " "))

            A decoder for each way to tell positions (\(Self.forms)) is trained alike: the same sizes, examples, steps and seed. It learns \
            lengths up to --trained and is tested on twice that; an answer is right if all of it is. A training that was interrupted goes \
            on when the command is given again with the same folder; one that is finished is only tested.

            With --json: {"task", "trained", "results": [{"positions", "within", "beyond", "lengths": [{"length", "accuracy", "interval"}], \
            "test_examples", "parameters", "steps", "tokens", "loss", "training_tokens_per_second"}]}.

            EXAMPLES
              apus eval lengths copy-rsc --trained 10 -o lengths
              apus eval lengths addition --positions none,rotary --steps 10000 -o lengths --plot addition.svg
            """)

    private static let forms = ClassifierShape.Positions.allCases.map(\.rawValue).joined(separator: ", ")

    @Argument(help: ArgumentHelp("\(LengthTaskRegistry.names.joined(separator: ", ")).", valueName: "task"))
    var task: String

    @Option(help: ArgumentHelp("Ways to tell positions, with commas between.", valueName: "way,…"))
    var positions = "none,t5,alibi,rotary,sines"

    @Option(help: ArgumentHelp("The longest examples that are learned; tests go to twice that. (As published.)", valueName: "n"))
    var trained: Int?

    @Option(help: ArgumentHelp("Steps of training.", valueName: "n"))
    var steps = 2_000

    @Option(help: ArgumentHelp("Examples of a step.", valueName: "n"))
    var batch = 64

    @Option(help: ArgumentHelp("The highest learning rate.", valueName: "rate"))
    var rate = 1e-3

    @Option(help: ArgumentHelp("Examples to test with, for each length.", valueName: "n"))
    var cases = 100

    @Option(help: ArgumentHelp("Layers.", valueName: "n"))
    var layers = 4

    @Option(help: ArgumentHelp("Width of the decoder, a quarter of that of its networks.", valueName: "n"))
    var width = 128

    @Option(help: ArgumentHelp("Heads.", valueName: "n"))
    var heads = 4

    @Option(help: ArgumentHelp("Of first weights and examples.", valueName: "n"))
    var seed: UInt64 = 0

    @Option(name: [.short, .long], help: ArgumentHelp("The folder to keep trainings in.", valueName: "folder"), completion: .directory)
    var output: String

    @Option(help: ArgumentHelp("Draw accuracy by length to an SVG file.", valueName: "file"), completion: .file())
    var plot: String?

    @Flag(help: "Remove the trainings of these kinds in the folder, and begin anew.")
    var restart = false

    @Flag(help: "Replace the picture if it exists.")
    var force = false

    @OptionGroup(title: "Common options")
    var common: CommonOptions

    func validate() throws {
        guard LengthTaskRegistry.task(named: task) != nil else {
            throw ValidationError("There is no task \"\(task)\"; there are \(LengthTaskRegistry.names.joined(separator: ", ")).")
        }
        _ = try kinds()
        for (name, value) in [("steps", steps), ("batch", batch), ("cases", cases)] where value < 1 {
            throw ValidationError("--\(name) must be at least 1, not \(value).")
        }
        if let trained, !(1...32).contains(trained) { throw ValidationError("--trained must be from 1 to 32, not \(trained).") }
        guard rate > 0, rate.isFinite else { throw ValidationError("--rate must be above 0, not \(rate).") }
        guard (1...1_000).contains(layers), (1...1 << 14).contains(width), (1...1_000).contains(heads), width.isMultiple(of: heads),
            (8...256).contains(width / heads)
        else { throw ValidationError("--width must be a multiple of --heads, with heads of 8 to 256 dimensions.") }
    }

    private func kinds() throws -> [ClassifierShape.Positions] {
        try positions.split(separator: ",", omittingEmptySubsequences: false).map { name in
            guard let kind = ClassifierShape.Positions(rawValue: String(name)) else {
                throw ValidationError("\"\(name)\" is no way to tell positions; there are \(Self.forms).")
            }
            return kind
        }
    }

    func run() async throws {
        guard let task = LengthTaskRegistry.task(named: task) else { return }
        if let plot { try NewFile.check(plot, force: force) }
        var settings = LengthSettings(longest: trained ?? task.publishedLength)
        (settings.layers, settings.width, settings.heads, settings.steps) = (layers, width, heads, steps)
        (settings.examplesPerStep, settings.learningRate, settings.testExamples, settings.seed) = (batch, rate, cases, seed)
        let kinds = try kinds(), notes = common.notes, final = settings
        let scores = try await Interruption.guarding(notes: notes) {
            try measured(kinds, task, final, notes: notes, cancellation: $0)
        }
        let listing = LengthListing(task: task.name, settings: settings, scores: scores), output = StandardOutput()
        if let plot, let chart = listing.chart { try AtomicFile.write(Array(chart.file.utf8), to: plot) }
        if common.json { try output.write(listing.json) } else { try output.write(listing.text) }
    }

    private func measured(
        _ kinds: [ClassifierShape.Positions], _ task: any LengthTask, _ settings: LengthSettings, notes: Notes, cancellation: Cancellation
    ) throws -> [LengthScore] {
        let compute = Compute(pool: WorkerPool(threads: common.threads ?? WorkerPool.machineThreads))
        let run = LengthRun(task, settings: settings, compute: compute)
        return try TrainingComparison(output: output, restart: restart, notes: notes).scores(of: kinds) { kind, beginning, progress in
            try run.score(
                kind, folder: "\(output)/\(task.name)-\(kind.rawValue)", beginning: beginning, progress: progress,
                cancellation: cancellation)
        }
    }
}
