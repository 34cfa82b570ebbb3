import Evaluation

/// What published replies are worth, in the forms that `apus eval score` prints.
struct PredictionListing: ReportListing {
    let scores: PredictionScores

    var json: JSON {
        let groups = scores.groups.map { $0.score.json(with: ["name": .string($0.name), "percent": .number($0.score.hundredths)]) }
        return scores.score.json(with: [
            "benchmark": .string(scores.benchmark), "metric": .string(scores.metric.rawValue),
            "percent": .number(scores.score.hundredths), "figures": .object(scores.figures.mapValues(JSON.number)),
            "groups": .array(groups), "not_scored": .integer(scores.notScored),
        ])
    }

    func text(isUnicode: Bool) -> String {
        var table = Table(headings: [.text(scores.benchmark), .number("replies"), .number("score"), .number("95%")])
        for (name, score) in [("all", scores.score)] + scores.groups.map({ ($0.name, $0.score) }) {
            let interval = score.interval.map { Formatting.decimal($0 * 100, digits: 2) }.joined(separator: "-")
            table.rows.append([name, Formatting.count(score.records), Formatting.decimal(score.score * 100, digits: 2), interval])
        }
        let figures = scores.figures.sorted { $0.key < $1.key }.map { "\($0.key) \(Formatting.decimal($0.value, digits: 4))" }
        return table.text + (figures.isEmpty ? "" : figures.joined(separator: ", ") + "\n")
            + (scores.notScored > 0 ? "\(Formatting.count(scores.notScored)) records are not scored by rule.\n" : "")
            + "Scored by \(scores.metric.rawValue).\n"
    }
}

extension MeanScore {
    /// From 0 to 100, with two decimal places as published tables have it.
    fileprivate var hundredths: Double { (score * 10_000).rounded() / 100 }
}
