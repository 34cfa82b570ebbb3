import Diagnostics
import Evaluation
import Foundation

extension FitReport {
    /// The report as a page.
    func html(_ chart: TradeOffChart?) -> String {
        HTMLPage(
            title: "\(model.name) at \(settings.length) tokens",
            parts: [
                "<h1>\(model.name.escaped) at \(settings.length) tokens</h1>",
                (recommendation?.reasons ?? ["Nothing was measured at this length."]).map(HTMLPage.paragraph).joined(separator: "\n"),
                chart?.svg ?? "", HTMLPage.heading("Measured at the whole length"), finalTable, depthTable,
                recallCurve, perplexityCurve, HTMLPage.heading("Left out"), restTable, HTMLPage.heading("Settings"),
                HTMLPage.paragraph(conditions), settings.command.map { "<pre>\($0.escaped)</pre>" } ?? "",
            ]
        ).text
    }

    private var finalTable: String {
        HTMLPage.table(
            headings: [
                "Method", "Facts found", "95% interval", "First answer", "Further ones", "Reading, tokens/s", "Writing, tokens/s",
                "Keys and values, bytes", "All memory, planned", "Perplexity",
            ],
            rows: finalists.compactMap { entry in entry.final.map { row(entry, $0) } })
    }

    private func row(_ entry: Entry, _ measured: Measurement) -> [String] {
        [
            entry.candidate.name, measured.recall.score.percent, measured.recall.range, Recommendation.seconds(measured.firstAnswerSeconds),
            Recommendation.seconds(measured.answerSeconds),
            entry.readingRate.map { String(Int($0)) } ?? "reads for each question",
            measured.tokensPerSecond.map { String(Int($0)) } ?? "", String(measured.cacheBytes),
            entry.peakBytes.map { String(Int($0)) } ?? "", entry.perplexity.map { String(format: "%.2f", $0.perplexity) } ?? "",
        ]
    }

    /// Recall by tenths of the text, each in its colour.
    private var depthTable: String {
        let bands = EvaluationReport.depthBands, width = 100 / bands
        let headings = (["Facts found by depth"] + (0..<bands).map { "\($0 * width)-\(($0 + 1) * width)%" })
            .map { "<th>\($0)</th>" }.joined()
        let rows = finalists.compactMap { entry in
            entry.final.map { measured in
                let cells = measured.recallByDepth.map { score -> String in
                    guard let score else { return "<td></td>" }
                    let colour = ScoreColour(score)
                    return "<td style=\"background:\(colour.background);color:\(colour.text)\">\(Int((score * 100).rounded()))</td>"
                }
                return "<tr><td>\(entry.candidate.name.escaped)</td>\(cells.joined())</tr>"
            }
        }
        return "<table>\n<tr>\(headings)</tr>\n\(rows.joined(separator: "\n"))\n</table>"
    }

    private var recallCurve: String {
        let lines = finalists.map { entry in
            CurveChart.Line(
                title: entry.candidate.name,
                points: entry.measurements.map {
                    CurveChart.Point(place: $0.length, value: $0.recall.score, interval: $0.recall.interval)
                })
        }
        return CurveChart("Facts found, in percent, by tokens of the text, with 95% intervals", .score, lines)?.svg ?? ""
    }

    private var perplexityCurve: String {
        let lines = finalists.compactMap { entry in
            entry.perplexity.map { perplexity in
                CurveChart.Line(
                    title: entry.candidate.name,
                    points: perplexity.bands.map {
                        CurveChart.Point(place: max($0.firstPosition, 1), value: $0.perplexity, interval: [$0.perplexity, $0.perplexity])
                    })
            }
        }
        guard let chart = CurveChart("Perplexity by position", .perplexity, lines) else { return "" }
        return HTMLPage.heading("Perplexity by position") + chart.svg
    }

    private var restTable: String {
        HTMLPage.table(
            headings: ["Method", "At tokens", "Facts found", "Why"],
            rows: entries.filter { $0.final == nil }.map { entry in
                [
                    entry.candidate.name, entry.standing.length.map(String.init) ?? "",
                    entry.measurements.last.map { "\($0.recall.score.percent) (\($0.recall.range))" } ?? "", entry.standing.sentence,
                ]
            })
    }

    private var conditions: String {
        let sources = texts.map(\.sentence).joined(separator: ", ")
        let lengths = rounds.map { "\($0.cases) facts at \($0.length) tokens" }.joined(separator: ", ")
        return "Model fingerprint \(model.fingerprint), trained for \(model.window) tokens; begun on \(date); rounds: \(lengths); seed "
            + "\(settings.seed); cache \(settings.cacheType); \(Recommendation.seconds(seconds)) of measurements of "
            + "\(Recommendation.seconds(settings.budgetSeconds)) that might be taken; texts: \(sources)."
    }
}

extension Standing {
    /// What became of a candidate that was not measured at the whole length.
    package var sentence: String {
        let estimate = estimate.map { Recommendation.seconds($0) } ?? ""
        switch kind {
        case .waiting: return "its turn did not come"
        case .measured: return "measured"
        case .dropped: return "dropped: \(reason ?? "")"
        case .notTried: return "not tried: \(reason ?? "it would take about \(estimate), more than its share of the budget")"
        case .stopped: return "stopped after \(estimate), longer than planned"
        case .failed: return "failed: \(reason ?? "")"
        case .refused: return "not for this model: \(reason ?? "")"
        }
    }
}
