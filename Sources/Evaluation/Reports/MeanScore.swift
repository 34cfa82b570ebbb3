/// The mean of some scores.
package struct MeanScore: Codable, Equatable, Sendable {
    package let records: Int
    package let score: Double
    /// Where the true mean lies with a probability of 95%: lowest and highest.
    package let interval: [Double]

    package init(_ scores: [Double]) {
        records = scores.count
        score = scores.isEmpty ? 0 : scores.reduce(0, +) / Double(scores.count)
        let interval = ConfidenceInterval(of: scores)
        self.interval = [interval.low, interval.high]
    }

    /// The score of replies together as their metric has it.
    init(_ scores: [ReplyScore], by metric: Metric) {
        guard metric.summary != .mean else {
            self.init(scores.map(\.value))
            return
        }
        let interval = metric.interval(scores)
        self.init(records: scores.count, score: metric.total(scores), interval: [interval.low, interval.high])
    }

    private init(records: Int, score: Double, interval: [Double]) {
        (self.records, self.score, self.interval) = (records, score, interval)
    }

    /// The score on another scale, on which what is more stays more.
    func mapped(_ scale: (Double) -> Double) -> MeanScore {
        MeanScore(records: records, score: scale(score), interval: interval.map(scale))
    }

    /// The mean of several means, each of which counts alike.
    init(ofMeans means: [MeanScore]) {
        records = means.reduce(0) { $0 + $1.records }
        score = means.reduce(0) { $0 + $1.score } / Double(max(1, means.count))
        let interval = ConfidenceInterval(ofMeans: means)
        self.interval = [interval.low, interval.high]
    }
}

/// The mean score of what stands in one place of the axes.
package struct PlaceScore: Codable, Equatable, Sendable {
    package let place: TaskPlace
    package let score: MeanScore

    /// One for each place that something stands in.
    static func all(of results: [EvaluationResult]) -> [PlaceScore] {
        let places = TaskPlace.Diffusion.allCases.flatMap { diffusion in
            TaskPlace.Scope.allCases.map { TaskPlace(diffusion: diffusion, scope: $0) }
        }
        return places.compactMap { place in
            let standing = results.filter { $0.place == place }
            return standing.isEmpty ? nil : PlaceScore(place: place, score: MeanScore(standing.map(\.score)))
        }
    }
}
