import Diagnostics
import Tensors

@testable import Training

/// A model whose loss is how far its weights are from what batches say: each token names a weight, and its target the value, in tenths.
final class ToyModel: Trainable {
    let parameters: ParameterSet
    private(set) var refreshes = 0
    /// Called before each part of a batch, with how many parts there were.
    var beforePart: (Int) -> Void = { _ in }
    /// Thrown in place of the next gradient, once it is there.
    var dies: (any Error)?
    private var parts = 0

    init() {
        func parameter(_ name: String, _ shape: [Int], decays: Bool) -> Parameter {
            let count = shape.reduce(1, *)
            let value = Tensor(rows: count / (shape.last ?? 1), columns: shape.last ?? 1, (0..<count).map { Float($0 % 5) / 10 })
            return Parameter(name: name, shape: shape, value: value, decays: decays)
        }
        parameters = ParameterSet([parameter("blk.0.attn_q.weight", [6, 4], decays: true), parameter("norm.weight", [8], decays: false)])
    }

    func loss(of batch: PackedBatch) -> LossSum { sum(batch) { _, _, _ in } }

    func accumulateGradients(of batch: PackedBatch, scale: Float) throws -> LossSum {
        beforePart(parts)
        if let dies { throw dies }
        parts += 1
        return sum(batch) { parameter, place, slope in parameter.gradient.values[place] += scale * slope }
    }

    func refresh() { refreshes += 1 }

    private func sum(_ batch: PackedBatch, _ add: (Parameter, Int, Float) -> Void) -> LossSum {
        var loss = LossSum()
        for (token, (target, weight)) in zip(batch.tokens, zip(batch.targets, batch.weights)) {
            let place = Int(token) % 32, parameter = parameters.all[place < 24 ? 0 : 1], index = place < 24 ? place : place - 24
            let difference = parameter.value.values[index] - Float(target) / 10
            add(parameter, index, 2 * difference * weight)
            loss += LossSum(sum: Double(difference * difference * weight), weight: Double(weight))
        }
        return loss
    }

    var values: [[Float]] { parameters.map(\.value.array) }
}

/// Batches of three parts, drawn at random.
struct ToyStream: BatchStream {
    struct State: Codable, Hashable, Sendable {
        var random = CorpusRandom(seed: 7)
        var given = 0
    }

    var state = State()
    /// A step from which on targets are beyond all numbers.
    var breaksAt: Int?

    mutating func next() -> [PackedBatch] {
        state.given += 1
        return (0..<3).map { part in
            let count = 5 + part
            let tokens = (0..<count).map { _ in Int32(state.random.below(32)) }
            let targets = (0..<count).map { _ in Int32(state.random.below(10)) }
            let weight: Float = breaksAt.map { state.given >= $0 } ?? false ? .infinity : 1
            return PackedBatch(
                tokens: tokens, targets: targets, weights: Array(repeating: weight, count: count), sequences: [.init(count: count)])
        }
    }
}

/// A training of the toy in a folder.
struct ToyTraining {
    let folder: TrainingFolder
    var steps = 40
    var stopsAfter: Int?
    var checkpointInterval = 6
    var averagesFrom: Int? = 20
    var settings = ["optimizer.rate": "0.05"]
    var stream = ToyStream()
    var usesMuon = false

    init(in path: String) { folder = TrainingFolder(path: path) }

    static func compute(threads: Int = 1) -> Compute { Compute(pool: WorkerPool(threads: threads)) }

    /// Runs, and gives the outcome and the model as it then is.
    func run(
        _ beginning: TrainingBeginning = .fresh, model: ToyModel = ToyModel(), cancellation: Cancellation = Cancellation(),
        progress: ProgressHandler = { _ in }
    ) throws -> (outcome: TrainingOutcome, model: ToyModel) {
        let compute = Self.compute(), parameters = model.parameters.all
        var plan = TrainingPlan(
            schedule: LearningRateSchedule(curve: .cosine, peak: 0.05, warmupSteps: 5, finalShare: 0.1, steps: steps), clip: 0.5,
            checkpointInterval: checkpointInterval, evaluationInterval: 4, averagesFrom: averagesFrom, stopsAfter: stopsAfter,
            batchTokens: 18)
        plan.settings = settings
        var heldOut = ToyStream()
        heldOut.state.random = CorpusRandom(seed: 99)
        let optimizer: any Optimizer = usesMuon ? Muon(parameters, compute: compute) : AdamW(parameters, compute: compute)
        let trainer = try Trainer(
            model, stream: stream, heldOut: heldOut.next(), optimizer: optimizer, plan: plan, folder: folder, beginning: beginning,
            compute: compute)
        return (try trainer.run(progress: progress, cancellation: cancellation), model)
    }
}

extension TrainingMetrics {
    /// The line without what depends on the clock.
    var timeless: TrainingMetrics {
        var timeless = self
        timeless.seconds = 0
        timeless.tokensPerSecond = 0
        return timeless
    }
}
