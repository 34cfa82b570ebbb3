import Foundation

extension HeatMap {
    private static let cell = (width: 72, height: 26)
    private static let topMargin = 34
    private static let characterWidth = 8

    /// Room for the longest title.
    private var leftMargin: Int { (rows.map(\.title.count).max() ?? 0) * Self.characterWidth + 16 }

    /// A picture: lengths from left to right, the text from top to bottom, every field with its number.
    var svg: String {
        let width = leftMargin + lengths.count * Self.cell.width, height = Self.topMargin + rows.count * Self.cell.height
        var shapes: [String] = []
        for (column, length) in lengths.enumerated() {
            let x = leftMargin + column * Self.cell.width + Self.cell.width / 2
            shapes.append("<text x=\"\(x)\" y=\"\(Self.topMargin - 10)\" text-anchor=\"middle\">\(length)</text>")
        }
        for (line, row) in rows.enumerated() {
            let y = Self.topMargin + line * Self.cell.height
            shapes.append("<text x=\"\(leftMargin - 8)\" y=\"\(y + 18)\" text-anchor=\"end\">\(row.title)</text>")
            for (column, score) in row.scores.enumerated() {
                if let score { shapes.append(field(score, x: leftMargin + column * Self.cell.width, y: y)) }
            }
        }
        return """
            <svg viewBox="0 0 \(width) \(height)" width="\(width)" height="\(height)" role="img" font-family="sans-serif" font-size="13">
            <title>Score in percent by tokens of the text (across) and \(rowName) (down)</title>
            \(shapes.joined(separator: "\n"))
            </svg>
            """
    }

    /// The same as a file of its own.
    var file: String { SVGFile.text(of: svg) }

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
package struct ScoreColour: Equatable {
    /// "#00204c".
    package let background: String
    /// Black or white, whichever can be read.
    package let text: String

    /// Red, green and blue at evenly spaced scores.
    private static let stops: [[Double]] = [[0, 32, 76], [62, 74, 108], [124, 123, 120], [188, 175, 111], [255, 234, 70]]

    package init(_ score: Double) {
        let place = min(max(score, 0), 1) * Double(Self.stops.count - 1), index = min(Int(place), Self.stops.count - 2)
        let rest = place - Double(index)
        let parts = zip(Self.stops[index], Self.stops[index + 1]).map { Int(($0 + ($1 - $0) * rest).rounded()) }
        background = "#" + parts.map { String(format: "%02x", $0) }.joined()
        text = score < 0.5 ? "#fff" : "#000"
    }
}
