import Diagnostics
import Foundation
import Generation

/// Perplexity by position: `report.json`. It depends on the losses alone.
package struct PositionPerplexity: Codable, Equatable, Sendable {
    package struct Band: Codable, Equatable, Sendable {
        package let firstPosition: Int
        package let tokens: Int
        /// In nats.
        package let meanLoss: Double
        package let perplexity: Double
        /// Where the true perplexity lies with a probability of 95%: lowest and highest. The segments are what is drawn again.
        package let interval: [Double]
    }

    package let subject: SubjectIdentity
    package let settings: PerplexitySettings
    package let texts: [EvaluationSource]
    package let segments: Int
    package let tokens: Int
    package let meanLoss: Double
    package let perplexity: Double
    package let bitsPerByte: Double
    package let bands: [Band]

    init(subject: SubjectIdentity, settings: PerplexitySettings, texts: [EvaluationSource], results: [PerplexityResult]) {
        self.subject = subject
        self.settings = settings
        self.texts = texts
        segments = results.count
        let buckets = results.flatMap(\.bands)
        tokens = buckets.tokens
        meanLoss = buckets.meanLoss
        perplexity = exp(meanLoss)
        bitsPerByte = buckets.loss / log(2) / Double(max(1, results.reduce(0) { $0 + $1.byteCount }))
        bands = Dictionary(grouping: buckets, by: \.firstPosition).sorted { $0.key < $1.key }.map { Band($0, $1) }
    }

    /// Each band by where it begins; the first, which begins at 0, half as far from the second as that is from the third.
    var points: [CurveChart.Point] {
        bands.map {
            CurveChart.Point(
                place: $0.firstPosition > 0 ? $0.firstPosition : PositionBand.unit / 2, value: $0.perplexity, interval: $0.interval)
        }
    }

    /// The report as a page.
    var html: String {
        let chart = CurveChart("Perplexity by position, with 95% intervals", .perplexity, [CurveChart.Line(title: "", points: points)])
        let table = HTMLPage.table(
            headings: ["From position", "Tokens", "Mean loss in nats", "Perplexity", "95% interval"],
            rows: bands.map { band in
                [
                    String(band.firstPosition), String(band.tokens), Self.text(band.meanLoss, 4), Self.text(band.perplexity, 3),
                    band.interval.map { Self.text($0, 3) }.joined(separator: " to "),
                ]
            })
        let summary =
            "Perplexity \(Self.text(perplexity, 3)), \(Self.text(bitsPerByte, 3)) bits a byte over \(tokens) tokens in \(segments) segments of "
            + "\(settings.length)."
        let sources = texts.map(\.sentence).joined(separator: ", ")
        return HTMLPage(
            title: "Perplexity by position: \(subject.model), \(subject.method)",
            parts: [
                "<h1>Perplexity by position</h1>", HTMLPage.paragraph(subject.sentence), HTMLPage.paragraph(summary), chart?.svg ?? "",
                table, HTMLPage.heading("Settings"), HTMLPage.paragraph("Texts: \(sources)."),
                settings.command.map { "<pre>\($0.escaped)</pre>" } ?? "",
            ]
        ).text
    }

    private static func text(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }
}

extension PositionPerplexity.Band {
    fileprivate init(_ first: Int, _ segments: [PerplexityReport.Bucket]) {
        firstPosition = first
        tokens = segments.tokens
        meanLoss = segments.meanLoss
        perplexity = exp(meanLoss)
        let interval = ConfidenceInterval(resampling: segments.map(\.meanLoss))
        self.interval = [exp(interval.low), exp(interval.high)]
    }
}
