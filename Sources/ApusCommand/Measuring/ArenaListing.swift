import Evaluation

/// What encoders came to on one of Long Range Arena's tasks: a table, and the same for programs.
struct ArenaListing {
    let task: String
    let scores: [ArenaScore]

    var text: String {
        var table = Table(headings: [
            .text("Attention"), .number("Accuracy"), .text("95%"), .number("Loss"), .number("Parameters"), .number("Training, tokens/s"),
            .number("Testing, tokens/s"),
        ])
        table.rows = scores.map { score in
            [
                score.attention.description, Formatting.decimal(100 * score.accuracy, digits: 1) + "%",
                [score.interval.low, score.interval.high].map { Formatting.decimal(100 * $0, digits: 1) }.joined(separator: " to "),
                score.outcome.loss.map { Formatting.decimal($0, digits: 3) } ?? "",
                Formatting.count(score.parameters), Formatting.count(Int(score.outcome.tokensPerSecond ?? 0)),
                Formatting.count(Int(score.testTokensPerSecond)),
            ]
        }
        return table.text
    }

    var json: JSON {
        [
            "task": .string(task),
            "results": .array(
                scores.map { score in
                    [
                        "attention": .string(score.attention.description), "accuracy": .number(score.accuracy),
                        "interval": .array([.number(score.interval.low), .number(score.interval.high)]),
                        "test_examples": .integer(score.testExamples), "parameters": .integer(score.parameters),
                        "steps": .integer(score.outcome.steps), "tokens": .integer(score.outcome.tokens),
                        "loss": JSON(score.outcome.loss, JSON.number),
                        "training_tokens_per_second": JSON(score.outcome.tokensPerSecond, JSON.number),
                        "test_tokens_per_second": .number(score.testTokensPerSecond),
                    ]
                }),
        ]
    }
}
