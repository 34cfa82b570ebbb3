/// How far a training came.
package struct TrainingOutcome: Sendable {
    /// Steps done, those of earlier runs included.
    package let steps: Int
    /// All that there are to do.
    package let totalSteps: Int
    package let tokens: Int
    /// Of all runs together.
    package let seconds: Double
    /// Of all steps.
    package let metrics: [TrainingMetrics]
    /// Nats a target on the held-out part with the averaged weights, which the model then has.
    package var averagedHeldOutLoss: Double?

    package var isComplete: Bool { steps >= totalSteps }

    /// That of the last step.
    package var loss: Double? { metrics.last?.loss }

    /// The last loss on the held-out part.
    package var heldOutLoss: Double? { averagedHeldOutLoss ?? metrics.last { $0.heldOutLoss != nil }?.heldOutLoss }

    /// The median of the steps.
    package var tokensPerSecond: Double? {
        metrics.isEmpty ? nil : metrics.map(\.tokensPerSecond).sorted()[metrics.count / 2]
    }
}
