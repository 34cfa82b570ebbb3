import Diagnostics
import Foundation
import ModelFiles
import Models
import Tensors

/// A training as a recipe describes it, from the first step to the finished model.
package struct TrainingRun {
    /// What came of it.
    package struct Report: Sendable {
        package let outcome: TrainingOutcome
        package let folder: String
        /// Numbers that were trained.
        package let parameters: Int
        /// The files and folders of the finished model; none if the training stopped before its end.
        package let exports: [String]
        /// On the held-out part, in the end.
        package let heldOutBitsPerByte: Double?
    }

    private let material: TrainingMaterial
    private let compute: Compute

    private var recipe: TrainingRecipe { material.recipe }

    package init(_ material: TrainingMaterial, compute: Compute) {
        self.material = material
        self.compute = compute
    }

    /// Trains, and writes the finished model.
    /// - Parameter stopsAfter: a step after which the run ends, as if it had been interrupted.
    package func perform(
        beginning: TrainingBeginning, stopsAfter: Int? = nil, progress: @escaping ProgressHandler = { _ in },
        cancellation: Cancellation = Cancellation()
    ) throws -> Report {
        try requireMemory()
        let decoder = try TrainedDecoder(source: material.source, compute: compute, options: recipe.options)
        let outcome = try train(
            decoder, on: material.stream(), beginning: beginning, stopsAfter: stopsAfter, progress: progress, cancellation: cancellation)
        let exports = outcome.isComplete ? try export(decoder, progress: progress, cancellation: cancellation) : []
        let bits = outcome.heldOutLoss.flatMap { loss in material.bytesPerToken.map { loss / log(2) / $0 } }
        return Report(
            outcome: outcome, folder: recipe.output, parameters: decoder.parameters.trainedCount, exports: exports,
            heldOutBitsPerByte: bits)
    }

    /// Master, gradient and two moments of each number, and its mean if there is to be one; and activations.
    private func requireMemory() throws {
        let memory = try material.memory(), available = Int(clamping: ProcessInfo.processInfo.physicalMemory)
        guard memory.byteCount > available else { return }
        throw TrainingError.notEnoughMemory(
            weightBytes: memory.weightBytes, activationBytes: memory.activationBytes, tokens: memory.tokens, available: available)
    }

    private func train(
        _ decoder: TrainedDecoder, on stream: some BatchStream, beginning: TrainingBeginning, stopsAfter: Int?,
        progress: @escaping ProgressHandler, cancellation: Cancellation
    ) throws -> TrainingOutcome {
        let settings = recipe.settings.merging(["the content of data.texts": material.textFingerprint.description]) { $1 }
        let plan = TrainingPlan(
            schedule: recipe.learningRates, clip: recipe.clip, checkpointInterval: recipe.checkpointInterval,
            evaluationInterval: recipe.evaluationInterval, averagesFrom: recipe.averagesFrom, stopsAfter: stopsAfter,
            batchTokens: recipe.step.tokens, settings: settings)
        let benchmarks = try material.lookupBenchmarks()
        let examination = { [tokens = recipe.step.tokensPerPart] in
            try benchmarks.map { try $0.score(decoder, tokensPerBatch: tokens) }
        }
        let trainer = try Trainer(
            decoder, stream: stream, heldOut: material.heldOutBatches(), examination: examination, optimizer: optimizer(for: decoder),
            plan: plan,
            folder: TrainingFolder(path: recipe.output), beginning: beginning, compute: compute)
        return try trainer.run(progress: progress, cancellation: cancellation)
    }

    private func optimizer(for decoder: TrainedDecoder) -> any Optimizer {
        let parameters = decoder.parameters.all
        return switch recipe.optimizer {
        case .adamW: AdamW(parameters, options: recipe.optimizerOptions, compute: compute)
        case .muon: Muon(parameters, options: recipe.optimizerOptions, compute: compute)
        }
    }

    /// Writes the finished model in all forms that the recipe wants.
    /// - Returns: their paths.
    private func export(_ decoder: TrainedDecoder, progress: @escaping ProgressHandler, cancellation: Cancellation) throws -> [String] {
        let model = TrainedModel(decoder, from: material.source, name: recipe.modelName)
        let stem = TrainingFolder(path: recipe.output).file(recipe.modelName)
        var paths: [String] = []
        for mix in recipe.export.mixes {
            let path = "\(stem)-\(mix.name.lowercased()).gguf"
            try ModelWriter(model, plan: QuantizationPlan(publishing: model, mix: mix), pool: compute.pool)
                .write(to: path, progress: progress, cancellation: cancellation)
            paths.append(path)
        }
        if recipe.export.folder {
            try FolderWriter(FolderModel(model), pool: compute.pool)
                .write(to: stem, replacing: true, progress: progress, cancellation: cancellation)
            paths.append(stem)
        }
        return paths
    }
}
