import Diagnostics
import Tensors
import Training

/// How decoders are trained on a task, alike for all ways to tell positions.
package struct LengthSettings: Hashable, Sendable {
    package var layers = 4
    package var width = 128
    package var heads = 4
    /// The longest examples that are trained; tests go to twice that.
    package var longest: Int
    package var steps = 2_000
    package var examplesPerStep = 64
    package var learningRate = 1e-3
    /// For each length.
    package var testExamples = 100
    package var seed: UInt64 = 0

    package init(longest: Int) { self.longest = longest }
}

/// What a decoder with one way to tell positions came to.
package struct LengthScore: Sendable {
    package struct Length: Sendable {
        package let length: Int
        /// The share of whole answers that were right, and where it lies with a probability of 95%.
        package let accuracy: Double
        package let interval: ConfidenceInterval
    }

    package let positions: ClassifierShape.Positions
    /// From 1 to twice the longest that was trained.
    package let lengths: [Length]
    package let parameters: Int
    package let outcome: TrainingOutcome

    /// The mean over lengths that were trained.
    package var within: Double { mean(lengths.prefix(lengths.count / 2)) }
    /// The mean over longer ones.
    package var beyond: Double { mean(lengths.suffix(lengths.count / 2)) }

    private func mean(_ lengths: ArraySlice<Length>) -> Double {
        lengths.reduce(0) { $0 + $1.accuracy } / Double(max(1, lengths.count))
    }
}

/// Trains a small decoder on a task's short examples and tests it on longer ones. Killed and begun again in the same folder it goes on where it
/// was.
///
/// Scores are not divided by the root of a head's dimensions, as in the paper. An answer is right if every word of it is the likeliest one
/// behind what stands before it, which is when greedy decoding gives all of it.
package struct LengthRun {
    private let task: any LengthTask
    private let settings: LengthSettings
    private let compute: Compute
    private let vocabulary: LengthVocabulary
    /// A batch for each length from 1 on.
    private let tests: [PackedBatch]

    package init(_ task: any LengthTask, settings: LengthSettings, compute: Compute) {
        self.task = task
        self.settings = settings
        self.compute = compute
        let vocabulary = LengthVocabulary(task.words)
        self.vocabulary = vocabulary
        tests = (1...2 * settings.longest).map { length in
            // None of the examples depends on how many there are.
            let examples = (0..<settings.testExamples).map { number in
                var random = CorpusRandom(seed: settings.seed, 1, length, number)
                return task.example(length: length, &random)
            }
            return vocabulary.batch(of: examples)
        }
    }

    /// - Parameters:
    ///   - folder: for checkpoints and metrics of these positions.
    ///   - beginning: what to do with a training that lies there.
    /// - Returns: nil where somebody asked to stop.
    /// - Throws: `TrainingError` for a folder with a training of other settings, a loss that is no number, a full disk.
    package func score(
        _ positions: ClassifierShape.Positions, folder: String, beginning: TrainingBeginning = .resume,
        progress: @escaping ProgressHandler = { _ in }, cancellation: Cancellation = Cancellation()
    ) throws -> LengthScore? {
        let longest = tests.flatMap { $0.sequences.map(\.count) }.max() ?? 1
        var shape = ClassifierShape(
            vocabulary: vocabulary.count, classes: vocabulary.count, layers: settings.layers, width: settings.width, heads: settings.heads,
            headDim: settings.width / settings.heads, feedForward: 4 * settings.width, context: 2 * longest, pooling: .each,
            positions: positions)
        shape.scalesScores = false
        let model = try TrainedClassifier(shape, attention: .causal, seed: settings.seed, compute: compute)
        let stream = LengthStream(
            task: task, vocabulary: vocabulary, longest: settings.longest, examplesPerStep: settings.examplesPerStep, seed: settings.seed)
        let trainer = try Trainer(
            model, stream: stream, heldOut: [], optimizer: AdamW(model.parameters.all, options: AdamWOptions(), compute: compute),
            plan: plan(positions), folder: TrainingFolder(path: folder), beginning: beginning, compute: compute)
        let outcome = try trainer.run(progress: progress, cancellation: cancellation)
        guard outcome.isComplete else { return nil }
        var lengths: [LengthScore.Length] = []
        for (place, batch) in tests.enumerated() {
            if cancellation.isCancelled { return nil }
            let right = try whole(model.predictions(of: batch), batch)
            lengths.append(
                LengthScore.Length(
                    length: place + 1, accuracy: right.reduce(0, +) / Double(right.count), interval: ConfidenceInterval(of: right)))
            progress(Progress("Testing", completed: place + 1, total: tests.count, unit: "lengths"))
        }
        return LengthScore(positions: positions, lengths: lengths, parameters: model.parameters.trainedCount, outcome: outcome)
    }

    /// 1 for each sequence of which every target that counts was predicted, 0 for the others.
    private func whole(_ predictions: [Int], _ batch: PackedBatch) -> [Double] {
        var predictions = predictions[...]
        return batch.ranges.map { range in
            let targets = range.filter { batch.weights[$0] != 0 }.map { Int(batch.targets[$0]) }
            defer { predictions = predictions.dropFirst(targets.count) }
            return Array(predictions.prefix(targets.count)) == targets ? 1 : 0
        }
    }

    private func plan(_ positions: ClassifierShape.Positions) -> TrainingPlan {
        let schedule = LearningRateSchedule(
            curve: .cosine, peak: settings.learningRate, warmupSteps: max(1, settings.steps * 6 / 100), steps: settings.steps)
        let told: [String: String] = [
            "task": task.name, "--positions": positions.rawValue, "--trained": "\(settings.longest)", "--seed": "\(settings.seed)",
            "--steps": "\(settings.steps)", "--batch": "\(settings.examplesPerStep)", "--rate": "\(settings.learningRate)",
            "--layers": "\(settings.layers)", "--width": "\(settings.width)", "--heads": "\(settings.heads)",
        ]
        return TrainingPlan(
            schedule: schedule, clip: 1, checkpointInterval: max(50, settings.steps / 10), evaluationInterval: settings.steps,
            batchTokens: settings.examplesPerStep * 2 * settings.longest, settings: told)
    }
}
