import Evaluation

/// Scores of LongEmbed's generated tests: a table, and the same for programs.
struct LongEmbedListing {
    var model = ""
    let documents: Int
    let cases: Int
    var scores: [LongEmbedScore] = []

    init(documents: Int, cases: Int) {
        self.documents = documents
        self.cases = cases
    }

    private var tasks: [LongEmbedTask] { LongEmbedTask.allCases.filter { task in scores.contains { $0.task == task } } }

    private func mean(_ task: LongEmbedTask) -> Double {
        let own = scores.filter { $0.task == task }
        return own.reduce(0) { $0 + $1.score.score } / Double(max(1, own.count))
    }

    var text: String {
        var table = Table(headings: [.text("Test"), .number("Length"), .number("Accuracy"), .text("95%"), .number("Documents cut")])
        table.rows = scores.map { score in
            [
                score.task.rawValue, Formatting.count(score.length), Formatting.decimal(score.score.score),
                score.score.interval.map { Formatting.decimal($0) }.joined(separator: " to "), Formatting.count(score.cutDocuments),
            ]
        }
        table.rows += tasks.map { [$0.rawValue, "mean", Formatting.decimal(mean($0)), "", ""] }
        return table.text
    }

    var json: JSON {
        [
            "model": .string(model), "documents": .integer(documents), "cases": .integer(cases),
            "results": .array(
                scores.map { score in
                    [
                        "task": .string(score.task.rawValue), "length": .integer(score.length), "accuracy": .number(score.score.score),
                        "interval": .array(score.score.interval.map(JSON.number)), "cut_documents": .integer(score.cutDocuments),
                    ]
                }),
            "means": .array(tasks.map { ["task": .string($0.rawValue), "accuracy": .number(mean($0))] }),
        ]
    }
}

/// How alike vectors are by the length of texts: a table, and the same for programs.
struct CollapseListing {
    let model: String
    let scores: [CollapseScore]

    var text: String {
        var table = Table(headings: [.number("Length"), .number("Texts"), .number("Mean cosine"), .number("Distance to the centre")])
        table.rows = scores.map { score in
            [
                Formatting.count(score.length), Formatting.count(score.texts), Formatting.decimal(score.meanCosine, digits: 4),
                Formatting.decimal(score.meanDistance, digits: 4),
            ]
        }
        return table.text
    }

    var json: JSON {
        [
            "model": .string(model),
            "results": .array(
                scores.map { score in
                    [
                        "length": .integer(score.length), "texts": .integer(score.texts), "mean_cosine": .number(score.meanCosine),
                        "mean_distance": .number(score.meanDistance),
                    ]
                }),
        ]
    }
}
