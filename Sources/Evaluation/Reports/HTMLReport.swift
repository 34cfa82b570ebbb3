import Diagnostics

extension EvaluationReport {
    /// The report as a page.
    package var html: String {
        HTMLPage(
            title: "\(benchmark): \(subject.model), \(subject.method)",
            parts: [
                "<h1>\(benchmark.escaped)</h1>", HTMLPage.paragraph(subject.sentence), HTMLPage.paragraph(summary),
                notes.map(HTMLPage.paragraph).joined(separator: "\n"),
                HeatMap(self)?.svg ?? "", curve, table,
                HTMLPage.published(published ?? []), PlaceGrid(places).html, settings.html(haystack: haystack),
            ]
        ).text
    }

    private var summary: String {
        let replies = emptyReplies > 0 ? " \(emptyReplies) replies were empty." : ""
        let missing = unanswered > 0 ? " \(unanswered) questions got no reply (\(lastFailure ?? "")) and are not counted." : ""
        let judges = judge.map { " Judged by \($0)." } ?? ""
        return "Score \(score.score.percent) (95% interval \(score.range)) over \(score.records) questions, by \(metric.title)." + judges
            + replies + missing
    }

    private var curve: String {
        CurveChart([CurveChart.Line(benchmark, byLength)])?.svg ?? ""
    }

    private var table: String {
        HTMLPage.table(
            headings: ["Tokens", "Questions about", "Questions", "Score", "95% interval"],
            rows: groups.filter { $0.depth == nil }.map {
                [String($0.length), $0.name ?? "all", String($0.score.records), $0.score.score.percent, $0.score.range]
            })
    }
}

extension EvaluationOverview {
    /// The overview as a page.
    package var html: String {
        HTMLPage(
            title: "\(subject.model), \(subject.method)",
            parts: [
                "<h1>\(subject.model.escaped)</h1>", HTMLPage.paragraph(subject.sentence), HeatMap(self).svg, table, rulerSummary,
                averageTable, curve,
                PlaceGrid(places).html, settings.html(haystack: []),
            ]
        ).text
    }

    private var table: String {
        let average = ruler.map { [["average of RULER's tasks"] + $0.byLength.map { cell($0.score) + " of \($0.tasks) tasks" }] } ?? []
        return HTMLPage.table(
            headings: ["Benchmark"] + settings.lengths.map(String.init) + (hasPublished ? ["Published"] : []),
            rows: rows.map { row in
                [row.benchmark]
                    + (row.notRun.map { ["not run: \($0)"] } ?? settings.lengths.map { row.score(of: $0).map(cell) ?? "" })
                    + (hasPublished && row.notRun == nil ? [HTMLPage.list(row.published ?? [])] : [])
            } + average)
    }

    /// What suites' tasks come to together, and what others' have.
    private var averageTable: String {
        guard let averages else { return "" }
        return HTMLPage.table(
            headings: ["Together", "Tokens", "Parts", "Score", "Published"],
            rows: averages.map { average in
                [
                    average.name, String(average.length), "\(average.parts) of \(average.allParts)", cell(average.score),
                    HTMLPage.list(average.published),
                ]
            })
    }

    private func cell(_ score: MeanScore) -> String { "\(score.score.percent) (\(score.range))" }

    private var hasPublished: Bool { rows.contains { $0.published != nil } }

    private var rulerSummary: String {
        guard let ruler else { return "" }
        let length = ruler.effectiveLength.map { "\($0) tokens" } ?? "none of these lengths"
        return HTMLPage.paragraph(
            "RULER, \(ruler.tasks) of \(RULERSuite.tasks.count) tasks: effective length (average above \(RULERSuite.threshold.percent)): "
                + "\(length); averages weighted towards long texts \(ruler.weightedAverageIncreasing.percent), towards short ones "
                + "\(ruler.weightedAverageDecreasing.percent).")
    }

    /// RULER's tasks as one line, so that lines can be told apart.
    private var curve: String {
        let others = rows.filter { $0.notRun == nil && (ruler == nil || !RULERSuite.tasks.contains($0.benchmark)) }
        let lines = others.map { row in CurveChart.Line(row.benchmark, row.byLength.map { ($0.length, $0.score) }) }
        let average = ruler.map { [CurveChart.Line("average of RULER's tasks", $0.byLength.map { ($0.length, $0.score) })] } ?? []
        return CurveChart(average + lines)?.svg ?? ""
    }
}

extension HTMLPage {
    /// Scores of others, "GPT-4-32k 82.2, …".
    fileprivate static func list(_ published: [PublishedScore]) -> String {
        published.map { "\($0.model) \($0.score.percent)" }.joined(separator: ", ")
    }

    /// The same as a paragraph; nothing where there are none.
    fileprivate static func published(_ published: [PublishedScore]) -> String {
        published.isEmpty ? "" : paragraph("Published: \(list(published)).")
    }
}

extension Metric {
    fileprivate var title: String {
        switch self {
        case .firstNumber: "the first number of each reply"
        case .lastNumber: "the last number of each reply"
        case .keyWords: "the share of key words in each reply"
        case .stringMatchAll: "the share of answers in each reply (string_match_all)"
        case .stringMatchPart: "whether any answer is in the reply (string_match_part)"
        case .exactAnswer: "whole answers"
        default: rawValue
        }
    }
}
