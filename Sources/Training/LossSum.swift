/// A loss as a sum, so that parts of a batch add up exactly to the whole.
package struct LossSum: Hashable, Sendable {
    /// Nats times weight.
    package var sum: Double
    /// The weights of all targets.
    package var weight: Double

    package init(sum: Double = 0, weight: Double = 0) {
        self.sum = sum
        self.weight = weight
    }

    /// Nats a target; 0 where nothing counts.
    package var mean: Double { weight > 0 ? sum / weight : 0 }

    package static func += (total: inout LossSum, part: LossSum) {
        total.sum += part.sum
        total.weight += part.weight
    }
}
