import Evaluation

/// Perplexity by position in the forms that `apus eval perplexity` prints.
struct PositionPerplexityListing: ReportListing {
    let report: PositionPerplexity

    var json: JSON {
        let bands = report.bands.map { band -> JSON in
            [
                "first_position": .integer(band.firstPosition), "tokens": .integer(band.tokens), "mean_loss": .number(band.meanLoss),
                "perplexity": .number(band.perplexity), "interval": .array(band.interval.map(JSON.number)),
            ]
        }
        return [
            "perplexity": .number(report.perplexity), "mean_loss": .number(report.meanLoss), "bits_per_byte": .number(report.bitsPerByte),
            "tokens": .integer(report.tokens), "segments": .integer(report.segments), "model": .string(report.subject.model),
            "method": .string(report.subject.method), "positions": JSON(report.subject.positions, JSON.string), "bands": .array(bands),
        ]
    }

    func text(isUnicode: Bool) -> String {
        var table = Table(headings: [.number("from position"), .number("tokens"), .number("perplexity"), .number("95%")])
        table.rows = report.bands.map { band in
            [
                Formatting.count(band.firstPosition), Formatting.count(band.tokens), figure(band.perplexity),
                band.interval.map(figure).joined(separator: "-"),
            ]
        }
        return "Perplexity \(figure(report.perplexity)), \(figure(report.bitsPerByte)) bits a byte over \(Formatting.count(report.tokens)) "
            + "tokens in \(Formatting.count(report.segments)) segments\n\n" + table.text
    }

    private func figure(_ value: Double) -> String { Formatting.decimal(value, digits: value < 1000 ? 3 : 0) }
}
