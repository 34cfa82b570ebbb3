import Generation

/// Perplexity in the forms that `apus perplexity` prints.
struct PerplexityListing {
    let report: PerplexityReport

    var json: JSON {
        let buckets = report.buckets.map { bucket -> JSON in
            [
                "first_position": .integer(bucket.firstPosition), "tokens": .integer(bucket.tokens),
                "mean_loss": .number(bucket.meanLoss), "perplexity": .number(bucket.perplexity),
            ]
        }
        return [
            "perplexity": .number(report.perplexity), "mean_loss": .number(report.meanLoss), "tokens": .integer(report.tokens),
            "method": .string(report.method), "positions": .string(report.positions), "buckets": .array(buckets),
        ]
    }

    /// - Parameter sparklineColumns: room for a picture of the figures; nil where it could not be seen.
    func text(sparklineColumns: Int?) -> String {
        let loss = Formatting.decimal(report.meanLoss, digits: 4)
        var text =
            "Perplexity \(figure(report.perplexity)), mean loss \(loss) nats over \(Formatting.count(report.tokens)) tokens, "
            + "read with \(report.method)\(report.positions == "model" ? "" : " and the positions \(report.positions)")\n"
        if let columns = sparklineColumns, report.buckets.count > 1 {
            text += Sparkline.text(report.buckets.map(\.meanLoss), columns: columns) + "\n"
        }
        return text + "\n" + table.text
    }

    private var table: Table {
        Table(
            headings: [.number("From position"), .number("Tokens"), .number("Mean loss"), .number("Perplexity")],
            rows: report.buckets.map { bucket in
                [
                    Formatting.count(bucket.firstPosition), Formatting.count(bucket.tokens),
                    Formatting.decimal(bucket.meanLoss, digits: 4), figure(bucket.perplexity),
                ]
            })
    }

    /// Perplexity runs from 1 to the size of the vocabulary and, for a model that fails, far beyond.
    private func figure(_ perplexity: Double) -> String {
        perplexity < 1000 ? Formatting.decimal(perplexity, digits: 3) : Formatting.decimal(perplexity, digits: 0)
    }
}
