import Diagnostics
import Foundation

/// Recall against speed, a mark for each candidate with its interval, and the front of those that no other beats in both.
struct TradeOffChart {
    struct Point {
        let title: String
        let recall: Double
        /// Lowest and highest.
        let interval: [Double]
        /// Tokens of the text a second, up to the first answer.
        let speed: Double
        let isRecommended: Bool
        var isFront = false
    }

    private let heading: String
    private let points: [Point]

    private static let size = (width: 760.0, height: 440.0)
    private static let margin = (left: 60.0, right: 150.0, top: 46.0, bottom: 52.0)
    /// Dark blue for the front and grey for the rest, which grey print keeps apart; the recommended one has a ring besides.
    private static let colours = (front: "#0072b2", rest: "#767676")
    /// Labels that are no farther apart than this would overlap.
    private static let labelHeight = 15.0

    /// - Returns: nil where nothing was measured at the wanted length.
    init?(_ report: FitReport) {
        let finalists = report.finalists
        guard !finalists.isEmpty else { return nil }
        heading = "Recall against speed at \(report.settings.length) tokens: \(report.model.name)"
        var points = finalists.compactMap { entry in
            entry.final.map { measured in
                Point(
                    title: entry.candidate.name, recall: measured.recall.score, interval: measured.recall.interval, speed: measured.speed,
                    isRecommended: entry.candidate == report.recommendation?.candidate)
            }
        }
        for (place, isFront) in ParetoFront.marks(points.map { ($0.recall, $0.speed) }).enumerated() { points[place].isFront = isFront }
        self.points = points.sorted { $0.speed < $1.speed }
    }

    var svg: String {
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(Self.size.width)) \(Int(Self.size.height))" \
        width="\(Int(Self.size.width))" height="\(Int(Self.size.height))" role="img" font-family="sans-serif" font-size="13" fill="#222">
        <title>\(heading.escaped)</title>
        <rect width="100%" height="100%" fill="#fff"/>
        <text x="\(Self.text(Self.margin.left))" y="22" font-size="15">\(heading.escaped)</text>
        \((levels + ticks + [front] + points.map(mark) + labels + [axis]).joined(separator: "\n"))
        </svg>

        """
    }

    // MARK: Axes

    private var levels: [String] {
        stride(from: 0.0, through: 1, by: 0.25).map { level in
            let y = Self.text(y(level))
            return """
                <line x1="\(Self.text(Self.margin.left))" x2="\(Self.text(Self.size.width - Self.margin.right))" y1="\(y)" y2="\(y)" \
                stroke="#ddd"/><text x="\(Self.text(Self.margin.left - 8))" y="\(y)" dy="4" text-anchor="end">\(Int(level * 100))%</text>
                """
        }
    }

    /// Powers of two around all speeds.
    private var doublings: ClosedRange<Double> {
        let logs = points.map { log2(max($0.speed, 1e-6)) }
        let low = (logs.min() ?? 0).rounded(.down), high = (logs.max() ?? 1).rounded(.up)
        return low...max(high, low + 1)
    }

    private var ticks: [String] {
        let step = max(1, ((doublings.upperBound - doublings.lowerBound) / 6).rounded(.up))
        return stride(from: doublings.lowerBound, through: doublings.upperBound, by: step).map { power in
            let speed = exp2(power), x = Self.text(x(speed))
            return """
                <line x1="\(x)" x2="\(x)" y1="\(Self.text(y(0)))" y2="\(Self.text(y(0) + 5))" stroke="#222"/>\
                <text x="\(x)" y="\(Self.text(y(0) + 20))" text-anchor="middle">\(Self.rate(speed))</text>
                """
        }
    }

    private var axis: String {
        let middle = Self.text((Self.margin.left + Self.size.width - Self.margin.right) / 2)
        return """
            <text x="\(middle)" y="\(Self.text(Self.size.height - 8))" text-anchor="middle">tokens of the text a second, up to the first \
            answer (each mark with its 95% interval; line: no other is better in both)</text>
            """
    }

    // MARK: Marks

    private var front: String {
        let path = points.filter(\.isFront).map { "\(Self.text(x($0.speed))),\(Self.text(y($0.recall)))" }.joined(separator: " ")
        return "<polyline points=\"\(path)\" fill=\"none\" stroke=\"\(Self.colours.front)\" stroke-width=\"1.5\" stroke-dasharray=\"6 3\"/>"
    }

    private func mark(_ point: Point) -> String {
        let colour = point.isFront ? Self.colours.front : Self.colours.rest, x = Self.text(x(point.speed)), y = Self.text(y(point.recall))
        let ends = point.interval.map { Self.text(self.y($0)) }
        let ring = "<circle cx=\"\(x)\" cy=\"\(y)\" r=\"9\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"2\"/>"
        return """
            <line x1="\(x)" x2="\(x)" y1="\(ends[0])" y2="\(ends[1])" stroke="\(colour)"/>\
            <circle cx="\(x)" cy="\(y)" r="5" fill="\(colour)"/>\(point.isRecommended ? ring : "")
            """
    }

    /// To the right of their marks, moved down where one would cover another.
    private var labels: [String] {
        var taken: [(x: Double, y: Double)] = []
        return points.sorted { $0.recall > $1.recall }.map { point in
            let x = x(point.speed) + 12
            var y = y(point.recall) + 4
            while taken.contains(where: { abs($0.x - x) < 140 && abs($0.y - y) < Self.labelHeight }) { y += Self.labelHeight / 3 }
            taken.append((x, y))
            let weight = point.isRecommended ? " font-weight=\"bold\"" : ""
            return "<text x=\"\(Self.text(x))\" y=\"\(Self.text(y))\"\(weight)>\(point.title.escaped)</text>"
        }
    }

    private func x(_ speed: Double) -> Double {
        let share = (log2(max(speed, 1e-6)) - doublings.lowerBound) / (doublings.upperBound - doublings.lowerBound)
        return Self.margin.left + share * (Self.size.width - Self.margin.left - Self.margin.right)
    }

    private func y(_ recall: Double) -> Double {
        Self.margin.top + (1 - recall) * (Self.size.height - Self.margin.top - Self.margin.bottom)
    }

    private static func text(_ value: Double) -> String { String(format: "%.1f", value) }

    private static func rate(_ value: Double) -> String {
        value >= 1000 ? String(format: "%.0fK", value / 1000) : String(format: value >= 1 ? "%.0f" : "%.2g", value)
    }
}
