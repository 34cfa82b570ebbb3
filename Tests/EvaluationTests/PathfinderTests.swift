import Foundation
import Testing
import Training

@testable import Evaluation

@Suite("Pathfinder")
struct PathfinderTests {
    static let styles: [Pathfinder.Style] = [.small(dashes: 6), .small(), .large(dashes: 9)]

    /// Lines as they would be drawn without gaps, on pixels that touch; the number of each pixel's region.
    private func regions(_ lines: [Pathfinder.Line], side: Int) -> [Int] {
        var isDrawn = [Bool](repeating: false, count: side * side)
        for line in lines {
            let points = line.flatMap { [$0.start, $0.end] }
            for (a, b) in zip(points, points.dropFirst()) {
                for step in 0...64 {
                    let share = Double(step) / 64
                    let (x, y) = (Int(a.x + share * (b.x - a.x)), Int(a.y + share * (b.y - a.y)))
                    isDrawn[min(side - 1, y) * side + min(side - 1, x)] = true
                }
            }
        }
        var regions = [Int](repeating: 0, count: side * side), count = 0
        for start in isDrawn.indices where isDrawn[start] && regions[start] == 0 {
            count += 1
            var waiting = [start]
            regions[start] = count
            while let pixel = waiting.popLast() {
                let (x, y) = (pixel % side, pixel / side)
                for neighbour in (max(0, y - 1)...min(side - 1, y + 1)).flatMap({ row in
                    (max(0, x - 1)...min(side - 1, x + 1)).map { row * side + $0 }
                }) where isDrawn[neighbour] && regions[neighbour] == 0 {
                    regions[neighbour] = count
                    waiting.append(neighbour)
                }
            }
        }
        return regions
    }

    @Test("Filling a line from one dot reaches the other exactly where the label says so", arguments: styles)
    func labels(style: Pathfinder.Style) {
        let pathfinder = Pathfinder(style)
        var connected = 0
        for seed in 0..<40 {
            var random = CorpusRandom(seed: UInt64(seed))
            let picture = pathfinder.picture(&random), regions = regions(picture.targets, side: style.side)
            let found = picture.dots.map { regions[Int($0.y) * style.side + Int($0.x)] }
            #expect(found[0] > 0 && (found[0] == found[1]) == picture.isConnected, "picture \(seed)")
            connected += picture.isConnected ? 1 : 0
        }
        #expect((10...30).contains(connected))
    }

    @Test("Pictures have their lines, dots of full brightness, and much that is dark", arguments: styles)
    func pixels(style: Pathfinder.Style) {
        var random = CorpusRandom(seed: 2)
        let picture = Pathfinder(style).picture(&random)
        #expect(picture.pixels.count == style.side * style.side)
        #expect(picture.targets.count == 2 && picture.targets.allSatisfy { $0.count == style.dashes })
        #expect(picture.distractors.count <= style.distractors && !picture.distractors.isEmpty)
        for dot in picture.dots { #expect(picture.pixels[Int(dot.y) * style.side + Int(dot.x)] == 255) }
        let bright = picture.pixels.count { $0 > 60 }
        #expect(bright > 4 * style.dashes && bright < picture.pixels.count / 2)
    }

    @Test("The same seed gives the same picture")
    func seeds() {
        func pixels(_ seed: UInt64) -> [UInt8] {
            var random = CorpusRandom(seed: seed)
            return Pathfinder(.small()).picture(&random).pixels
        }
        #expect(pixels(3) == pixels(3) && pixels(3) != pixels(4))
    }

    @Test("Fewer pixels keep the brightness of an even picture")
    func reduction() {
        let reduced = LanczosReduction(factor: 2).reduced(Array(repeating: 0.5, count: 64), side: 8)
        #expect(reduced.count == 16 && reduced.allSatisfy { abs($0 - 0.5) < 1e-5 })
    }
}
