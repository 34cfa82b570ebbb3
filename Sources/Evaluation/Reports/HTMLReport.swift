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

extension HTMLPage {
    /// Scores of others, "GPT-4-32k 82.2, …".
    static func list(_ published: [PublishedScore]) -> String {
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
