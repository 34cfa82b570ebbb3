import Diagnostics
import Foundation
import ModelFiles

// A picture that needs nothing beside itself, in colours that colour-blind people tell apart (Okabe and Ito, 2008), with forms besides.
extension Roofline {
    private static let width = 860.0, height = 520.0
    private static let left = 84.0, right = 24.0, top = 64.0, bottom = 60.0
    /// Below the picture stand the titles, in columns.
    private static let keyColumns = 3, keyLine = 18.0
    /// Marks of one kind that are no farther apart than this share a label.
    private static let nearby = 12.0

    /// Writes the picture, whole or not at all.
    package func write(to path: String) throws(ModelFileError) {
        try AtomicFile.write(Array(svg.utf8), to: path)
    }

    package var svg: String {
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(Self.width)) \(Int(Self.height + keyHeight))" role="img" \
        font-family="system-ui, sans-serif" font-size="13" fill="#222222">
        <title>\(heading)</title>
        <rect width="100%" height="100%" fill="#ffffff"/>
        <text x="\(Self.place(Self.left))" y="24" font-size="15">\(heading)</text>
        \(legend)
        \(grid)
        \(roofLine)
        \(marks)
        \(key)
        </svg>

        """
    }

    private var heading: String {
        "Roofline of \(machine.name.escaped): \(Self.label(machine.operationsPerSecond)) operations a second, "
            + "\(Self.label(machine.bytesPerSecond)) bytes a second"
    }

    // MARK: Axes

    /// Powers of ten around what there is to show.
    private static func decades(_ values: [Double]) -> ClosedRange<Double> {
        let logs = values.filter { $0 > 0 && $0.isFinite }.map(log10)
        let low = floor((logs.min() ?? 0) - 0.1), high = ((logs.max() ?? 1) + 0.1).rounded(.up)
        return low...max(high, low + 1)
    }

    private var intensities: ClosedRange<Double> { Self.decades(points.map(\.intensity) + [machine.balance, machine.balance * 20, 0.5]) }
    private var rates: ClosedRange<Double> {
        Self.decades(points.map(\.rate) + [machine.operationsPerSecond, roof(pow(10, intensities.lowerBound))])
    }

    private func x(_ intensity: Double) -> Double {
        let range = intensities, share = (log10(intensity) - range.lowerBound) / (range.upperBound - range.lowerBound)
        return Self.left + share * (Self.width - Self.left - Self.right)
    }

    private func y(_ rate: Double) -> Double {
        let range = rates, share = (log10(rate) - range.lowerBound) / (range.upperBound - range.lowerBound)
        return Self.height - Self.bottom - share * (Self.height - Self.top - Self.bottom)
    }

    private static func place(_ value: Double) -> String { String(format: "%.1f", value) }

    /// Three digits and the letter of a thousand's power: "312 T".
    private static func label(_ value: Double) -> String {
        let letters = ["", " K", " M", " G", " T", " P", " E"], power = max(0, min(letters.count - 1, Int(floor(log10(value) / 3))))
        return String(format: "%.3g", value / pow(1000, Double(power))) + letters[power]
    }

    private var grid: String {
        let floor = Self.place(Self.height - Self.bottom), ceiling = Self.place(Self.top), end = Self.place(Self.width - Self.right)
        let vertical = stride(from: intensities.lowerBound, through: intensities.upperBound, by: 1).map { decade in
            let x = Self.place(x(pow(10, decade)))
            return """
                <path d="M\(x) \(ceiling)V\(floor)" stroke="#e4e4e4"/>\
                <text x="\(x)" y="\(Self.place(Self.height - Self.bottom + 20))" text-anchor="middle">\(Self.label(pow(10, decade)))</text>
                """
        }
        let horizontal = stride(from: rates.lowerBound, through: rates.upperBound, by: 1).map { decade in
            let y = Self.place(y(pow(10, decade)))
            return """
                <path d="M\(Self.place(Self.left)) \(y)H\(end)" stroke="#e4e4e4"/>\
                <text x="\(Self.place(Self.left - 8))" y="\(y)" dy="4" text-anchor="end">\(Self.label(pow(10, decade)))</text>
                """
        }
        let middle = Self.place((Self.top + Self.height - Self.bottom) / 2)
        let names = """
            <text x="\(Self.place((Self.left + Self.width - Self.right) / 2))" y="\(Self.place(Self.height - 16))" \
            text-anchor="middle">operations for each byte read</text>
            <text x="20" y="\(middle)" text-anchor="middle" transform="rotate(-90 20 \(middle))">operations a second</text>
            """
        return (vertical + horizontal + [names]).joined(separator: "\n")
    }

    // MARK: Roof and points

    private var roofLine: String {
        let corners = [pow(10, intensities.lowerBound), machine.balance, pow(10, intensities.upperBound)]
        let places = corners.map { "\(Self.place(x($0))),\(Self.place(y(roof($0))))" }.joined(separator: " ")
        return """
            <polyline points="\(places)" fill="none" stroke="#222222" stroke-width="2"/>
            <path d="M\(Self.place(x(machine.balance))) \(Self.place(y(machine.operationsPerSecond)))V\(Self.place(Self.height - Self.bottom))" \
            stroke="#222222" stroke-dasharray="4 4"/>
            <text x="\(Self.place(x(machine.balance)))" y="\(Self.place(y(machine.operationsPerSecond) - 8))" \
            text-anchor="middle">\(Self.label(machine.balance)) operations a byte</text>
            """
    }

    private var legend: String {
        Point.Kind.allCases.enumerated().map { index, kind in
            let x = Self.left + Double(index) * 190
            return Self.form(kind, x: x + 6, y: 44) + "<text x=\"\(Self.place(x + 18))\" y=\"48\">\(kind.legend)</text>"
        }.joined(separator: "\n")
    }

    private var marks: String {
        let forms = points.map { Self.form($0.kind, x: x($0.intensity), y: y($0.rate)) }
        let labels = clusters.map { cluster in
            let x = x(cluster[0].intensity), isLate = x > Self.width - 80
            let numbers = cluster.map { String($0.subject + 1) }.joined(separator: ", ")
            return """
                <text x="\(Self.place(x + (isLate ? -9 : 9)))" y="\(Self.place(y(cluster[0].rate) + 16))" font-size="11" \
                text-anchor="\(isLate ? "end" : "start")">\(numbers)</text>
                """
        }
        return (forms + labels).joined(separator: "\n")
    }

    /// Points of one kind that lie too near to each other to be labelled one by one.
    private var clusters: [[Point]] {
        points.reduce(into: [[Point]]()) { clusters, point in
            let near = clusters.firstIndex { cluster in
                cluster[0].kind == point.kind && abs(x(cluster[0].intensity) - x(point.intensity)) < Self.nearby
                    && abs(y(cluster[0].rate) - y(point.rate)) < Self.nearby
            }
            if let near { clusters[near].append(point) } else { clusters.append([point]) }
        }
    }

    private var keyHeight: Double { Double((titles.count + Self.keyColumns - 1) / Self.keyColumns + 1) * Self.keyLine }

    private var key: String {
        titles.enumerated().map { index, title in
            let x = Self.left + Double(index % Self.keyColumns) * (Self.width - Self.left) / Double(Self.keyColumns)
            let y = Self.height + Double(index / Self.keyColumns + 1) * Self.keyLine
            return "<text x=\"\(Self.place(x))\" y=\"\(Self.place(y))\" font-size=\"12\">\(index + 1): \(title.escaped)</text>"
        }.joined(separator: "\n")
    }

    private static func form(_ kind: Point.Kind, x: Double, y: Double) -> String {
        switch kind {
        case .reading: "<circle cx=\"\(place(x))\" cy=\"\(place(y))\" r=\"5\" fill=\"#0072b2\"/>"
        case .writing: "<rect x=\"\(place(x - 5))\" y=\"\(place(y - 5))\" width=\"10\" height=\"10\" fill=\"#d55e00\"/>"
        case .together:
            "<path d=\"M\(place(x)) \(place(y - 6))l6 11h-12z\" fill=\"#009e73\"/>"
        }
    }
}

extension Roofline.Point.Kind {
    fileprivate var legend: String {
        switch self {
        case .reading: "reading a text"
        case .writing: "writing for one user"
        case .together: "writing for all who fit"
        }
    }
}
