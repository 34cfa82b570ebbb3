import Foundation
import Training

/// Where lines lie already, and how they are drawn.
struct PathfinderCanvas {
    /// Lines that are finished.
    var lines = 0
    private let style: Pathfinder.Style
    /// Of each pixel the lines that run through it or nearer to it than the margin.
    private var near: [Set<Int>]
    /// Of each pixel the lines that run through it, the gaps between their dashes included: so no line crosses another.
    private var through: [Set<Int>]

    init(_ style: Pathfinder.Style) {
        self.style = style
        near = Array(repeating: [], count: style.side * style.side)
        through = near
    }

    private static let mostTries = 5
    private static let candidates = 32

    /// Goes on with a line; nil where there is no room.
    mutating func extend(_ last: Pathfinder.Dash, line: Int, _ random: inout CorpusRandom) -> Pathfinder.Dash? {
        let before = angle(last), pivot = last.start.moved(style.dash + 2 * style.margin, along: before)
        guard isInside(pivot) else { return nil }
        let angles = (0..<Self.candidates).map { 2 * .pi * (Double($0) + random.unit()) / Double(Self.candidates) - .pi }
        let weights = angles.map { angle in
            let turn = abs(atan2(sin(angle - before), cos(angle - before)))
            let tip = pivot.moved(style.dash + style.margin, along: angle)
            guard isInside(tip), pixel(tip).map({ near[$0].isSubset(of: [line]) }) ?? false else { return 0.0 }
            return pow(max(0, cos(min(style.continuity * turn, .pi / 2))), 2)
        }
        guard weights.contains(where: { $0 > 1e-9 }) else { return nil }
        for _ in 0..<Self.mostTries {
            let next = Pathfinder.Dash(start: pivot, end: pivot.moved(style.dash, along: angles[random.place(weights: weights)]))
            if add(next, after: last, line: line) { return next }
        }
        return nil
    }

    /// Takes a dash in unless it, or the gap before it, comes too near to another line or runs over its own.
    mutating func add(_ dash: Pathfinder.Dash, after last: Pathfinder.Dash?, line: Int) -> Bool {
        guard isInside(dash.start), isInside(dash.end) else { return false }
        var own: Set<Int> = []
        for (start, end) in [last.map { ($0.end, dash.start) }, (dash.start, dash.end)].compactMap({ $0 }) {
            own.formUnion(pixels(start, end))
        }
        let joint = last.flatMap { pixel($0.end) }
        for pixel in own where pixel != joint {
            if !near[pixel].isSubset(of: [line]) || through[pixel].contains(line) { return false }
        }
        for pixel in own {
            through[pixel].insert(line)
            for neighbour in neighbours(pixel) { near[neighbour].insert(line) }
        }
        return true
    }

    private func angle(_ dash: Pathfinder.Dash) -> Double { atan2(dash.end.y - dash.start.y, dash.end.x - dash.start.x) }

    private func isInside(_ point: Pathfinder.Point) -> Bool {
        let range = style.padding...Double(style.side) - style.padding
        return range.contains(point.x) && range.contains(point.y)
    }

    private func pixel(_ point: Pathfinder.Point) -> Int? {
        let (x, y) = (Int(point.x), Int(point.y))
        return (0..<style.side).contains(x) && (0..<style.side).contains(y) ? y * style.side + x : nil
    }

    /// The pixels that a stretch runs through.
    private func pixels(_ start: Pathfinder.Point, _ end: Pathfinder.Point) -> Set<Int> {
        let length = hypot(end.x - start.x, end.y - start.y), steps = max(1, Int(4 * length))
        return Set(
            (0...steps).compactMap { step in
                let share = Double(step) / Double(steps)
                return pixel(.init(x: start.x + share * (end.x - start.x), y: start.y + share * (end.y - start.y)))
            })
    }

    /// A pixel and those within the margin, and at least all that touch it: lines that do not touch cannot be taken for one.
    private func neighbours(_ pixel: Int) -> [Int] {
        let (x, y) = (pixel % style.side, pixel / style.side), reach = max(1, Int(style.margin.rounded(.up)))
        var found: [Int] = []
        for row in max(0, y - reach)...min(style.side - 1, y + reach) {
            for column in max(0, x - reach)...min(style.side - 1, x + reach) { found.append(row * style.side + column) }
        }
        return found
    }

    // MARK: Drawing

    /// How finely dashes are drawn before they are brought to pixels.
    private static let fineness = 2

    /// The brightest of all parts at each pixel.
    static func pixels(_ lines: [Pathfinder.Line], dots: [Pathfinder.Point], _ style: Pathfinder.Style) -> [UInt8] {
        let fine = style.side * fineness, scale = Double(fineness)
        var fineValues = [Float](repeating: 0, count: fine * fine)
        for dash in lines.joined() {
            let reach = max(0.75, scale * style.thickness / 2)
            draw(dash, within: reach, scale: scale, side: fine, brightness: Float(style.contrast), &fineValues)
        }
        var values = LanczosReduction(factor: fineness).reduced(fineValues, side: fine)
        for dot in dots {
            for y in 0..<style.side {
                for x in 0..<style.side where hypot(Double(x) + 0.5 - dot.x, Double(y) + 0.5 - dot.y) <= style.dotRadius {
                    values[y * style.side + x] = 1
                }
            }
        }
        return values.map { UInt8((255 * min(1, max(0, $0))).rounded()) }
    }

    private static func draw(
        _ dash: Pathfinder.Dash, within reach: Double, scale: Double, side: Int, brightness: Float, _ values: inout [Float]
    ) {
        let (ax, ay, bx, by) = (dash.start.x * scale, dash.start.y * scale, dash.end.x * scale, dash.end.y * scale)
        let squared = max(1e-12, (bx - ax) * (bx - ax) + (by - ay) * (by - ay))
        func range(_ a: Double, _ b: Double) -> ClosedRange<Int> {
            let low = max(0, Int((min(a, b) - reach).rounded(.down))), high = min(side - 1, Int((max(a, b) + reach).rounded(.up)))
            return min(low, high)...high
        }
        for y in range(ay, by) {
            for x in range(ax, bx) {
                let (px, py) = (Double(x) + 0.5, Double(y) + 0.5)
                let share = min(1, max(0, ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / squared))
                if hypot(px - ax - share * (bx - ax), py - ay - share * (by - ay)) <= reach { values[y * side + x] = brightness }
            }
        }
    }
}

/// Brings pictures to fewer pixels with Lanczos's kernel of three lobes. (Duchon, Lanczos Filtering in One and Two Dimensions, 1979.)
struct LanczosReduction {
    let factor: Int
    private static let lobes = 3.0

    /// - Parameter values: `[side, side]`, whose side is a multiple of the factor.
    func reduced(_ values: [Float], side: Int) -> [Float] {
        let small = side / factor, weights = (0..<small).map { self.weights(of: $0, side: side) }
        var half = [Float](repeating: 0, count: side * small), result = [Float](repeating: 0, count: small * small)
        for y in 0..<side {
            for x in 0..<small {
                for (source, weight) in weights[x] { half[y * small + x] += weight * values[y * side + source] }
            }
        }
        for y in 0..<small {
            for x in 0..<small {
                for (source, weight) in weights[y] { result[y * small + x] += weight * half[source * small + x] }
            }
        }
        return result
    }

    private func weights(of place: Int, side: Int) -> [(source: Int, weight: Float)] {
        let scale = Double(factor), centre = (Double(place) + 0.5) * scale, reach = Self.lobes * scale
        let sources = max(0, Int(centre - reach))...min(side - 1, Int(centre + reach))
        let raw = sources.map { lanczos((Double($0) + 0.5 - centre) / scale) }, sum = raw.reduce(0, +)
        return zip(sources, raw).map { ($0, Float($1 / sum)) }
    }

    private func lanczos(_ x: Double) -> Double {
        guard abs(x) < Self.lobes else { return 0 }
        guard x != 0 else { return 1 }
        return Self.lobes * sin(.pi * x) * sin(.pi * x / Self.lobes) / (.pi * .pi * x * x)
    }
}
