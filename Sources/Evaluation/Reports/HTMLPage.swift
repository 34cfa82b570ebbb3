import Diagnostics
import Foundation

/// A page that needs nothing else: no script, no font, no picture from elsewhere.
package struct HTMLPage {
    let title: String
    /// Finished HTML, one below the other.
    let parts: [String]

    package init(title: String, parts: [String]) {
        self.title = title
        self.parts = parts
    }

    package var text: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <title>\(title.escaped)</title>
        <style>
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #111; background: #fff; }
        table { border-collapse: collapse; margin: 1rem 0; }
        th, td { padding: 0.2rem 0.8rem; text-align: right; border-bottom: 1px solid #ccc; }
        th:first-child, td:first-child { text-align: left; }
        .words th, .words td, .last th:last-child, .last td:last-child { text-align: left; }
        summary { cursor: pointer; }
        svg { max-width: 100%; height: auto; }
        pre { white-space: pre-wrap; border: 1px solid #ccc; padding: 0.5rem; }
        </style>
        </head>
        <body>
        \(parts.filter { !$0.isEmpty }.joined(separator: "\n"))
        </body>
        </html>

        """
    }

    /// What a table's cells hold: numbers stand to the right, words to the left.
    package enum TableStyle: String {
        case numbers
        /// The last column holds words.
        case lastInWords = "last"
        case words
    }

    /// - Parameters:
    ///   - rows: cells as text; the first of each names its row.
    ///   - addresses: where those names lead, of the first rows.
    package static func table(headings: [String], rows: [[String]], addresses: [String] = [], style: TableStyle = .numbers) -> String {
        func row(_ cells: [String], _ tag: String) -> String {
            "<tr>" + cells.map { "<\(tag)>\($0)</\(tag)>" }.joined() + "</tr>"
        }
        let body = rows.enumerated().map { number, cells in
            let texts = cells.map(\.escaped)
            guard addresses.indices.contains(number), let name = texts.first else { return row(texts, "td") }
            return row(["<a href=\"\(addresses[number].escaped)\">\(name)</a>"] + texts.dropFirst(), "td")
        }
        let opening = style == .numbers ? "<table>" : "<table class=\"\(style.rawValue)\">"
        return ([opening, row(headings.map(\.escaped), "th")] + body + ["</table>"]).joined(separator: "\n")
    }

    package static func heading(_ text: String) -> String { "<h2>\(text.escaped)</h2>" }
    package static func paragraph(_ text: String) -> String { "<p>\(text.escaped)</p>" }
}

extension Double {
    /// "97.5%".
    package var percent: String { String(format: "%.1f%%", self * 100) }
    /// "+2.5" or "-2.5".
    var points: String { String(format: "%+.1f", self) }
}

extension MeanScore {
    /// "91.0% to 99.2%".
    package var range: String { interval.map(\.percent).joined(separator: " to ") }
}

extension SubjectIdentity {
    /// What was tested and how, in a sentence.
    var sentence: String {
        let parts = [
            endpoint.map { "at \($0)" } ?? "method \(method)", positions.map { "positions \($0)" }, cacheType.map { "cache \($0)" },
            window.map { "window \($0)" }, frame.map { "frame \($0)" },
        ]
        return "Model " + ([model] + parts.compactMap(\.self)).joined(separator: ", ") + "."
    }
}

extension EvaluationSettings {
    /// What is needed to run the same again.
    func html(haystack: [EvaluationSource]) -> String {
        let texts = haystack.map(\.sentence).joined(separator: ", ")
        let settings = "Seed \(seed), \(cases) cases of each length\(texts.isEmpty ? "" : "; texts: " + texts)."
        return HTMLPage.heading("Settings") + "\n" + HTMLPage.paragraph(settings)
            + (command.map { "\n<pre>\($0.escaped)</pre>" } ?? "")
    }
}
