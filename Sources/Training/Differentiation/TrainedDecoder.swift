import ModelFiles
import Models
import Tensors

/// A decoder whose parameters can be changed: losses of packed batches and their gradients.
///
/// Not Sendable: one thread at a time computes with it. Results do not depend on how many threads `compute` has.
package final class TrainedDecoder {
    package let configuration: DecoderConfiguration
    package let compute: Compute
    package let options: TrainingOptions
    /// Everything that is trained: with adapters, these alone.
    package let parameters: ParameterSet

    /// - Throws: `ModelFileError`, `ModelError` or `DifferentiationError` for files and options that cannot serve.
    package init(source: any ModelSource, compute: Compute, options: TrainingOptions = TrainingOptions()) throws {
        preconditionFailure()
    }

    /// Brings the copies that products are computed with up to date: to be called whenever masters have changed.
    package func refresh() {}

    /// The loss, nothing else.
    package func loss(of batch: PackedBatch) throws -> LossSum { preconditionFailure() }

    /// Adds `scale · d(sum)/dp` to the gradient of every trained parameter p.
    /// - Returns: the same as `loss(of:)`, which `scale` does not reach.
    package func accumulateGradients(of batch: PackedBatch, scale: Float = 1) throws -> LossSum { preconditionFailure() }

    /// The most likely next token of each row whose weight is above 0, in their order.
    package func predictions(of batch: PackedBatch) throws -> [Int32] { preconditionFailure() }

    /// The linear layers that have adapters with these added to them, by name, for export; empty without adapters.
    package func mergedWeights() -> [(name: String, value: Tensor)] { [] }
}
