import ArgumentParser
import Retrieval

/// `apus rank`: which passages answer a query best.
struct Rank: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Rank passages by how well they answer a query.",
        discussion: """
            docs/ranking.md compares the ways to rank. `apus rank score` scores a run without a model.

            EXAMPLES
              apus rank "who keeps the key" --passages passages.jsonl
              apus rank "who keeps the key" --passages passages.txt --by embedding --model all-MiniLM-L6-v2
              apus rank --queries queries.tsv --passages passages.jsonl --run bm25.run --by full --model model.gguf -o new.run
              apus rank score --run new.run --qrels qrels.txt
            """,
        subcommands: [RankPassages.self, RankScore.self], defaultSubcommand: RankPassages.self)
}

/// `apus rank score`: how good a ranking is.
struct RankScore: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "Score a run by relevance judgements; needs no model.",
        discussion: """
            Reads a run (lines of query, Q0, document, rank, score, name) and judgements (lines of query, 0, document, grade), both as TREC \
            has them, and computes what trec_eval computes: ndcg, mrr, map, recall and precision, each with @K for the first K ranks. \
            Order comes from the scores; equal ones are ordered by name. Means are over the queries that are in both files.

            With --json: {"measures": {"ndcg@10": …}, "queries": {"q1": {"ndcg@10": …}}, "unranked_queries", "unjudged_queries"}.

            EXAMPLES
              apus rank score --run bm25.run --qrels qrels.txt
              apus rank score --run bm25.run --qrels qrels.txt --measures ndcg@10,recall@1000 --each
            """)

    @Option(name: .customLong("run"), help: ArgumentHelp("The run to score.", valueName: "path"), completion: .file())
    var runFile: String

    @OptionGroup
    var scoring: ScoringArguments

    @Flag(help: "Show the figures of every query.")
    var each = false

    @OptionGroup(title: "Common options")
    var common: CommonOptions

    func validate() throws {
        guard scoring.qrels != nil else { throw ValidationError("Name the relevance judgements with --qrels.") }
        if common.json, each { throw ValidationError("--each has no effect here, because --json shows every query.") }
        try scoring.check()
    }

    func run() throws {
        guard let scores = try scoring.scores(of: TRECRun(reading: runFile)) else { return }
        let listing = RankingScoresListing(scores: scores)
        if common.json { try StandardOutput().write(listing.json) } else { try StandardOutput().write(listing.text(each: each)) }
        for note in listing.notes { common.notes.note(note) }
    }
}
