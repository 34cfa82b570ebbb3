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
        /// BLEU of all replies.
        case bleu
    }

    var summary: Summary {
        switch self {
        case .geometricROUGE: .geometricROUGE
        case .relation, .relations, .entities: .labelF1
        case .bleu, .bleuChinese: .bleu
        default: .mean
        }
    }

    /// The score of all replies together.
    func total(_ scores: [ReplyScore]) -> Double {
        guard !scores.isEmpty else { return 0 }
        return summary == .mean ? scores.reduce(0) { $0 + $1.value } / Double(scores.count) : total(of: figures(scores))
    }

    /// What further figures of all replies come to.
    private func total(of figures: [String: Double]) -> Double {
        switch summary {
        case .mean: 0
        case .geometricROUGE: WordROUGE.geometricMean(figures)
        case .labelF1: LabelCounts.f1(figures)
        case .bleu: BLEU.score(figures)
        }
    }

    /// The figures of all replies together: counts as their sums, all others as their means.
    func figures(_ scores: [ReplyScore]) -> [String: Double] {
        let sums = scores.reduce(into: [String: Double]()) { $0.merge($1.figures, uniquingKeysWith: +) }
        return isOfCounts ? sums : sums.mapValues { $0 / Double(scores.count) }
    }

    private var isOfCounts: Bool { summary == .labelF1 || summary == .bleu }

    /// Where the score of all replies lies, by samples drawn again. Figures are summed as rows of numbers: samples are many.
    func interval(_ scores: [ReplyScore]) -> ConfidenceInterval {
        let names = Set(scores.flatMap(\.figures.keys)).sorted()
        let rows = scores.map { score in names.map { score.figures[$0] ?? 0 } }
        return ConfidenceInterval(resamplingSumsOf: rows) { sums in
            let scale = isOfCounts ? 1 : 1 / Double(rows.count)
            return total(of: Dictionary(uniqueKeysWithValues: zip(names, sums.map { $0 * scale })))
        }
    }
}

extension Double {
    var rootOfThird: Double { pow(self, 1 / 3) }
}
