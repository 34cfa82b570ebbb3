import Foundation

/// What a reply is worth.
package struct ReplyScore: Codable, Equatable, Sendable {
    /// From 0 to 1.
    package let value: Double
    /// Further figures by their names, such as precision and recall.
    package let figures: [String: Double]

    package init(_ value: Double, figures: [String: Double] = [:]) {
        self.value = value
        self.figures = figures
    }

    init(_ steps: StepScores) { self.init(steps.accuracy, figures: steps.figures) }

    /// Of several references the best counts, for each figure by itself.
    init(rouge scores: [[String: Double]]) {
        let best = scores.reduce(into: [String: Double]()) { $0.merge($1, uniquingKeysWith: max) }
        self.init(WordROUGE.geometricMean(best), figures: best)
    }

    /// Labels that are right of those that were given and those that were wanted.
    /// A label that no list knows can be right and yet not count as given; alone it is worth 1 all the same.
    init(_ counts: LabelCounts) { self.init(min(1, LabelCounts.f1(counts.figures)), figures: counts.figures) }
}

extension Metric {
    /// How the scores of replies become one of all.
    enum Summary {
        /// Their mean.
        case mean
        /// The geometric mean of the means of three ROUGEs.
        case geometricROUGE
        /// F1 of the labels of all replies.
        case labelF1
    }

    var summary: Summary {
        switch self {
        case .geometricROUGE: .geometricROUGE
        case .relation, .relations, .entities: .labelF1
        default: .mean
        }
    }

    /// The score of all replies together.
    func total(_ scores: [ReplyScore]) -> Double {
        guard !scores.isEmpty else { return 0 }
        switch summary {
        case .mean: return scores.reduce(0) { $0 + $1.value } / Double(scores.count)
        case .geometricROUGE: return WordROUGE.geometricMean(figures(scores))
        case .labelF1: return LabelCounts.f1(figures(scores))
        }
    }

    /// The figures of all replies together: counts as their sums, all others as their means.
    func figures(_ scores: [ReplyScore]) -> [String: Double] {
        let sums = scores.reduce(into: [String: Double]()) { $0.merge($1.figures, uniquingKeysWith: +) }
        return summary == .labelF1 ? sums : sums.mapValues { $0 / Double(scores.count) }
    }
}

extension Double {
    var rootOfThird: Double { pow(self, 1 / 3) }
}
