import Training

/// Where a true mean lies with a probability of 95%.
package struct ConfidenceInterval: Equatable, Sendable {
    package let low: Double
    package let high: Double

    /// The two-sided 95% quantile of the normal distribution.
    private static let quantile = 1.959_963_984_540_054
    private static let resamples = 2_000

    /// For the mean of scores from 0 to 1: Wilson's, which holds for few scores too, where each is right or wrong; otherwise bootstrapped.
    package init(of scores: [Double]) {
        if scores.isEmpty {
            self.init(low: 0, high: 1)
        } else if scores.allSatisfy({ $0 == 0 || $0 == 1 }) {
            self = Self.wilson(scores)
        } else {
            self.init(resampling: scores)
        }
    }

    private init(low: Double, high: Double) {
        self.low = low
        self.high = high
    }

    /// For the mean of any figures, of which there must be some: the percentiles of the means of samples drawn again, always with the same
    /// random numbers. (Efron, Bootstrap methods: another look at the jackknife, 1979.)
    init(resampling figures: [Double]) {
        self.init(resamplingSumsOf: figures.map { [$0] }) { $0[0] / Double(figures.count) }
    }

    /// The same for what is made of the sums of several figures of all records.
    ///
    /// - Parameter rows: the figures of each record, as many of one as of another.
    init(resamplingSumsOf rows: [[Double]], total: ([Double]) -> Double) {
        guard let width = rows.first?.count else {
            self.init(low: 0, high: 1)
            return
        }
        let values = rows.flatMap(\.self)
        var random = CorpusRandom(seed: 0, rows.count)
        var totals: [Double] = []
        for _ in 0..<Self.resamples {
            var sums = Array(repeating: 0.0, count: width)
            for _ in rows {
                let start = random.below(rows.count) * width
                for column in 0..<width { sums[column] += values[start + column] }
            }
            totals.append(total(sums))
        }
        totals.sort()
        self.init(low: totals[Self.resamples / 40], high: totals[Self.resamples - 1 - Self.resamples / 40])
    }

    /// For the mean of independent means with intervals of their own. (Zou and Donner, Construction of confidence limits about effect measures:
    /// a general approach, 2008.)
    init(ofMeans means: [MeanScore]) {
        let mean = means.reduce(0) { $0 + $1.score } / Double(max(1, means.count))
        func spread(_ end: Int) -> Double {
            means.reduce(0) { $0 + ($1.score - $1.interval[end]) * ($1.score - $1.interval[end]) }.squareRoot()
                / Double(max(1, means.count))
        }
        (low, high) = means.isEmpty ? (0, 1) : (max(0, mean - spread(0)), min(1, mean + spread(1)))
    }

    /// (Wilson, Probable inference, the law of succession, and statistical inference, 1927.)
    private static func wilson(_ scores: [Double]) -> ConfidenceInterval {
        let count = Double(scores.count), share = scores.reduce(0, +) / count, square = quantile * quantile
        let centre = (share + square / (2 * count)) / (1 + square / count)
        let spread = quantile / (1 + square / count) * (share * (1 - share) / count + square / (4 * count * count)).squareRoot()
        return ConfidenceInterval(low: max(0, centre - spread), high: min(1, centre + spread))
    }
}
