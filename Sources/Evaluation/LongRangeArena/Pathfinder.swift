import Foundation
import Training

/// Pictures of dashed lines and two dots: do the dots lie on the same line?
/// (Linsley et al., Learning Long-Range Spatial Dependencies with Horizontal Gated Recurrent Units, 2018; in the sizes of Long Range Arena.)
package struct Pathfinder: Sendable {
    /// What a picture is drawn with; lengths are in pixels.
    package struct Style: Hashable, Sendable {
        package var side: Int
        /// Dashes of the two lines that the dots lie on.
        package var dashes: Int
        package var distractors: Int
        package var dash: Double
        package var thickness: Double
        package var margin: Double
        package var padding: Double
        package var dotRadius: Double
        package var seedDistance: Double
        /// How straight lines are.
        package var continuity: Double
        /// Brightness of lines, of 255.
        package var contrast: Double

        /// Pictures of 1,024 pixels; lines of 6, 9 or 14 dashes are easy, of middling difficulty or hard.
        package static func small(dashes: Int = 14) -> Style {
            Style(
                side: 32, dashes: dashes, distractors: 20 / max(1, dashes / 3), dash: 2, thickness: 0.5, margin: 1, padding: 1,
                dotRadius: 1.5, seedDistance: 7, continuity: 1, contrast: 0.75)
        }

        /// Pictures of 16,384 pixels, known as Path-X.
        package static func large(dashes: Int = 14) -> Style {
            Style(
                side: 128, dashes: dashes, distractors: 35 / max(1, dashes / 3), dash: 5, thickness: 1.5, margin: 2, padding: 1,
                dotRadius: 3, seedDistance: 20, continuity: 1.8, contrast: 0.9)
        }
    }

    package struct Point: Hashable, Sendable {
        package var x: Double
        package var y: Double

        func moved(_ distance: Double, along angle: Double) -> Point {
            Point(x: x + distance * cos(angle), y: y + distance * sin(angle))
        }
    }

    package struct Dash: Hashable, Sendable {
        package let start: Point
        package let end: Point
    }

    /// A line of dashes.
    package typealias Line = [Dash]

    package struct Picture: Sendable {
        /// The two that dots may lie on.
        package let targets: [Line]
        package let distractors: [Line]
        package let dots: [Point]
        /// Whether the dots lie on the same line.
        package let isConnected: Bool
        /// Brightness, `[side, side]`, row by row.
        package let pixels: [UInt8]
    }

    package let style: Style

    package init(_ style: Style) { self.style = style }

    /// How often a whole picture is begun anew before one without some of its distractors is taken.
    private static let mostDistractorTries = 40

    package func picture(_ random: inout CorpusRandom) -> Picture {
        var canvas = PathfinderCanvas(style)
        var targets = lines(&canvas, count: 2, dashes: style.dashes, &random)
        while targets == nil {
            canvas = PathfinderCanvas(style)
            targets = lines(&canvas, count: 2, dashes: style.dashes, &random)
        }
        var distractors: [Line] = []
        for _ in 0..<Self.mostDistractorTries where distractors.count < style.distractors {
            var next = canvas
            guard let line = lines(&next, count: 1, dashes: max(1, style.dashes / 3), &random) else { continue }
            distractors += line
            canvas = next
        }
        let found = targets ?? [], isConnected = random.chance(0.5), first = random.below(2)
        let dots = [found[first][0].start, found[isConnected ? first : 1 - first][style.dashes - 1].end]
        return Picture(
            targets: found, distractors: distractors, dots: dots, isConnected: isConnected,
            pixels: PathfinderCanvas.pixels(found + distractors, dots: dots, style))
    }

    /// Lines that grow together from places some distance apart, a dash each in turn; nil where one of them finds no way on.
    private func lines(_ canvas: inout PathfinderCanvas, count: Int, dashes: Int, _ random: inout CorpusRandom) -> [Line]? {
        var lines: [Line] = []
        var seed = Point(x: random.unit() * Double(style.side), y: random.unit() * Double(style.side))
        for index in 0..<count {
            if index > 0 { seed = seed.moved(style.seedDistance, along: random.unit() * 2 * .pi) }
            let first = Dash(start: seed, end: seed.moved(style.dash, along: random.unit() * 2 * .pi))
            guard canvas.add(first, after: nil, line: canvas.lines + index) else { return nil }
            lines.append([first])
        }
        for _ in 1..<max(1, dashes) {
            for index in 0..<count {
                guard let last = lines[index].last, let next = canvas.extend(last, line: canvas.lines + index, &random) else { return nil }
                lines[index].append(next)
            }
        }
        canvas.lines += count
        return lines
    }
}
