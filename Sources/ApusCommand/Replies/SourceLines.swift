import Foundation
import Generation

/// The passages that an answer rests on, a line for each: file, bytes, weight, and how the passage reads.
struct SourceLines {
    let passages: [Passage]
    /// Columns that a line may take; nil for as many as it needs.
    var columns: Int?
    var isUnicode = true

    var lines: [String] {
        let places = passages.map { "\($0.file.onOneLine) \($0.start)-\($0.end)" }
        let weights = passages.map { String(format: "%.1f%%", $0.weight * 100) }
        let width = (place: places.map(\.count).max() ?? 0, weight: weights.map(\.count).max() ?? 0)
        return passages.indices.map { index in
            let place = places[index].padded(to: width.place), weight = weights[index].padded(to: width.weight, onLeft: true)
            return cut("\(place)  \(weight)  \(passages[index].text.withoutBreaks)")
        }
    }

    private func cut(_ line: String) -> String {
        guard let columns, line.count > columns else { return line }
        return columns > 0 ? line.prefix(columns - 1) + (isUnicode ? "…" : "~") : ""
    }
}

extension String {
    /// The text on one line: any white space, line breaks too, is one space, and other control characters are written out.
    fileprivate var withoutBreaks: String {
        split(whereSeparator: \.isWhitespace).joined(separator: " ").onOneLine
    }

    /// The text with spaces up to `width` characters.
    func padded(to width: Int, onLeft: Bool = false) -> String {
        let spaces = String(repeating: " ", count: max(0, width - count))
        return onLeft ? spaces + self : self + spaces
    }
}
