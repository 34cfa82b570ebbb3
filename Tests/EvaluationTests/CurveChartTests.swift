import Foundation
import Testing

@testable import Evaluation

@Suite("Curves")
struct CurveChartTests {
    private func chart(_ scale: CurveChart.Scale, _ places: [Int], _ values: [Double]) throws -> String {
        let points = zip(places, values).map { CurveChart.Point(place: $0, value: $1, interval: [$1, $1]) }
        return try #require(CurveChart("A title", scale, [CurveChart.Line(title: "full", points: points)])).svg
    }

    /// The places of labels below the picture, and what they say.
    private func labels(_ svg: String) -> [(x: Double, place: Int)] {
        svg.matches(of: /<text x="([0-9.]+)" y="[0-9.]+" text-anchor="middle">([0-9]+)</).compactMap { match in
            Double(match.1).flatMap { x in Int(match.2).map { (x, $0) } }
        }
    }

    @Test("Labels of lengths do not run into one another, however many there are")
    func labels() throws {
        let all = labels(try chart(.score, Array(1...40), (1...40).map { 1 / Double($0) }))
        #expect(all.first?.place == 1 && all.count > 5)
        #expect(zip(all, all.dropFirst()).allSatisfy { $1.x - $0.x >= 24 && $0.place < $1.place })
        let few = labels(try chart(.score, [1_024, 2_048, 65_536], [0.5, 0.4, 0.1]))
        #expect(few.map(\.place) == [1_024, 2_048, 65_536])
    }

    @Test("Large perplexities are written in full, and endless ones are drawn without harm")
    func perplexities() throws {
        let svg = try chart(.perplexity, [128, 1_024], [350, 4_280])
        #expect(svg.contains(">256<") && svg.contains(">8190<") && !svg.contains("e+"))
        #expect(try chart(.perplexity, [128, 1_024], [350, 1e40]).contains("polyline"))
        #expect(try chart(.perplexity, [128, 1_024], [350, .infinity]).contains("polyline"))
    }

    @Test("One place is no curve")
    func single() { #expect(CurveChart("A title", .score, [CurveChart.Line(title: "full", points: [])]) == nil) }
}
