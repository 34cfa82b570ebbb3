import ApusTesting
import Foundation
import Testing

@testable import Training

#if canImport(FoundationXML)
import FoundationXML
#endif

@Suite("Loss curves and metrics")
struct LossCurveTests {
    private func metrics(_ count: Int) -> [TrainingMetrics] {
        (1...max(1, count)).prefix(count).map { step in
            TrainingMetrics(
                step: step, loss: 8 / Double(step).squareRoot(), heldOutLoss: step.isMultiple(of: 10) ? 9 / Double(step).squareRoot() : nil,
                streamLosses: step.isMultiple(of: 10) ? [0.5, 2.25] : [],
                lookupAccuracy: step.isMultiple(of: 10) ? [.passkeys: 0.5, .refusals: 0.25] : [:], learningRate: 1e-3, gradientNorm: 0.1,
                tokens: step * 7, tokensPerSecond: 1234, seconds: 0.5)
        }
    }

    @Test("The picture is well-formed XML, whatever there is to show", arguments: [0, 1, 2, 50, 5000])
    func picture(count: Int) throws {
        let text = LossCurve(metrics(count), steps: 100).text
        let parser = XMLParser(data: Data(text.utf8))
        #expect(parser.parse())
        #expect(text.utf8.count < 60_000 && !text.contains("nan") && !text.contains("inf"))
        #expect(text.contains("<polyline") == (count > 0) && text.contains("#d55e00"))
    }

    @Test("Axes begin and end at round numbers around what they must show")
    func axes() {
        let axis = AxisScale(covering: 2.31...7.9)
        #expect(axis.ticks.map(axis.label) == ["2", "3", "4", "5", "6", "7", "8"])
        let narrow = AxisScale(covering: 1.231...1.252)
        #expect(narrow.ticks.first.map(narrow.label) == "1.230" && narrow.share(of: narrow.ticks[0]) == 0)
        #expect(AxisScale(covering: 3...3).ticks.count >= 2)
        #expect(AxisScale(covering: 0...20_000).ticks.map { Int($0) } == [0, 5000, 10_000, 15_000, 20_000])
    }

    @Test("A line of metrics reads as it was written")
    func lines() {
        for line in metrics(10) { #expect(TrainingMetrics(line: Array(line.line.utf8), path: "metrics") == line) }
        #expect(TrainingMetrics(line: Array("{\"step\": 3}".utf8), path: "metrics") == nil)
        #expect(TrainingMetrics(line: Array("{".utf8), path: "metrics") == nil)
    }
}
