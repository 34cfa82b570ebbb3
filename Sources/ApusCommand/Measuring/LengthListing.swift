import Evaluation

/// What ways to tell positions came to beyond the lengths that were trained: a table, the same for programs, and a picture.
struct LengthListing {
    let task: String
    let settings: LengthSettings
    let scores: [LengthScore]

    private static let columns = 40

    var text: String {
        let longest = settings.longest
        var table = Table(headings: [
            .text("Positions"), .number("Lengths 1 to \(longest)"), .number("\(longest + 1) to \(2 * longest)"),
            .text("1 to \(2 * longest)"), .number("Loss"), .number("Training, tokens/s"),
        ])
        table.rows = scores.map { score in
            [
                score.positions.rawValue, Self.percent(score.within), Self.percent(score.beyond),
                Sparkline.text(score.lengths.map(\.accuracy), columns: Self.columns, in: 0...1),
                score.outcome.loss.map { Formatting.decimal($0, digits: 3) } ?? "",
                Formatting.count(Int(score.outcome.tokensPerSecond ?? 0)),
            ]
        }
        return table.text
    }

    var json: JSON {
        [
            "task": .string(task), "trained": .integer(settings.longest),
            "results": .array(
                scores.map { score in
                    [
                        "positions": .string(score.positions.rawValue), "within": .number(score.within), "beyond": .number(score.beyond),
                        "lengths": .array(
                            score.lengths.map { length in
                                [
                                    "length": .integer(length.length), "accuracy": .number(length.accuracy),
                                    "interval": .array([.number(length.interval.low), .number(length.interval.high)]),
                                ]
                            }),
                        "test_examples": .integer(settings.testExamples), "parameters": .integer(score.parameters),
                        "steps": .integer(score.outcome.steps), "tokens": .integer(score.outcome.tokens),
                        "loss": JSON(score.outcome.loss, JSON.number),
                        "training_tokens_per_second": JSON(score.outcome.tokensPerSecond, JSON.number),
                    ]
                }),
        ]
    }

    /// Nil where there is no curve to draw.
    var chart: CurveChart? {
        CurveChart(
            "Whole answers that are right, in percent by length, with 95% intervals", .score,
            scores.map { score in
                CurveChart.Line(
                    title: score.positions.rawValue,
                    points: score.lengths.map {
                        CurveChart.Point(place: $0.length, value: $0.accuracy, interval: [$0.interval.low, $0.interval.high])
                    })
            })
    }

    private static func percent(_ share: Double) -> String { Formatting.decimal(100 * share, digits: 1) + "%" }
}
