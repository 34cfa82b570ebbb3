import Diagnostics
import Foundation

/// Values over lengths or positions as lines with their intervals, told apart by dashes as well as by colour.
package struct CurveChart {
    package struct Point {
        /// Tokens.
        let place: Int
        let value: Double
        /// Lowest and highest.
        let interval: [Double]

        package init(place: Int, value: Double, interval: [Double]) {
            self.place = place
            self.value = value
            self.interval = interval
        }
    }

    package struct Line {
        let title: String
        let points: [Point]

        package init(title: String, points: [Point]) {
            self.title = title
            self.points = points
        }
    }

    /// What values mean.
    package enum Scale {
        /// Scores from 0 to 1, in percent.
        case score
        /// Numbers from 1 on, each doubling as high as the next.
        case perplexity
    }

    private let title: String
    private let scale: Scale
    private let lines: [Line]
    private let places: [Int]
    /// The range of values, as they are drawn.
    private let range: ClosedRange<Double>

    private static let size = (width: 640.0, height: 260.0)
    private static let margin = (left: 56.0, top: 14.0, bottom: 36.0)
    private static let legendLine = 16.0
    private static let labelWidth = 24.0
    private static let levels = 4
    /// Colours that eyes of all kinds tell apart. (Okabe and Ito, Color Universal Design, 2008.)
    private static let colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#000000", "#56b4e9", "#e69f00"]
    private static let dashes = ["", "6 3", "2 3", "8 3 2 3"]

    /// - Returns: nil for fewer than two places, which make no curve.
    package init?(_ title: String, _ scale: Scale, _ lines: [Line]) {
        places = Set(lines.flatMap { $0.points.map(\.place) }).sorted()
        guard places.count > 1 else { return nil }
        self.title = title
        self.scale = scale
        self.lines = lines
        let values = lines.flatMap(\.points).flatMap { $0.interval + [$0.value] }.filter(\.isFinite).map(scale.drawn)
        range = scale == .score ? 0...1 : (values.min() ?? 0).rounded(.down)...((values.max() ?? 0).rounded(.down) + 1)
    }

    /// As a file of its own.
    package var file: String { SVGFile.text(of: svg) }

    /// For a page.
    package var svg: String {
        let height = Self.size.height + (lines.count > 1 ? Double(lines.count) * Self.legendLine : 0)
        return """
            <svg viewBox="0 0 \(Self.text(Self.size.width)) \(Self.text(height))" width="\(Self.text(Self.size.width))" \
            height="\(Self.text(height))" role="img" font-family="sans-serif" font-size="13">
            <title>\(title.escaped)</title>
            \((axes + lines.indices.flatMap(drawn)).joined(separator: "\n"))
            </svg>
            """
    }

    private var axes: [String] {
        let left = Self.margin.left, right = Self.size.width - Self.margin.left
        let levels = (0...Self.levels).map { step -> String in
            let level = range.lowerBound + (range.upperBound - range.lowerBound) * Double(step) / Double(Self.levels),
                y = Self.text(height(level))
            return """
                <line x1="\(Self.text(left))" x2="\(Self.text(right))" y1="\(y)" y2="\(y)" stroke="#ccc"/>\
                <text x="\(Self.text(left - 8))" y="\(y)" dy="4" text-anchor="end">\(scale.label(level))</text>
                """
        }
        return levels
            + labelledPlaces.map { place in
                """
                <text x="\(Self.text(x(place)))" y="\(Self.text(Self.size.height - Self.margin.bottom + 20))" text-anchor="middle">\
                \(place)</text>
                """
            }
    }

    /// Those whose labels do not run into the ones before them.
    private var labelledPlaces: [Int] {
        places.reduce(into: []) { kept, place in
            if kept.last.map({ x(place) - x($0) >= Self.labelWidth }) ?? true { kept.append(place) }
        }
    }

    private func drawn(_ number: Int) -> [String] {
        let line = lines[number], colour = Self.colours[number % Self.colours.count]
        let dash = Self.dashes[number / Self.colours.count % Self.dashes.count]
        let style = "stroke=\"\(colour)\" stroke-width=\"2\" fill=\"none\"" + (dash.isEmpty ? "" : " stroke-dasharray=\"\(dash)\"")
        let points = line.points.filter { $0.value.isFinite }
        let path = points.map { "\(Self.text(x($0.place))),\(Self.text(y($0.value)))" }.joined(separator: " ")
        let marks = points.map { point in
            let x = Self.text(x(point.place)), ends = point.interval.map { Self.text(y($0)) }
            return """
                <line x1="\(x)" x2="\(x)" y1="\(ends[0])" y2="\(ends[1])" stroke="\(colour)"/>\
                <circle cx="\(x)" cy="\(Self.text(y(point.value)))" r="3" fill="\(colour)"/>
                """
        }
        return ["<polyline points=\"\(path)\" \(style)/>"] + marks + (lines.count > 1 ? [legend(number, line.title, style)] : [])
    }

    private func legend(_ number: Int, _ title: String, _ style: String) -> String {
        let y = Self.size.height + Double(number) * Self.legendLine + 6, left = Self.margin.left
        return """
            <line x1="\(Self.text(left))" x2="\(Self.text(left + 30))" y1="\(Self.text(y - 4))" y2="\(Self.text(y - 4))" \(style)/>\
            <text x="\(Self.text(left + 38))" y="\(Self.text(y))" fill="#111">\(title.escaped)</text>
            """
    }

    /// Each doubling is as wide as the next.
    private func x(_ place: Int) -> Double {
        let low = log2(Double(max(1, places[0]))), high = log2(Double(max(1, places[places.count - 1])))
        let share = (log2(Double(max(1, place))) - low) / max(high - low, 1e-9)
        return Self.margin.left * 1.5 + share * (Self.size.width - Self.margin.left * 3)
    }

    private func y(_ value: Double) -> Double { height(min(max(scale.drawn(value), range.lowerBound), range.upperBound)) }

    private func height(_ level: Double) -> Double {
        let share = (level - range.lowerBound) / (range.upperBound - range.lowerBound)
        return Self.margin.top + (1 - share) * (Self.size.height - Self.margin.top - Self.margin.bottom)
    }

    private static func text(_ value: Double) -> String { String(format: "%.1f", value) }
}

extension CurveChart.Scale {
    fileprivate func drawn(_ value: Double) -> Double { self == .score ? value : log2(max(value, 1)) }

    fileprivate func label(_ level: Double) -> String {
        guard self == .perplexity else { return "\(Int((level * 100).rounded()))%" }
        let value = exp2(level)
        return (1_000..<1e6).contains(value) ? "\(10 * Int((value / 10).rounded()))" : String(format: "%.3g", value)
    }
}

extension CurveChart.Line {
    init(_ title: String, _ scores: [(length: Int, score: MeanScore)]) {
        self.init(
            title: title,
            points: scores.map { CurveChart.Point(place: $0.length, value: $0.score.score, interval: $0.score.interval) })
    }
}

extension CurveChart {
    /// Scores by length.
    init?(_ lines: [Line]) { self.init("Score in percent by tokens of the text, with 95% intervals", .score, lines) }
}
