import Foundation
import ModelFiles

/// The losses of a training as a picture that needs nothing beside itself: SVG, in colours that colour-blind people tell apart (Okabe and
/// Ito, 2008), with marks on the held-out curve besides.
package struct LossCurve {
    private static let width = 860.0, height = 480.0
    private static let left = 64.0, right = 20.0, top = 44.0, bottom = 52.0
    private static let trainingColour = "#0072b2", heldOutColour = "#d55e00"
    /// Dots of the training curve: more than the picture has room for would only make it large.
    private static let mostPoints = 800

    private typealias Point = (step: Double, loss: Double)

    private let training: [Point]
    private let heldOut: [Point]
    private let steps: AxisScale
    private let losses: AxisScale

    /// - Parameter steps: all steps of the training, those to come included.
    package init(_ metrics: [TrainingMetrics], steps: Int) {
        training = Self.thinned(metrics.map { (Double($0.step), $0.loss) })
        heldOut = Self.thinned(metrics.compactMap { line in line.heldOutLoss.map { (Double(line.step), $0) } })
        self.steps = AxisScale(covering: 0...Double(max(steps, metrics.last?.step ?? 1, 1)))
        let all = (training + heldOut).map(\.loss)
        losses = AxisScale(covering: (all.min() ?? 0)...(all.max() ?? 1))
    }

    /// Writes the picture, whole or not at all.
    package func write(to path: String) throws(ModelFileError) {
        try AtomicFile.write(Array(text.utf8), to: path)
    }

    /// A loss as people read it: "3.214".
    package static func label(_ loss: Double) -> String { String(format: "%.3f", loss) }

    /// Means of runs of neighbours, as many as there is room for.
    private static func thinned(_ points: [Point]) -> [Point] {
        let run = (points.count + mostPoints - 1) / mostPoints
        guard run > 1 else { return points }
        return stride(from: 0, to: points.count, by: run).map { first in
            let members = points[first..<min(first + run, points.count)], count = Double(members.count)
            return (members.reduce(0) { $0 + $1.step } / count, members.reduce(0) { $0 + $1.loss } / count)
        }
    }
}

// MARK: - Drawing

extension LossCurve {
    /// The SVG document.
    package var text: String {
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" role="img" \
        font-family="system-ui, sans-serif" font-size="13">
        <title>Loss by step\(summary)</title>
        <rect width="100%" height="100%" fill="#ffffff"/>
        \(grid)
        \(legend)
        \(curve(training, colour: Self.trainingColour))
        \(curve(heldOut, colour: Self.heldOutColour))
        \(marks(heldOut))
        </svg>

        """
    }

    private var summary: String {
        let parts = [("training", training), ("held out", heldOut)].compactMap { name, points in
            points.last.map { "\(name) \(Self.label($0.loss))" }
        }
        return parts.isEmpty ? "" : ", in the end: " + parts.joined(separator: ", ")
    }

    private func x(_ step: Double) -> Double { Self.left + steps.share(of: step) * (Self.width - Self.left - Self.right) }
    private func y(_ loss: Double) -> Double { Self.height - Self.bottom - losses.share(of: loss) * (Self.height - Self.top - Self.bottom) }

    private static func place(_ value: Double) -> String { String(format: "%.1f", value) }

    private var grid: String {
        let floor = Self.place(Self.height - Self.bottom), end = Self.place(Self.width - Self.right)
        let vertical = steps.ticks.map { step in
            let x = Self.place(x(step))
            return """
                <path d="M\(x) \(Self.place(Self.top))V\(floor)" stroke="#e4e4e4"/>\
                <text x="\(x)" y="\(Self.place(Self.height - Self.bottom + 20))" text-anchor="middle" fill="#333333">\(steps.label(step))</text>
                """
        }
        let horizontal = losses.ticks.map { loss in
            let y = Self.place(y(loss))
            return """
                <path d="M\(Self.place(Self.left)) \(y)H\(end)" stroke="#e4e4e4"/>\
                <text x="\(Self.place(Self.left - 8))" y="\(y)" dy="4" text-anchor="end" fill="#333333">\(losses.label(loss))</text>
                """
        }
        let names = """
            <text x="\(Self.place((Self.left + Self.width - Self.right) / 2))" y="\(Self.place(Self.height - 12))" text-anchor="middle" \
            fill="#333333">step</text>
            <text x="16" y="\(Self.place((Self.top + Self.height - Self.bottom) / 2))" text-anchor="middle" fill="#333333" \
            transform="rotate(-90 16 \(Self.place((Self.top + Self.height - Self.bottom) / 2)))">loss (nats a token)</text>
            """
        return (vertical + horizontal + [names]).joined(separator: "\n")
    }

    private var legend: String {
        """
        <path d="M\(Self.place(Self.left)) 22h28" stroke="\(Self.trainingColour)" stroke-width="1.6"/>\
        <text x="\(Self.place(Self.left + 36))" y="26" fill="#333333">training</text>
        <path d="M\(Self.place(Self.left + 120)) 22h28" stroke="\(Self.heldOutColour)" stroke-width="1.6"/>\
        <circle cx="\(Self.place(Self.left + 134))" cy="22" r="3.5" fill="\(Self.heldOutColour)"/>\
        <text x="\(Self.place(Self.left + 156))" y="26" fill="#333333">held out</text>
        """
    }

    private func curve(_ points: [Point], colour: String) -> String {
        guard !points.isEmpty else { return "" }
        let places = points.map { "\(Self.place(x($0.step))),\(Self.place(y($0.loss)))" }.joined(separator: " ")
        return "<polyline points=\"\(places)\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"1.6\" stroke-linejoin=\"round\"/>"
    }

    private func marks(_ points: [Point]) -> String {
        points.map {
            "<circle cx=\"\(Self.place(x($0.step)))\" cy=\"\(Self.place(y($0.loss)))\" r=\"3.5\" fill=\"\(Self.heldOutColour)\"/>"
        }
        .joined(separator: "\n")
    }
}

/// An axis from one round number to another.
struct AxisScale {
    let ticks: [Double]
    private let spacing: Double

    private static let wantedTicks = 6.0

    /// - Parameter range: what must find room.
    init(covering range: ClosedRange<Double>) {
        let span = max(range.upperBound - range.lowerBound, 1e-3)
        let rough = span / Self.wantedTicks, power = pow(10, floor(log10(rough)))
        let spacing = power * ([1, 2, 5].first { $0 * power >= rough } ?? 10)
        self.spacing = spacing
        let first = floor(range.lowerBound / spacing), last = max(first + 1, (range.upperBound / spacing).rounded(.up))
        ticks = stride(from: first, through: last, by: 1).map { $0 * spacing }
    }

    /// Where a value lies, from 0 at the beginning of the axis to 1 at its end.
    func share(of value: Double) -> Double { (value - ticks[0]) / (ticks[ticks.count - 1] - ticks[0]) }

    /// A tick in as many digits as the spacing needs.
    func label(_ tick: Double) -> String { String(format: "%.*f", spacing >= 1 ? 0 : Int(-floor(log10(spacing) + 1e-9)), tick) }
}
