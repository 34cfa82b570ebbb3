import Diagnostics
import Tensors
import Training

/// How encoders are trained on a task, alike for all kinds of attention.
package struct ArenaSettings: Hashable, Sendable {
    package var sizes = ArenaSizes.small
    package var steps = 1_000
    package var examplesPerStep = 32
    package var learningRate = 1e-3
    package var seed: UInt64 = 0
    package var precision = TrainingOptions.Precision.float32
    /// About how many tokens go through the encoder at a time.
    package var tokensAtOnce = 8_192

    package init() {}
}

/// What an encoder with one kind of attention came to.
package struct ArenaScore: Sendable {
    package let attention: ClassifierAttention
    /// The share of test examples whose class was found, and where it lies with a probability of 95%.
    package let accuracy: Double
    package let interval: ConfidenceInterval
    package let testExamples: Int
    package let parameters: Int
    package let outcome: TrainingOutcome
    /// When classes are only read off.
    package let testTokensPerSecond: Double
}

/// Trains an encoder on a task and tests it. Killed and begun again in the same folder it goes on where it was.
package struct ArenaRun {
    private let task: any ArenaTask
    private let options: ArenaOptions
    private let settings: ArenaSettings
    private let compute: Compute

    package init(_ task: any ArenaTask, options: ArenaOptions, settings: ArenaSettings, compute: Compute) {
        self.task = task
        self.options = options
        self.settings = settings
        self.compute = compute
    }

    /// - Parameters:
    ///   - folder: for checkpoints and metrics of this kind of attention.
    ///   - beginning: what to do with a training that lies there.
    /// - Returns: nil where somebody asked to stop.
    /// - Throws: `TrainingError` for a folder with a training of other settings, a loss that is no number, a full disk.
    package func score(
        _ attention: ClassifierAttention, folder: String, beginning: TrainingBeginning = .resume,
        progress: @escaping ProgressHandler = { _ in }, cancellation: Cancellation = Cancellation()
    ) throws -> ArenaScore? {
        let kind = type(of: task), sizes = settings.sizes
        let hasFirst = kind.pooling == .first
        let shape = ClassifierShape(
            vocabulary: task.vocabulary + (hasFirst ? 1 : 0), classes: task.classes, layers: sizes.layers, width: sizes.width,
            heads: sizes.heads, headDim: sizes.attentionWidth / sizes.heads, feedForward: sizes.feedForward,
            context: task.longest + (hasFirst ? 1 : 0), pooling: kind.pooling, positions: kind.positions,
            textsPerExample: kind.textsPerExample)
        let model = try TrainedClassifier(
            shape, attention: attention, seed: settings.seed, precision: settings.precision, compute: compute)
        let packer = ArenaPacker(first: hasFirst ? Int32(task.vocabulary) : nil, tokensPerBatch: settings.tokensAtOnce)
        let stream = ArenaStream(task, examplesPerStep: settings.examplesPerStep, packer: packer, seed: settings.seed)
        let trainer = try Trainer(
            model, stream: stream, heldOut: [], optimizer: AdamW(model.parameters.all, options: Self.adam, compute: compute),
            plan: plan(attention), folder: TrainingFolder(path: folder), beginning: beginning, compute: compute)
        let outcome = try trainer.run(progress: progress, cancellation: cancellation)
        guard outcome.isComplete else { return nil }
        return try test(model, packer, outcome, progress: progress, cancellation: cancellation)
    }

    /// As the published baselines have it.
    private static var adam: AdamWOptions {
        var options = AdamWOptions()
        (options.firstDecay, options.secondDecay, options.epsilon, options.weightDecay) = (0.9, 0.98, 1e-9, 0.1)
        return options
    }

    private func plan(_ attention: ClassifierAttention) -> TrainingPlan {
        let schedule = LearningRateSchedule(
            curve: .cosine, peak: settings.learningRate, warmupSteps: max(1, settings.steps / 20), steps: settings.steps)
        let sizes = settings.sizes
        let told: [String: String] = [
            "task": type(of: task).name, "--attention": "\(attention)", "--data": options.data ?? "none", "--length": "\(task.longest)",
            "--dashes": "\(options.dashes)", "--cases": "\(options.testExamples)", "--seed": "\(settings.seed)",
            "--steps": "\(settings.steps)", "--batch": "\(settings.examplesPerStep)", "--rate": "\(settings.learningRate)",
            "--layers": "\(sizes.layers)", "--width": "\(sizes.width)", "--heads": "\(sizes.heads)",
            "width of heads": "\(sizes.attentionWidth)", "width of networks": "\(sizes.feedForward)",
            "precision": settings.precision.rawValue,
        ]
        return TrainingPlan(
            schedule: schedule, clip: 1, checkpointInterval: max(50, settings.steps / 20), evaluationInterval: settings.steps,
            batchTokens: settings.examplesPerStep * task.longest * type(of: task).textsPerExample,
            settings: told)
    }

    private func test(
        _ model: TrainedClassifier, _ packer: ArenaPacker, _ outcome: TrainingOutcome, progress: ProgressHandler, cancellation: Cancellation
    ) throws -> ArenaScore? {
        let batches = packer.batches((0..<task.testCount).map { task.example(.test, $0) })
        var right: [Double] = [], tokens = 0
        let began = ContinuousClock.now
        for (batch, labels) in batches {
            if cancellation.isCancelled { return nil }
            right += zip(try model.predictions(of: batch), labels).map { $0 == $1 ? 1 : 0 }
            tokens += batch.tokens.count
            progress(Progress("Testing", completed: right.count, total: task.testCount, unit: "texts"))
        }
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        return ArenaScore(
            attention: model.attention, accuracy: right.reduce(0, +) / Double(max(1, right.count)), interval: ConfidenceInterval(of: right),
            testExamples: right.count, parameters: model.parameters.trainedCount, outcome: outcome,
            testTokensPerSecond: Double(tokens) / max(seconds, 1e-9))
    }
}
