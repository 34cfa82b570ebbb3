import Evaluation

/// A benchmark's scores in the forms that `apus eval` prints.
struct EvaluationListing: ReportListing {
    let report: EvaluationReport

    var json: JSON {
        let groups = report.groups.map { group in
            group.score.json(with: [
                "length": .integer(group.length), "depth": JSON(group.depth, JSON.integer), "name": JSON(group.name, JSON.string),
            ])
        }
        return report.score.json(with: [
            "benchmark": .string(report.benchmark), "model": .string(report.subject.model), "method": .string(report.subject.method),
            "positions": JSON(report.subject.positions, JSON.string), "empty_replies": .integer(report.emptyReplies),
            "unanswered": .integer(report.unanswered), "cut": JSON(report.cut, JSON.integer), "skipped": JSON(report.skipped, JSON.integer),
            "judge": JSON(report.judge, JSON.string), "unjudged": JSON(report.unjudged, JSON.integer),
            "figures": JSON(report.figures) { .object($0.mapValues(JSON.number)) }, "groups": .array(groups), "places": report.places.json,
            "published": (report.published ?? []).json,
        ])
    }

    /// A table of lengths, and the heat map where answers have a depth.
    func text(isUnicode: Bool) -> String {
        var table = Table(headings: [.text(report.benchmark), .number("tokens"), .number("questions"), .number("score"), .number("95%")])
        for group in report.groups where group.depth == nil {
            table.rows.append([
                group.name ?? "all", Formatting.count(group.length), Formatting.count(group.score.records), group.score.score.percent,
                group.score.range,
            ])
        }
        let empty = report.emptyReplies > 0 ? "\(Formatting.count(report.emptyReplies)) of the replies were empty.\n" : ""
        return table.text + empty + report.notes.map { $0 + "\n" }.joined()
            + (HeatMap(report).map { "\n" + $0.text(isUnicode: isUnicode) } ?? "")
    }
}

/// Several benchmarks' scores in the forms that `apus eval` prints.
struct OverviewListing: ReportListing {
    let overview: EvaluationOverview

    var json: JSON {
        let benchmarks = overview.rows.map { row -> JSON in
            [
                "name": .string(row.benchmark), "not_run": JSON(row.notRun, JSON.string), "lengths": lengths(row.byLength),
                "published": (row.published ?? []).json,
            ]
        }
        let ruler = overview.ruler.map { ruler -> JSON in
            [
                "tasks": .integer(ruler.tasks),
                "lengths": .array(
                    ruler.byLength.map { $0.score.json(with: ["length": .integer($0.length), "tasks": .integer($0.tasks)]) }),
                "effective_length": JSON(ruler.effectiveLength, JSON.integer),
                "weighted_average_increasing": .number(ruler.weightedAverageIncreasing),
                "weighted_average_decreasing": .number(ruler.weightedAverageDecreasing),
            ]
        }
        return [
            "overview": ["benchmarks": .array(benchmarks), "ruler": ruler ?? .null, "averages": averages, "places": overview.places.json]
        ]
    }

    private var averages: JSON {
        .array(
            (overview.averages ?? []).map { average in
                average.score.json(with: [
                    "name": .string(average.name), "length": .integer(average.length), "parts": .integer(average.parts),
                    "of": .integer(average.allParts), "published": average.published.json,
                ])
            })
    }

    private func lengths(_ scores: [EvaluationOverview.LengthScore]) -> JSON {
        .array(scores.map { $0.score.json(with: ["length": .integer($0.length)]) })
    }

    /// Benchmarks by lengths, RULER's average, and the scores by why questions are hard.
    func text(isUnicode: Bool) -> String {
        var table = Table(headings: [.text("benchmark")] + overview.settings.lengths.map { .number(Formatting.count($0)) })
        for row in overview.rows where row.notRun == nil {
            table.rows.append([row.benchmark] + overview.settings.lengths.map { row.score(of: $0).map(cell) ?? "" })
        }
        if let ruler = overview.ruler {
            table.rows.append(["RULER's tasks"] + ruler.byLength.map { "\($0.tasks): \(cell($0.score))" })
        }
        for average in overview.averages ?? [] {
            let score = "\(average.parts): \(cell(average.score))"
            table.rows.append([average.name] + overview.settings.lengths.map { $0 == average.length ? score : "" })
        }
        let missing = overview.rows.compactMap { row in row.notRun.map { "Not run: \(row.benchmark). \($0)\n" } }.joined()
        return "\n" + table.text + missing + effectiveLength + "\n" + places.text
    }

    private var effectiveLength: String {
        guard let ruler = overview.ruler else { return "" }
        let length = ruler.effectiveLength.map { "\(Formatting.count($0)) tokens" } ?? "none of these lengths"
        return "Effective length, by an average above \(RULERSuite.threshold.percent)%: \(length)\n"
    }

    private var places: Table {
        let grid = PlaceGrid(overview.places)
        return Table(
            headings: [.text("why questions are hard")] + PlaceGrid.scopes.map { .number($0) },
            rows: grid.rows.map { row in [row.title] + row.cells.map { $0.map(cell) ?? "" } })
    }

    private func cell(_ score: MeanScore) -> String { "\(score.score.percent) (\(score.range))" }
}

extension MeanScore {
    /// The score with what it is the score of.
    func json(with members: [String: JSON]) -> JSON {
        let own: [String: JSON] = [
            "records": .integer(records), "score": .number(score), "interval": .array(interval.map(JSON.number)),
        ]
        return .object(members.merging(own) { _, own in own })
    }

    fileprivate var range: String { interval.map(\.percent).joined(separator: "-") }
}

extension [PublishedScore] {
    fileprivate var json: JSON { .array(map { ["model": .string($0.model), "score": .number($0.score)] }) }
}

extension [PlaceScore] {
    fileprivate var json: JSON {
        .array(
            map { standing in
                standing.score.json(with: [
                    "diffusion": .string(standing.place.diffusion.rawValue), "scope": .string(standing.place.scope.rawValue),
                ])
            })
    }
}

extension Double {
    fileprivate var percent: String { Formatting.decimal(self * 100, digits: 1) }
}
