import Attention
import ModelFiles
import Models
import Positions
import Tensors

/// A decoder whose parameters can be changed: losses of packed batches and their gradients.
///
/// Not Sendable: one thread at a time computes with it. Results do not depend on how many threads `compute` has.
package final class TrainedDecoder {
    package let configuration: DecoderConfiguration
    package let options: TrainingOptions

    private let description: DecoderDescription
    private let weights: TrainedWeights
    private let rotaries: [Rotary]
    private let workspace: Workspace

    /// - Throws: `ModelFileError`, `ModelError` or `DifferentiationError` for files and options that cannot serve.
    package init(source: any ModelSource, compute: Compute, options: TrainingOptions = TrainingOptions()) throws {
        self.options = options
        workspace = Workspace(compute: compute)
        let (configuration, description, declarations) = try Decoder.describe(source)
        self.configuration = configuration
        self.description = description
        weights = try TrainedWeights(declarations.declarations, source: source, options: options)
        rotaries = description.rotaryOfLayers(length: configuration.contextLength, headDim: configuration.keyDim)
    }

    package var compute: Compute { workspace.compute }

    /// Everything that is trained: with adapters, these alone.
    package var parameters: ParameterSet { weights.parameters }

    /// Brings the copies that products are computed with up to date: to be called whenever masters have changed.
    package func refresh() { weights.refresh() }

    // MARK: Passes

    /// The loss, nothing else.
    package func loss(of batch: PackedBatch) throws -> LossSum {
        let context = try context(batch)
        let states = try states(context, tape: nil)
        return LossSum(
            sum: head.loss(of: states.value, targets: context.targets, weights: context.lossWeights), weight: batch.totalWeight)
    }

    /// Adds `scale · d(sum)/dp` to the gradient of every trained parameter p.
    /// - Returns: the same as `loss(of:)`, which `scale` does not reach.
    package func accumulateGradients(of batch: PackedBatch, scale: Float = 1) throws -> LossSum {
        let context = try context(batch), tape = Tape()
        let states = try states(context, tape: tape)
        let sum = head.loss(of: states, targets: context.targets, weights: context.lossWeights, gradientScale: scale)
        try tape.rewind()
        return LossSum(sum: sum, weight: batch.totalWeight)
    }

    /// The most likely next token of each row whose weight is above 0, in their order.
    package func predictions(of batch: PackedBatch) throws -> [Int32] {
        head.predictions(of: try states(context(batch), tape: nil).value)
    }

    // MARK: Adapters

    /// The names of the weights that have adapters, in the order of the description.
    package var adaptedNames: [String] { weights.adapted.map(\.name) }

    /// A weight with its adapter added to it, `W + scale · B · A`, in float32, for export; `nil` for weights without one.
    package func mergedWeight(_ name: String) -> Tensor? {
        weights.adapted.first { $0.name == name }.map { $0.merged(workspace) }
    }

    // MARK: Parts

    private func context(_ batch: PackedBatch) throws -> TrainingContext {
        try TrainingContext(
            batch, layers: zip(description.blocks, rotaries).map { ($0.attention, $1) }, weights: weights, configuration: configuration,
            options: options, workspace: workspace)
    }

    private func states(_ context: TrainingContext, tape: Tape?) throws -> Variable {
        var operations = TrainingOperations(context: context, tape: tape)
        return try description.states(&operations)
    }

    private var head: FusedHead {
        let ends = description.ends
        return FusedHead(weight: weights.matrix(ends.head), scale: ends.logitScale, cap: ends.logitCap, workspace: workspace)
    }
}
