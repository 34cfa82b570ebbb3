import Evaluation

/// A benchmark's scores in the forms that `apus eval` prints.
struct EvaluationListing {
    let report: EvaluationReport

    var json: JSON {
        let groups = report.groups.map { group -> JSON in
            [
                "length": .integer(group.length), "depth": JSON(group.depth, JSON.integer), "name": JSON(group.name, JSON.string),
                "records": .integer(group.score.records), "score": .number(group.score.score),
                "interval": .array(group.score.interval.map(JSON.number)),
            ]
        }
        return [
            "benchmark": .string(report.benchmark), "model": .string(report.model), "method": .string(report.method),
            "positions": .string(report.positions), "records": .integer(report.records), "score": .number(report.score),
            "interval": .array(report.interval.map(JSON.number)), "groups": .array(groups),
        ]
    }

    /// A table of lengths, and the heat map where answers have a depth.
    func text(isUnicode: Bool) -> String {
        var table = Table(headings: [.text(report.benchmark), .number("tokens"), .number("questions"), .number("score"), .number("95%")])
        for group in report.groups where group.depth == nil {
            table.rows.append([
                group.name ?? "all", Formatting.count(group.length), Formatting.count(group.score.records), percent(group.score.score),
                group.score.interval.map(percent).joined(separator: "-"),
            ])
        }
        return table.text + (HeatMap(report).map { "\n" + $0.text(isUnicode: isUnicode) } ?? "")
    }

    private func percent(_ share: Double) -> String { Formatting.decimal(share * 100, digits: 1) }
}
