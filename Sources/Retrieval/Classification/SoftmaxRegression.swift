import Diagnostics
import Foundation

/// Multinomial logistic regression: a weight for each class and feature, and a bias for each class.
package struct SoftmaxRegression: Hashable, Sendable {
    package let classes: Int
    package let dimensions: Int
    /// `[classes, dimensions]`.
    package let weights: [Double]
    /// `[classes]`.
    package let biases: [Double]

    package init(classes: Int, dimensions: Int, weights: [Double], biases: [Double]) {
        self.classes = classes
        self.dimensions = dimensions
        self.weights = weights
        self.biases = biases
    }

    /// Learns from examples: the minimum of the mean negative log-probability of their classes, plus half of `penalty` times the sum of the
    /// squared weights. It is the only one, so nothing is random.
    ///
    /// - Parameters:
    ///   - features: `[examples, dimensions]`.
    ///   - labels: the class of each example, from 0 to `classes - 1`.
    ///   - start: where the search begins; it ends at the same place from everywhere, sooner from near.
    package init(
        features: [[Float]], labels: [Int], classes: Int, penalty: Double, start: SoftmaxRegression? = nil,
        cancellation: Cancellation? = nil
    ) throws {
        let dimensions = features.first?.count ?? 0
        let objective = Objective(features: features, labels: labels, classes: classes, dimensions: dimensions, penalty: penalty)
        let first = start.map { $0.weights + $0.biases } ?? [Double](repeating: 0, count: classes * (dimensions + 1))
        let best = try QuasiNewton().minimum(from: first) { parameters in
            try cancellation?.check("training a classifier")
            return objective.evaluate(parameters)
        }
        self.init(
            classes: classes, dimensions: dimensions, weights: Array(best.prefix(classes * dimensions)),
            biases: Array(best.suffix(classes)))
    }

    /// The probability of each class.
    package func probabilities(_ features: [Float]) -> [Double] {
        (0..<classes).map { label in
            var sum = biases[label]
            let first = label * dimensions
            for column in 0..<dimensions { sum += weights[first + column] * Double(features[column]) }
            return sum
        }.softmax
    }
}

/// What training makes small.
private struct Objective {
    let features: [[Float]]
    let labels: [Int]
    let classes: Int
    let dimensions: Int
    let penalty: Double

    /// - Parameter parameters: weights, then biases.
    func evaluate(_ parameters: [Double]) -> (value: Double, gradient: [Double]) {
        let model = SoftmaxRegression(
            classes: classes, dimensions: dimensions, weights: Array(parameters.prefix(classes * dimensions)),
            biases: Array(parameters.suffix(classes)))
        let share = 1 / Double(features.count)
        var value = penalty / 2 * model.weights.dot(model.weights)
        var gradient = model.weights.map { $0 * penalty } + [Double](repeating: 0, count: classes)
        for (row, label) in zip(features, labels) {
            let probabilities = model.probabilities(row)
            value -= share * log(max(probabilities[label], .leastNonzeroMagnitude))
            for other in 0..<classes {
                let excess = share * (probabilities[other] - (other == label ? 1 : 0)), first = other * dimensions
                for column in 0..<dimensions { gradient[first + column] += excess * Double(row[column]) }
                gradient[classes * dimensions + other] += excess
            }
        }
        return (value, gradient)
    }
}
