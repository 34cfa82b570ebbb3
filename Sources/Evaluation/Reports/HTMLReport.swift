import Foundation

extension EvaluationReport {
    /// The report as a page that needs nothing else: no script, no font, no picture from elsewhere.
    package var html: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <title>\(benchmark.escaped): \(model.escaped), \(method.escaped)</title>
        <style>
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #111; background: #fff; }
        table { border-collapse: collapse; margin: 1rem 0; }
        th, td { padding: 0.2rem 0.8rem; text-align: right; border-bottom: 1px solid #ccc; }
        th:first-child, td:first-child { text-align: left; }
        svg { max-width: 100%; height: auto; }
        </style>
        </head>
        <body>
        <h1>\(benchmark.escaped)</h1>
        <p>Model \(model.escaped), method \(method.escaped), positions \(positions.escaped), cache \(cacheType.escaped), seed \(seed).</p>
        <p>Score <strong>\(percent(score))</strong> (95% interval \(percent(interval[0])) to \(percent(interval[1]))) over \(records) questions, by \
        \(metric.title).</p>
        \(HeatMap(self)?.svg ?? "")
        \(table)
        </body>
        </html>

        """
    }

    private var table: String {
        let rows = groups.filter { $0.depth == nil }.map { group in
            """
            <tr><td>\(group.length)</td><td>\((group.name ?? "all").escaped)</td><td>\(group.score.records)</td>\
            <td>\(percent(group.score.score))</td><td>\(percent(group.score.interval[0])) to \(percent(group.score.interval[1]))</td></tr>
            """
        }
        return "<table>\n<tr><th>Tokens</th><th>Questions about</th><th>Questions</th><th>Score</th><th>95% interval</th></tr>\n"
            + rows.joined(separator: "\n") + "\n</table>"
    }

    private func percent(_ share: Double) -> String { String(format: "%.1f%%", share * 100) }
}

extension Metric {
    fileprivate var title: String {
        switch self {
        case .firstNumber: "the first number of each reply"
        case .keyWords: "the share of key words in each reply"
        case .exactAnswer: "whole answers"
        }
    }
}

extension HeatMap {
    private static let cell = (width: 72, height: 26)
    private static let margin = (left: 76, top: 34)

    /// A picture: lengths from left to right, the text from top to bottom, every field with its number.
    fileprivate var svg: String {
        let width = Self.margin.left + lengths.count * Self.cell.width, height = Self.margin.top + rows.count * Self.cell.height
        var shapes: [String] = []
        for (column, length) in lengths.enumerated() {
            let x = Self.margin.left + column * Self.cell.width + Self.cell.width / 2
            shapes.append("<text x=\"\(x)\" y=\"\(Self.margin.top - 10)\" text-anchor=\"middle\">\(length)</text>")
        }
        for (line, row) in rows.enumerated() {
            let y = Self.margin.top + line * Self.cell.height
            shapes.append("<text x=\"\(Self.margin.left - 8)\" y=\"\(y + 18)\" text-anchor=\"end\">\(row.title)</text>")
            for (column, score) in row.scores.enumerated() {
                if let score { shapes.append(field(score, x: Self.margin.left + column * Self.cell.width, y: y)) }
            }
        }
        return """
            <svg viewBox="0 0 \(width) \(height)" width="\(width)" height="\(height)" role="img" font-family="sans-serif" font-size="13">
            <title>Score in percent by tokens of the text (across) and depth of the answer (down)</title>
            \(shapes.joined(separator: "\n"))
            </svg>
            """
    }

    private func field(_ score: Double, x: Int, y: Int) -> String {
        let colour = ScoreColour(score)
        return """
            <rect x="\(x)" y="\(y)" width="\(Self.cell.width - 1)" height="\(Self.cell.height - 1)" fill="\(colour.background)"/>\
            <text x="\(x + Self.cell.width / 2)" y="\(y + 18)" text-anchor="middle" fill="\(colour.text)">\
            \(Int((score * 100).rounded()))</text>
            """
    }
}

/// From dark blue for 0 to light yellow for 1, its lightness rising evenly: eyes of all kinds and grey print tell the steps apart.
struct ScoreColour: Equatable {
    /// "#00204c".
    let background: String
    /// Black or white, whichever can be read.
    let text: String

    /// Red, green and blue at evenly spaced scores.
    private static let stops: [[Double]] = [[0, 32, 76], [62, 74, 108], [124, 123, 120], [188, 175, 111], [255, 234, 70]]

    init(_ score: Double) {
        let place = min(max(score, 0), 1) * Double(Self.stops.count - 1), index = min(Int(place), Self.stops.count - 2)
        let rest = place - Double(index)
        let parts = zip(Self.stops[index], Self.stops[index + 1]).map { Int(($0 + ($1 - $0) * rest).rounded()) }
        background = "#" + parts.map { String(format: "%02x", $0) }.joined()
        text = score < 0.5 ? "#fff" : "#000"
    }
}

extension String {
    fileprivate var escaped: String {
        replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
    }
}
