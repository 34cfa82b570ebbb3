import Diagnostics

/// Trains a head: how strong the penalty on weights has to be is found by holding out parts of the examples in turn.
package struct HeadTraining: Sendable {
    /// The penalties that are tried, strongest first: each begins where the one before it has ended.
    package static let penalties = [1e-2, 1e-3, 1e-4, 1e-5]

    /// How often examples that were held out were told right, with one penalty.
    package struct Trial: Hashable, Sendable {
        package let penalty: Double
        package let accuracy: Double
    }

    package let head: SoftmaxRegression
    package let trials: [Trial]
    /// The one that was taken.
    package let chosen: Trial

    /// - Parameters:
    ///   - penalty: the one to take; nil: the best of `penalties`, of equal ones the strongest.
    ///   - folds: into how many parts the examples go; 2 at least.
    /// - Throws: `Interrupted` where `cancellation` asks for it.
    package init(
        features: [[Float]], labels: [Int], classes: Int, penalty: Double? = nil, folds: Int, seed: UInt64,
        progress: ProgressHandler? = nil, cancellation: Cancellation? = nil
    ) throws {
        let tried = penalty.map { [$0] } ?? Self.penalties, split = Folds(labels: labels, count: folds, seed: seed)
        var right = [Int](repeating: 0, count: tried.count)
        for fold in 0..<folds {
            let training = split.training(fold), heldOut = split.heldOut(fold)
            var model: SoftmaxRegression?
            for (index, penalty) in tried.enumerated() {
                let fitted = try SoftmaxRegression(
                    features: training.map { features[$0] }, labels: training.map { labels[$0] }, classes: classes, penalty: penalty,
                    start: model, cancellation: cancellation)
                right[index] += heldOut.count { fitted.best(features[$0]) == labels[$0] }
                model = fitted
                progress?(
                    Progress("Training", completed: fold * tried.count + index + 1, total: folds * tried.count + 1, unit: "fits"))
            }
        }
        let trials = zip(tried, right).map { Trial(penalty: $0, accuracy: Double($1) / Double(labels.count)) }
        self.trials = trials
        chosen = trials.reduce(trials[0]) { $1.accuracy > $0.accuracy ? $1 : $0 }
        head = try SoftmaxRegression(
            features: features, labels: labels, classes: classes, penalty: chosen.penalty, cancellation: cancellation)
        progress?(Progress("Training", completed: folds * tried.count + 1, total: folds * tried.count + 1, unit: "fits"))
    }
}

extension SoftmaxRegression {
    /// The most probable class, of equal ones the first.
    package func best(_ features: [Float]) -> Int {
        let probabilities = probabilities(features)
        return probabilities.indices.reduce(0) { probabilities[$1] > probabilities[$0] ? $1 : $0 }
    }
}
