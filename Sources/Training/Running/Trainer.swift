import Diagnostics
import ModelFiles
import Tensors

/// Trains a model on a stream of batches, and saves what it needs to go on as if it had never stopped.
///
/// Killed at any moment and begun again, it comes to the same weights and the same losses, bit for bit: the checkpoint holds weights,
/// moments, average and the place in the stream, and metrics written after it are forgotten.
package final class Trainer<Model: Trainable, Stream: BatchStream> {
    private typealias State = TrainingState<Stream.State>

    private let model: Model
    private let optimizer: any Optimizer
    private let average: WeightAverage?
    private let compute: Compute
    private let plan: TrainingPlan
    private let heldOut: [PackedBatch]
    private let examination: (() throws -> [LookupScore])?
    private let folder: TrainingFolder
    private let lock: FolderLock
    private let metrics: MetricsFile
    private var stream: Stream
    private var state: State
    /// The step of the last checkpoint.
    private var savedStep: Int?
    private let resumedTokens: Int
    /// What share of each class of cases was answered last.
    private var lookups: [Double] = []

    /// Begins a training, or goes on with the one that lies in the folder.
    /// - Parameters:
    ///   - heldOut: batches that are never learned from.
    ///   - examination: asks the model what is told of it beside the loss on them.
    ///   - beginning: what to do with a training that is there already.
    /// - Throws: `TrainingError` for a folder in use, a training with other settings, a damaged checkpoint.
    package init(
        _ model: Model, stream: Stream, heldOut: [PackedBatch], examination: (() throws -> [LookupScore])? = nil, optimizer: any Optimizer,
        plan: TrainingPlan, folder: TrainingFolder,
        beginning: TrainingBeginning = .fresh, compute: Compute
    ) throws {
        lock = try folder.lock()
        try beginning.prepare(folder)
        self.model = model
        self.optimizer = optimizer
        self.compute = compute
        self.plan = plan
        self.heldOut = heldOut
        self.examination = examination
        self.folder = folder
        self.stream = stream
        average = plan.averagesFrom.map { _ in WeightAverage(of: model.parameters, compute: compute) }
        state = State(settings: plan.settings, stream: stream.state)
        let checkpoint = folder.checkpoints.last
        if let checkpoint { state = try checkpoint.readState(State.self) }
        metrics = try MetricsFile(path: folder.metricsFile, keeping: state.metricsBytes, of: checkpoint)
        savedStep = checkpoint?.step
        resumedTokens = state.tokens
        if let checkpoint { try resume(from: checkpoint) }
    }

    private func resume(from checkpoint: Checkpoint) throws {
        guard state.version == State.currentVersion, state.step == checkpoint.step else {
            throw checkpoint.damaged("it is of another version or another step")
        }
        if let (key, before, now) = state.difference(from: plan.settings) {
            throw TrainingError.otherRecipe(folder: folder.path, key: key, before: before, now: now)
        }
        guard stream.fits(state.stream) else { throw checkpoint.damaged("it was made with other data than the recipe's") }
        average?.steps = state.averagedSteps
        try checkpoint.read(into: tensors)
        stream.state = state.stream
        model.refresh()
    }

    /// What a checkpoint holds beside the state.
    private var tensors: [Checkpoint.Group] {
        [
            ("weights.safetensors", model.parameters.map { ($0.name, $0.value) }), ("moments.safetensors", optimizer.memory),
            ("average.safetensors", state.averagedSteps > 0 ? average?.memory ?? [] : []),
        ].filter { !$0.1.isEmpty }
    }
}

// MARK: - The loop

extension Trainer {
    /// Trains until all steps are done or somebody asks to stop.
    /// - Returns: how far it came. Whatever ended it, unless an error is thrown the last step is in a checkpoint.
    /// - Throws: `TrainingError` where a loss or a gradient is no number or a file cannot be written; the last checkpoint stays.
    package func run(progress: ProgressHandler = { _ in }, cancellation: Cancellation = Cancellation()) throws -> TrainingOutcome {
        while state.step < plan.end, !cancellation.isCancelled {
            let began = ContinuousClock.now, before = stream.state
            let parts = try stream.next()
            guard let loss = try accumulate(parts, cancellation) else {
                stream.state = before
                break
            }
            let rate = plan.schedule.rate(at: state.step)
            let norm = try update(rate: rate)
            try settle(loss, norm: norm, rate: rate, tokens: parts.reduce(0) { $0 + $1.tokens.count }, began: began)
            progress(self.progress(loss))
        }
        try save()
        return try outcome()
    }

    /// Adds up the gradient of the mean loss over all parts of a batch.
    /// - Returns: the mean loss; nil if somebody asked to stop, and then the gradient is of no use.
    private func accumulate(_ parts: [PackedBatch], _ cancellation: Cancellation) throws -> Double? {
        let weight = parts.reduce(0) { $0 + $1.totalWeight }
        guard weight > 0 else { throw TrainingError.nothingToLearn(step: state.step + 1) }
        model.parameters.clearGradients()
        var loss = LossSum()
        for part in parts {
            if cancellation.isCancelled { return nil }
            loss += try model.accumulateGradients(of: part, scale: Float(1 / weight))
        }
        try requireFinite(loss.mean, .loss)
        return loss.mean
    }

    /// Changes the weights.
    /// - Returns: the length of the gradient.
    private func update(rate: Double) throws -> Double {
        let norm = WholeGradient.norm(of: model.parameters, compute: compute)
        try requireFinite(norm, .gradient)
        optimizer.step(state.step + 1, rate: rate, gradientScale: WholeGradient.scale(norm: norm, limit: plan.clip))
        model.refresh()
        if let first = plan.averagesFrom, state.step >= first { average?.add() }
        return norm
    }

    /// Counts the step, looks at the held-out part, writes the metrics and a checkpoint, if they are due.
    private func settle(_ loss: Double, norm: Double, rate: Double, tokens: Int, began: ContinuousClock.Instant) throws {
        state.step += 1
        state.tokens += tokens
        state.averagedSteps = average?.steps ?? 0
        let trainingSeconds = (ContinuousClock.now - began) / .seconds(1)
        let isDue = state.step.isMultiple(of: plan.evaluationInterval) || state.step == plan.schedule.steps
        let heldOutLoss = isDue ? try evaluate() : nil, streamLosses = isDue ? try stream.samples().map { try self.loss(of: $0) } : []
        let scores = isDue ? try examination?() ?? [] : []
        if !scores.isEmpty { lookups = scores.map(\.total.accuracy) }
        state.seconds += (ContinuousClock.now - began) / .seconds(1)
        try metrics.append(
            TrainingMetrics(
                step: state.step, loss: loss, heldOutLoss: heldOutLoss,
                streamLosses: streamLosses, lookupAccuracy: Dictionary(scores.map { ($0.kind, $0.total.accuracy) }) { $1 },
                learningRate: rate, gradientNorm: norm, tokens: state.tokens,
                tokensPerSecond: Double(tokens) / max(trainingSeconds, 1e-9), seconds: state.seconds))
        if state.step.isMultiple(of: plan.checkpointInterval) { try save() }
    }

    /// - Parameter step: what to name in the error; nil: the step that is being made.
    private func requireFinite(_ value: Double, _ quantity: TrainingError.Quantity, step: Int? = nil) throws(TrainingError) {
        guard !value.isFinite else { return }
        throw .notFinite(quantity, step: step ?? state.step + 1, saved: savedStep, folder: folder.path)
    }
}

// MARK: - Looking and saving

extension Trainer {
    /// The mean loss on the held-out part; nil if there is none.
    private func evaluate() throws -> Double? {
        heldOut.isEmpty ? nil : try loss(of: heldOut)
    }

    private func loss(of batches: [PackedBatch]) throws -> Double {
        var loss = LossSum()
        for batch in batches { loss += try model.loss(of: batch) }
        return loss.mean
    }

    /// Writes a checkpoint of the last step, in place of the one before, and draws the curve.
    private func save() throws {
        guard state.step > 0, savedStep != state.step else { return }
        for parameter in model.parameters {
            try requireFinite(compute.sumOfSquares(parameter.value), .weight, step: state.step)
        }
        try metrics.synchronize()
        state.metricsBytes = metrics.byteCount
        state.stream = stream.state
        try folder.checkpoint(after: state.step).write(state, tensors)
        savedStep = state.step
        folder.removeRemains()
        try LossCurve(metrics.metrics, steps: plan.schedule.steps).write(to: folder.curveFile)
    }

    /// Leaves the averaged weights in the model, if there are any, once all is done.
    private func outcome() throws -> TrainingOutcome {
        var outcome = TrainingOutcome(
            steps: state.step, totalSteps: plan.schedule.steps, tokens: state.tokens, seconds: state.seconds, metrics: metrics.metrics)
        guard outcome.isComplete, let average, average.steps > 0 else { return outcome }
        average.exchange()
        model.refresh()
        outcome.averagedHeldOutLoss = try evaluate()
        return outcome
    }

    private func progress(_ loss: Double) -> Progress {
        Progress(
            "Training", completed: state.tokens, total: state.tokens + (plan.schedule.steps - state.step) * plan.batchTokens,
            resumed: resumedTokens,
            detail: "step \(state.step) of \(plan.schedule.steps), loss \(LossCurve.label(loss))\(lookupDetail)")
    }

    private var lookupDetail: String {
        guard !lookups.isEmpty else { return "" }
        return ", lookups " + lookups.map { "\(Int((100 * $0).rounded()))" }.joined(separator: "/") + "%"
    }
}
