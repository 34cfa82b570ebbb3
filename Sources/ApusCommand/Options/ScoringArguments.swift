import ArgumentParser
import Retrieval

/// What a ranking is scored by.
struct ScoringArguments: ParsableArguments {
    @Option(help: ArgumentHelp("Relevance judgements in TREC's form, to score the ranking by.", valueName: "path"), completion: .file())
    var qrels: String?

    @Option(
        help: ArgumentHelp(
            "What to compute. (default: \(RankingMeasure.usual.map(\.description).joined(separator: ",")))", valueName: "measures"))
    var measures: TextList?

    @Flag(help: "Count judged queries without a ranking as zeros; they are left out otherwise.")
    var countUnranked = false

    /// Refuses measures that there are not, before any work is done.
    func check() throws {
        guard qrels != nil else {
            let idle = [("--measures", measures != nil), ("--count-unranked", countUnranked)].filter(\.1).map(\.0)
            if let message = IdleOptions.message(idle, reason: "without --qrels nothing is scored") { throw ValidationError(message) }
            return
        }
        do {
            _ = try chosen()
        } catch {
            throw ValidationError("\(error)")
        }
    }

    /// The scores of a run; nil where there are no judgements.
    func scores(of run: TRECRun) throws -> RankingScores? {
        guard let qrels else { return nil }
        return try RankingScores(run, judgements: TRECJudgements(reading: qrels), measures: chosen(), countsUnranked: countUnranked)
    }

    private func chosen() throws(RankingError) -> [RankingMeasure] {
        guard let measures else { return RankingMeasure.usual }
        var chosen: [RankingMeasure] = []
        for name in measures.texts { chosen.append(try RankingMeasure(parsing: name)) }
        return chosen
    }
}
