import Foundation
import Training

/// Where the true mean score lies with a probability of 95%.
package struct ConfidenceInterval: Equatable, Sendable {
    package let low: Double
    package let high: Double

    /// The two-sided 95% quantile of the normal distribution.
    private static let quantile = 1.959_963_984_540_054
    private static let resamples = 2_000

    /// - Parameter isYesOrNo: whether all scores are 0 or 1. Their interval is Wilson's, which holds for few scores too; that of others is
    ///   bootstrapped, always with the same random numbers.
    package init(of scores: [Double], isYesOrNo: Bool) {
        guard !scores.isEmpty else {
            (low, high) = (0, 1)
            return
        }
        (low, high) = isYesOrNo ? Self.wilson(scores) : Self.bootstrap([scores])
    }

    /// For the mean of the means of several sets of scores, none of them empty: bootstrapped, each set from its own scores.
    init(ofMeans sets: [[Double]]) {
        guard !sets.isEmpty else {
            (low, high) = (0, 1)
            return
        }
        (low, high) = Self.bootstrap(sets)
    }

    /// (Wilson, Probable inference, the law of succession, and statistical inference, 1927.)
    private static func wilson(_ scores: [Double]) -> (Double, Double) {
        let count = Double(scores.count), share = scores.reduce(0, +) / count, square = quantile * quantile
        let centre = (share + square / (2 * count)) / (1 + square / count)
        let spread = quantile / (1 + square / count) * (share * (1 - share) / count + square / (4 * count * count)).squareRoot()
        return (max(0, centre - spread), min(1, centre + spread))
    }

    /// (Efron, Bootstrap methods: another look at the jackknife, 1979; the percentiles of the means of samples drawn again.)
    private static func bootstrap(_ sets: [[Double]]) -> (Double, Double) {
        var random = CorpusRandom(seed: 0, sets.reduce(0) { $0 + $1.count })
        let means = (0..<resamples).map { _ in
            sets.reduce(0.0) { sum, scores in
                sum + scores.indices.reduce(0.0) { sum, _ in sum + scores[random.below(scores.count)] } / Double(scores.count)
            } / Double(sets.count)
        }.sorted()
        return (means[resamples / 40], means[resamples - 1 - resamples / 40])
    }
}
