import Retrieval

/// A run's scores in the forms that `apus rank` prints.
struct RankingScoresListing {
    let scores: RankingScores

    var json: JSON {
        let queries = scores.queries.map { ($0.query, figures($0.values)) }
        return [
            "measures": figures(scores.means), "queries": .object(Dictionary(queries) { first, _ in first }),
            "unranked_queries": .integer(scores.unranked), "unjudged_queries": .integer(scores.unjudged),
        ]
    }

    private func figures(_ values: [Double]) -> JSON {
        .object(Dictionary(zip(scores.measures.map(\.description), values.map(JSON.number))) { first, _ in first })
    }

    /// A line for each measure, or with `each` a table with a line for each query.
    func text(each: Bool) -> String {
        let means = scores.means.map { Formatting.decimal($0, digits: 4) }
        guard each else {
            return zip(scores.measures, means).map { "\($0.description)\t\($1)\n" }.joined()
        }
        var table = Table(headings: [.text("query")] + scores.measures.map { .number($0.description) })
        for query in scores.queries { table.rows.append([query.query] + query.values.map { Formatting.decimal($0, digits: 4) }) }
        table.rows.append(["mean"] + means)
        return table.text
    }

    /// What a person should know about which queries count.
    var notes: [String] {
        var notes = ["\(Formatting.count(scores.queries.count)) queries scored"]
        if scores.unranked > 0 {
            let effect = scores.countsUnranked ? "count as zeros" : "are left out; --count-unranked counts them as zeros"
            notes.append("\(Formatting.count(scores.unranked)) judged queries have no ranking and \(effect)")
        }
        if scores.unjudged > 0 { notes.append("\(Formatting.count(scores.unjudged)) queries of the run are not judged") }
        return notes
    }
}

/// Rankings in the forms that `apus rank` prints.
struct RankingListing {
    let by: String
    let results: [RankPassages.Result]
    let scores: RankingScores?

    private var cost: RankingCost {
        results.reduce(into: RankingCost()) { $0 += $1.cost }
    }

    var json: JSON {
        let queries = results.map { result -> JSON in
            let ranking = result.ranking.entries.enumerated().map { index, entry -> JSON in
                ["id": .string(entry.id), "rank": .integer(index + 1), "score": .number(entry.score)]
            }
            return [
                "id": .string(result.ranking.query), "query": .string(result.query), "ranking": .array(ranking), "cost": result.cost.json,
                "left_out": .integer(result.leftOut),
            ]
        }
        var members: [String: JSON] = ["by": .string(by), "queries": .array(queries), "cost": cost.json]
        if let scores, case .object(let figures) = RankingScoresListing(scores: scores).json { members["measures"] = figures["measures"] }
        return .object(members)
    }

    /// One query's best passages as a table.
    func table(_ passages: [String: RankedPassage], top: Int) -> String {
        var table = Table(headings: [.number("rank"), .number("score"), .text("id"), .text("passage")])
        for (index, entry) in (results.first?.ranking.entries ?? []).prefix(top).enumerated() {
            let words = passages[entry.id]?.whole.split(whereSeparator: \.isWhitespace).joined(separator: " ") ?? ""
            table.rows.append(["\(index + 1)", Formatting.decimal(entry.score, digits: 4), entry.id, String(words.prefix(80))])
        }
        return table.text
    }

    var note: String {
        let generated = cost.tokensGenerated > 0 ? ", \(Formatting.count(cost.tokensGenerated)) generated" : ""
        let time = Formatting.duration(seconds: cost.seconds)
        guard cost.calls > 0 else { return "ranked by \(by): \(time)" }
        return
            "ranked by \(by): \(Formatting.count(cost.tokensRead)) tokens read\(generated) in \(Formatting.count(cost.calls)) calls, \(time)"
    }

    /// What a person should know about what was not looked at.
    var losses: [String] {
        let leftOut = results.reduce(0) { $0 + $1.leftOut }
        return [
            leftOut > 0 ? "\(Formatting.count(leftOut)) passages were not among the candidates and are not ranked" : nil,
            cost.tokensCut > 0
                ? "passages were cut to what the model reads; \(Formatting.count(cost.tokensCut)) tokens were left out" : nil,
        ].compactMap { $0 }
    }
}

extension RankingCost {
    var json: JSON {
        [
            "tokens_read": .integer(tokensRead), "tokens_generated": .integer(tokensGenerated), "tokens_cut": .integer(tokensCut),
            "calls": .integer(calls), "seconds": .number(seconds),
        ]
    }
}
