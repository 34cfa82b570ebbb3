/// Mean scores by length, and by how deep in the text the answer stands or by benchmark.
package struct HeatMap: Equatable, Sendable {
    package struct Row: Equatable, Sendable {
        /// "0-10%".
        package let title: String
        /// One for each length; nil where nothing was asked.
        package let scores: [Double?]
    }

    package let lengths: [Int]
    /// What rows tell apart.
    let rowName: String
    /// The beginning of the text first.
    package let rows: [Row]

    /// - Returns: nil for a benchmark whose answers have no depth.
    package init?(_ report: EvaluationReport) {
        let cells = report.groups.filter { $0.depth != nil }
        guard !cells.isEmpty else { return nil }
        let lengths = report.groups.map(\.length).reduce(into: [Int]()) { if !$0.contains($1) { $0.append($1) } }
        self.lengths = lengths
        rowName = "depth of the answer"
        let width = 100 / EvaluationReport.depthBands
        rows = (0..<EvaluationReport.depthBands).map { band in
            Row(
                title: "\(band * width)-\((band + 1) * width)%",
                scores: lengths.map { length in cells.first { $0.length == length && $0.depth == band }?.score.score })
        }
    }

    /// A row for each benchmark that has scores.
    init(_ overview: EvaluationOverview) {
        lengths = overview.settings.lengths
        rowName = "benchmark"
        rows = overview.rows.filter { !$0.byLength.isEmpty }.map { row in
            Row(title: row.benchmark, scores: overview.settings.lengths.map { row.score(of: $0)?.score })
        }
    }

    /// The map in characters that are the darker the higher the score: one line for each depth, for a terminal.
    package func text(isUnicode: Bool) -> String {
        let shades = Array(isUnicode ? "·░▒▓█" : ".:+*#")
        let width = max(7, (lengths.map { String($0).count }.max() ?? 0) + 2)
        func padded(_ text: String, to width: Int) -> String { String(repeating: " ", count: max(0, width - text.count)) + text }
        var text = padded("depth", to: 8) + lengths.map { padded(String($0), to: width) }.joined() + "\n"
        for row in rows {
            let cells = row.scores.map { score -> String in
                guard let score else { return padded("", to: width) }
                let shade = shades[min(shades.count - 1, Int(score * Double(shades.count - 1) + 0.5))]
                return padded(String(repeating: shade, count: 2) + padded("\(Int((score * 100).rounded()))", to: 4), to: width)
            }
            text += padded(row.title, to: 8) + cells.joined() + "\n"
        }
        return text
    }
}
