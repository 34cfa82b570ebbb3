import Foundation
import Testing

@testable import Planning

@Suite("The roofline")
struct RooflineTests {
    @Test("The roof rises with the bandwidth and ends at what is computed at most")
    func roof() throws {
        let machine = try Machine.named("A100"), roofline = Roofline(machine)
        #expect(roofline.roof(1) == 2e12 && roofline.roof(156) == 312e12 && roofline.roof(1e6) == 312e12)
    }

    @Test("Work lies below the roof, and the picture is sound XML with every point's title")
    func picture() throws {
        let planner = try Planner(WorkedExampleTests.yi(), machine: .named("A100"), chunkTokens: 512)
        var roofline = Roofline(planner.machine)
        for length in [4000, 50_000] {
            roofline.add(try planner.plan(length: length, method: "full"), title: "\(length) <&>")
        }
        #expect(roofline.points.allSatisfy { $0.rate <= roofline.roof($0.intensity) * 1.0001 })
        let svg = roofline.svg
        #expect(svg.hasPrefix("<svg") && svg.contains("4000 &lt;&amp;&gt;") && !svg.contains("nan"))
        #expect(svg.components(separatedBy: "<").count == svg.components(separatedBy: ">").count)
    }
}
