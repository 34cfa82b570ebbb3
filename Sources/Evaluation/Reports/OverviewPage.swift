import Diagnostics

extension EvaluationOverview {
    /// The overview as a page: a part for each suite with its tasks, what they come to together and their classes of questions.
    package var html: String {
        let parts = [
            "<h1>\(subject.model.escaped)</h1>", HTMLPage.paragraph(subject.sentence), HTMLPage.paragraph(summary), HeatMap(self).svg,
        ]
        return HTMLPage(
            title: "\(subject.model), \(subject.method)",
            parts: parts + sections.map(\.html) + [
                HTMLPage.heading("Why questions are hard"), PlaceGrid(places).html, curve, missing, settings.html(haystack: []),
            ]
        ).text
    }

    private var summary: String {
        let run = rows.filter { $0.notRun == nil }, questions = run.flatMap(\.byLength).reduce(0) { $0 + $1.score.records }
        let published = run.contains { $0.published != nil } ? " Published scores of others are those of whole test sets." : ""
        return "\(run.count) benchmarks with \(questions) questions that count, each score with its 95% interval." + published
    }

    /// Suites in the order in which their first task was run; what is made here and in no suite comes where its first one does.
    private var sections: [OverviewSection] {
        let run = rows.filter { $0.notRun == nil }
        var titles: [String] = []
        for row in run where !titles.contains(row.section) { titles.append(row.section) }
        return titles.map { title in
            OverviewSection(
                title: title, lengths: settings.lengths, rows: run.filter { $0.section == title },
                averages: (averages ?? []).filter { $0.name.hasPrefix(title + " ") }, ruler: title == RULERSuite.name ? ruler : nil)
        }
    }

    /// RULER's tasks as one line, so that lines can be told apart.
    private var curve: String {
        let others = rows.filter { $0.notRun == nil && (ruler == nil || !RULERSuite.tasks.contains($0.benchmark)) }
        let lines = others.map { row in CurveChart.Line(row.benchmark, row.byLength.map { ($0.length, $0.score) }) }
        let average = ruler.map { [CurveChart.Line("average of RULER's tasks", $0.byLength.map { ($0.length, $0.score) })] } ?? []
        return CurveChart(average + lines)?.svg ?? ""
    }

    /// What was wished and not run: benchmarks without their file suite by suite, all others each with its reason.
    private var missing: String {
        let left = rows.filter { $0.notRun != nil }
        guard !left.isEmpty else { return "" }
        var suites: [String] = []
        for row in left where row.missingFile != nil && !suites.contains(row.section) { suites.append(row.section) }
        let absent = suites.map { suite in
            let files = left.filter { $0.section == suite }.compactMap(\.missingFile)
            return [
                suite,
                "files that are not there: " + files.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }.joined(separator: ", "),
            ]
        }
        let others = left.filter { $0.missingFile == nil }.map { [$0.benchmark, $0.notRun ?? ""] }
        return HTMLPage.heading("Not run") + "\n" + HTMLPage.table(headings: ["What", "Why"], rows: others + absent, style: .words)
    }
}

extension EvaluationOverview.Row {
    /// The suite that it belongs to, or what stands for all others.
    fileprivate var section: String {
        BenchmarkRegistry.suite(of: benchmark)?.name ?? (RULERSuite.tasks.contains(benchmark) ? RULERSuite.name : "recall")
    }
}

/// One suite's part of the page.
private struct OverviewSection {
    let title: String
    let lengths: [Int]
    let rows: [EvaluationOverview.Row]
    let averages: [SuiteAverage]
    let ruler: EvaluationOverview.RULER?

    var html: String {
        [HTMLPage.heading(title), table, notes, rulerSummary, classes].filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private var table: String {
        let hasPublished = rows.contains { $0.published != nil } || averages.contains { !$0.published.isEmpty } || rulerPublished != nil
        let tasks = rows.map { row in
            [row.benchmark] + cells { row.score(of: $0) } + [row.counts] + (hasPublished ? [HTMLPage.list(row.published ?? [])] : [])
        }
        let together = averageRows.map { $0.cells + (hasPublished ? [$0.published] : []) }
        let average = ruler.map { ruler in
            ["average of \(ruler.tasks) of \(RULERSuite.tasks.count) tasks"]
                + cells { length in
                    ruler.byLength.first { $0.length == length }?.score
                } + ["\(ruler.byLength.reduce(0) { $0 + $1.score.records })"] + (hasPublished ? [rulerPublished ?? ""] : [])
        }
        return HTMLPage.table(
            headings: ["Benchmark"] + lengths.map { "\($0) tokens" } + ["Questions"] + (hasPublished ? ["Published"] : []),
            rows: tasks + together + (average.map { [$0] } ?? []),
            addresses: rows.map { "\($0.benchmark)/report.html" }, style: hasPublished ? .lastInWords : .numbers)
    }

    private func cells(_ score: (Int) -> MeanScore?) -> [String] { lengths.map { score($0).map(cell) ?? "" } }

    private func cell(_ score: MeanScore) -> String { "\(score.score.percent) (\(score.range))" }

    /// What tasks come to together, a row for each name.
    private var averageRows: [(cells: [String], published: String)] {
        var names: [String] = []
        for average in averages where !names.contains(average.name) { names.append(average.name) }
        return names.map { name in
            let own = averages.filter { $0.name == name }, parts = own.map { "\($0.parts) of \($0.allParts) parts" }
            return (
                ["\(name), \(parts.max() ?? "")"] + cells { length in own.first { $0.length == length }?.score }
                    + ["\(own.reduce(0) { $0 + $1.score.records })"],
                HTMLPage.list(own.first { !$0.published.isEmpty }?.published ?? [])
            )
        }
    }

    private var rulerPublished: String? {
        let known = (ruler?.byLength ?? []).compactMap { average in
            average.published.map { "\(average.length): \(HTMLPage.list($0))" }
        }
        return known.isEmpty ? nil : known.joined(separator: "; ")
    }

    private var rulerSummary: String {
        guard let ruler else { return "" }
        let length = ruler.effectiveLength.map { "\($0) tokens" } ?? "none of these lengths"
        return HTMLPage.paragraph(
            "Effective length (average above \(RULERSuite.threshold.percent)): \(length); averages weighted towards long texts "
                + "\(ruler.weightedAverageIncreasing.percent), towards short ones \(ruler.weightedAverageDecreasing.percent).")
    }

    private var notes: String {
        let said = rows.flatMap { row in (row.notes ?? []).map { "\(row.benchmark): \($0)" } }
        return said.isEmpty ? "" : "<ul>\n" + said.map { "<li>\($0.escaped)</li>" }.joined(separator: "\n") + "\n</ul>"
    }

    /// Scores by what questions have in common: buckets of length, domains and the like.
    private var classes: String {
        let named = rows.flatMap { row in
            (row.classes ?? []).map { [row.benchmark, $0.name ?? "", "\($0.length)", "\($0.score.records)", cell($0.score)] }
        }
        guard !named.isEmpty else { return "" }
        let table = HTMLPage.table(headings: ["Benchmark", "Questions about", "Tokens", "Questions", "Score"], rows: named)
        return "<details open>\n<summary>By classes of questions</summary>\n\(table)\n</details>"
    }
}

extension EvaluationOverview.Row {
    /// "12, 3 cut, 1 left out".
    fileprivate var counts: String {
        let further = [(cut, "cut"), (skipped, "left out"), (emptyReplies, "empty")].compactMap { count, what in
            (count ?? 0) > 0 ? "\(count ?? 0) \(what)" : nil
        }
        return (["\(byLength.reduce(0) { $0 + $1.score.records })"] + further).joined(separator: ", ")
    }
}
