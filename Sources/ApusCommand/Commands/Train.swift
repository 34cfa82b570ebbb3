import ArgumentParser
import Diagnostics
import Tensors
import Training

/// `apus train`: makes or betters a model as a recipe says.
struct Train: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train a model as a recipe says.",
        discussion: """
            A recipe is a YAML file: which model (a new one, or one to go on from, whole or by adapters), which texts, how long and how \
            fast; docs/training.md lists all keys. The output folder gets a checkpoint, metrics.jsonl with a line for each step, \
            loss.svg, and in the end the finished model.

            After Ctrl-C, or if the machine stops, the same command with --resume goes on from the last checkpoint, and comes to the \
            same losses, bit for bit, as if nothing had happened.

            With --json: {"output", "steps", "total_steps", "tokens", "seconds", "tokens_per_second", "parameters", "loss", \
            "held_out_loss", "held_out_bits_per_byte", "exports"}. Losses are in nats a token; tokens_per_second is the median of the steps.

            EXAMPLES
              apus train Recipes/tiny.yaml
              apus train Recipes/tiny.yaml --resume
              apus train story.yaml -o runs/story-2 --steps 500
            """)

    @Argument(help: ArgumentHelp("The recipe.", valueName: "recipe"), completion: .file(extensions: ["yaml", "yml"]))
    var recipe: String

    @Option(
        name: [.short, .long], help: ArgumentHelp("The folder to write to, in place of the recipe's.", valueName: "folder"),
        completion: .directory)
    var output: String?

    @Flag(help: "Go on with the training in the folder, if there is one.")
    var resume = false

    @Flag(help: "Remove the training in the folder, and begin anew.")
    var restart = false

    @Option(help: ArgumentHelp("Stop after this step, though the recipe goes on; --resume goes on from it.", valueName: "n"))
    var steps: Int?

    @OptionGroup
    var common: CommonOptions

    func validate() throws {
        if resume && restart { throw ValidationError("--resume and --restart exclude each other.") }
        if let steps, steps < 1 { throw ValidationError("--steps must be at least 1, not \(steps).") }
    }

    func run() async throws {
        let recipe = try TrainingRecipe(path: recipe, output: output)
        let notes = common.notes
        let report = try await Interruption.guarding(notes: notes) { try train(recipe, notes: notes, cancellation: $0) }
        let told = TrainingReport(report)
        guard report.outcome.isComplete || report.outcome.steps == steps else { throw told.stopped(recipe: self.recipe) }
        if common.json { try StandardOutput().write(told.json) }
        notes.note(told.note)
    }

    private func train(_ recipe: TrainingRecipe, notes: Notes, cancellation: Cancellation) throws -> TrainingRun.Report {
        let display = ProgressDisplay(notes: notes)
        defer { display.finish() }
        do {
            let material = try TrainingMaterial(recipe, progress: display.handler, cancellation: cancellation)
            let compute = Compute(pool: WorkerPool(threads: common.threads ?? WorkerPool.machineThreads))
            return try TrainingRun(material, compute: compute).perform(
                beginning: resume ? .resume : restart ? .restart : .fresh, stopsAfter: steps, progress: display.handler,
                cancellation: cancellation)
        } catch is Interrupted {
            throw StoppedEarly(description: "interrupted; every step that was made is kept, and --resume goes on from the last")
        }
    }
}
