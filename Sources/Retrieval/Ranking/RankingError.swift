import Diagnostics

/// Why a ranking cannot be read, made or scored.
package enum RankingError: Failure, Equatable {
    /// A line of a file that is not what the file is made of.
    case badLine(file: String, line: Int, reason: String)
    case empty(file: String, expected: String)
    case unknownMeasure(String)
    /// No query of a run is judged.
    case nothingJudged
    case unknownPassage(query: String, id: String)
    /// The prompt for so many passages has no room in the window, however short they are cut.
    case noRoom(passages: Int, window: Int)
    case notACrossEncoder(path: String, labels: Int)
    case noPassages

    package var kind: FailureKind {
        switch self {
        case .badLine, .empty: .badData
        case .unknownMeasure, .nothingJudged, .unknownPassage, .noRoom, .notACrossEncoder, .noPassages: .usage
        }
    }

    package var description: String {
        switch self {
        case .badLine(let file, let line, let reason): "\(file): line \(line) \(reason)."
        case .empty(let file, let expected): "\(file): the file holds nothing; expected \(expected)."
        case .unknownMeasure(let name):
            "\"\(name)\" is no measure; known are \(RankingMeasure.Kind.allCases.map(\.rawValue).joined(separator: ", ")), with the ranks "
                + "that count behind them, such as ndcg@10; recall and precision need those."
        case .nothingJudged: "None of the run's queries is in the judgements; check that both files name queries alike."
        case .unknownPassage(let query, let id):
            "The run ranks \"\(id)\" for the query \"\(query)\", and no passage has that name; give the passages that the run was made of."
        case .noRoom(let passages, let window):
            "\(passages) passages have no room in the model's window of \(window) tokens, however short they are cut; rank fewer with "
                + "--candidates, or take --by sliding."
        case .notACrossEncoder(let path, let labels):
            "\(path): the model's head tells \(labels) classes apart; a cross-encoder has one output, so rank with another model."
        case .noPassages: "There are no passages to rank; name a file with --passages."
        }
    }
}
