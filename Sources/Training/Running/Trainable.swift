/// What a trainer trains: parameters, and what batches say about them.
package protocol Trainable: AnyObject {
    var parameters: ParameterSet { get }

    /// The loss, nothing else.
    func loss(of batch: PackedBatch) throws -> LossSum

    /// Adds `scale · d(sum)/dp` to the gradient of every trained parameter p.
    func accumulateGradients(of batch: PackedBatch, scale: Float) throws -> LossSum

    /// To be called whenever the values of parameters have changed.
    func refresh()
}

extension TrainedDecoder: Trainable {}
