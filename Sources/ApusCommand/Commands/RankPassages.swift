import ArgumentParser
import Diagnostics
import Generation
import ModelFiles
import Retrieval

/// `apus rank passages`, which `apus rank` is short for.
struct RankPassages: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "passages",
        abstract: "Rank passages, of a file or of an earlier run.",
        discussion: """
            Passages are JSON lines {"id", "title", "text"}, or plain lines, which are named by their numbers. Queries are one argument, or \
            with --queries JSON lines {"id", "text"} or lines of a name, a tab and the query. One query's ranking is shown as a table; those \
            of several are a run in TREC's form, which -o writes into a file.

            --by bm25 counts words and needs no model; embedding compares vectors; cross-encoder reads each passage together with the \
            query; full has a decoder order all passages in one prompt, and sliding in windows that go from the end of the list to its \
            beginning. The last two begin from an order that is there: that of --run, or BM25's.

            With --json: {"by", "queries": [{"id", "query", "ranking": [{"id", "rank", "score"}], "left_out", "cost"}], "cost": \
            {"tokens_read", "tokens_generated", "tokens_cut", "calls", "seconds"}, "measures"}; the last one with --qrels.

            EXAMPLES
              apus rank "who keeps the key" --passages passages.jsonl
              apus rank "who keeps the key" --passages passages.jsonl --by cross-encoder --model reranker
              apus rank --queries queries.tsv --passages passages.jsonl --run bm25.run --by sliding --model model.gguf --qrels qrels.txt
            """)

    /// The ways to rank.
    enum Way: String, CaseIterable, ExpressibleByArgument {
        case bm25
        case embedding
        case crossEncoder = "cross-encoder"
        case full
        case sliding

        var isListwise: Bool { self == .full || self == .sliding }
    }

    /// How many candidates a decoder orders where nobody says.
    static let usualCandidates = 100

    @Argument(help: ArgumentHelp("The query, unless --queries names a file of them.", valueName: "query"))
    var query: String?

    @Option(help: ArgumentHelp("A file of queries.", valueName: "path"), completion: .file())
    var queries: String?

    @Option(help: ArgumentHelp("The file of passages.", valueName: "path"), completion: .file())
    var passages: String

    @Option(
        name: .customLong("run"), help: ArgumentHelp("A run to begin from, in TREC's form.", valueName: "path"), completion: .file())
    var runFile: String?

    @Option(help: "How to rank: \(Way.allCases.map(\.rawValue).joined(separator: ", ")).")
    var by = Way.bm25

    @Option(
        help: ArgumentHelp(
            "Rank only so many passages, those that are best by --run or by BM25. (default: \(RankPassages.usualCandidates) for full and "
                + "sliding, otherwise all)", valueName: "n"))
    var candidates: Int?

    @Option(help: ArgumentHelp("Show so many passages of one query's ranking.", valueName: "n"))
    var top = 10

    @Option(name: [.short, .long], help: ArgumentHelp("Write the rankings into this file, as a run.", valueName: "path"))
    var output: String?

    @OptionGroup
    var scoring: ScoringArguments

    @OptionGroup
    var modelOptions: ModelOptions

    @OptionGroup(title: "How the model ranks")
    var ranker: RankerArguments

    @OptionGroup(title: "How prompts are read (full and sliding)")
    var reading: ReadingArguments

    @OptionGroup(title: "Common options")
    var common: CommonOptions

    /// What became of one query.
    struct Result {
        let query: String
        let ranking: Ranking
        let cost: RankingCost
        /// Passages that were not among the candidates.
        let leftOut: Int
    }

    func validate() throws {
        if (query == nil) == (queries == nil) { throw ValidationError("Give a query or --queries, one of the two.") }
        for (name, value) in [("--candidates", candidates), ("--top", top)] {
            if let value, value < 1 { throw ValidationError("\(name) must be at least 1, not \(value).") }
        }
        try ranker.check(by)
        if by == .bm25, modelOptions.model != nil { throw ValidationError("--model has no effect here, because --by bm25 needs none.") }
        let given = [
            ("--method", reading.method), ("--positions", reading.positions), ("--cache-type", reading.cacheType),
            ("--profile", reading.profile),
        ].filter { $0.1 != nil }.map(\.0)
        if !by.isListwise, let message = IdleOptions.message(given, reason: "only full and sliding ask a decoder") {
            throw ValidationError(message)
        }
        try scoring.check()
    }

    func run() async throws {
        let sources = try RankingSources(self), notes = common.notes
        let results = try await Interruption.guarding(notes: notes) { cancellation in
            let display = ProgressDisplay(notes: notes)
            defer { display.finish() }
            let ranker = try await makeRanker(notes: notes, progress: display.handler)
            do {
                return try await rank(sources, ranker, progress: display.handler, cancellation)
            } catch is Interrupted {
                throw StoppedEarly(description: "interrupted; no ranking was written")
            }
        }
        try report(results, sources: sources, notes: notes)
    }
}

// MARK: - Ranking and telling

extension RankPassages {
    private func rank(
        _ sources: RankingSources, _ ranker: (any PassageRanker)?, progress: ProgressHandler, _ cancellation: Cancellation
    ) async throws -> [Result] {
        var results: [Result] = []
        let most = candidates ?? (by.isListwise ? Self.usualCandidates : .max)
        for (index, query) in sources.queries.enumerated() {
            try cancellation.check("ranking passages")
            let began = ContinuousClock.now, all = try sources.candidates(for: query), chosen = Array(all.prefix(most))
            var cost = RankingCost()
            var ranking = Ranking(query: query.id, ordered: chosen.map { Ranking.Entry(id: $0.passage.id, score: $0.score) })
            if let ranker {
                (ranking, cost) = try await ranker.rank(query.text, id: query.id, candidates: chosen, cancellation: cancellation)
            } else {
                cost.seconds = (ContinuousClock.now - began).seconds
            }
            results.append(Result(query: query.text, ranking: ranking, cost: cost, leftOut: all.count - chosen.count))
            if sources.queries.count > 1 {
                progress(Progress("Ranking", completed: index + 1, total: sources.queries.count, unit: "queries"))
            }
        }
        return results
    }

    private func report(_ results: [Result], sources: RankingSources, notes: Notes) throws {
        let run = TRECRun(results.map { Ranking(query: $0.ranking.query, ordered: $0.ranking.strictlyFalling.entries) })
        let lines = run.lines(name: "apus-\(by.rawValue)")
        if let output { try AtomicFile.write(Array(lines.utf8), to: output) }
        let listing = RankingListing(by: by.rawValue, results: results, scores: try scoring.scores(of: run))
        if common.json {
            try StandardOutput().write(listing.json)
        } else if query != nil {
            try StandardOutput().write(listing.table(sources.passages, top: top))
        } else if output == nil {
            try StandardOutput().write(lines)
        }
        if let scores = listing.scores, !common.json {
            let scored = RankingScoresListing(scores: scores)
            for line in scored.text(each: false).split(separator: "\n") { notes.note(String(line.replacing("\t", with: " "))) }
        }
        for loss in listing.losses { notes.note(loss) }
        notes.note(listing.note)
    }

    /// The model that ranks; nil for BM25, which needs none.
    private func makeRanker(notes: Notes, progress: @escaping ProgressHandler) async throws -> (any PassageRanker)? {
        guard by != .bm25 else { return nil }
        let path = try modelOptions.path()
        switch by {
        case .bm25: return nil
        case .embedding:
            let embedder = try await notes.announcing("opening \(path)") {
                try Embedder(at: path, pooling: ranker.pooling, threads: common.threads)
            }
            return EmbeddingRanker(
                embedder, queryPrefix: ranker.queryPrefix, passagePrefix: ranker.passagePrefix, truncates: ranker.truncate,
                progress: progress)
        case .crossEncoder:
            let classifier = try await notes.announcing("opening \(path)") {
                try SequenceClassifier(at: path, threads: common.threads)
            }
            return try CrossEncoderRanker(classifier, truncates: ranker.truncate, progress: progress)
        case .full, .sliding:
            let model = try await modelOptions.open(threads: common.threads, memoryLimit: reading.memoryLimit, notes: notes)
            let reading = try reading.completed(for: model, use: .questions, notes: notes)
            return DecoderRanker(
                model: model, ranking: ranker.listwise(by), reading: reading.options(), words: ranker.words ?? DecoderRanker.usualWords,
                progress: progress)
        }
    }
}

/// What is ranked, and for which queries.
struct RankingSources {
    /// By name.
    let passages: [String: RankedPassage]
    let queries: [(id: String, text: String)]
    private let order: [RankedPassage]
    private let run: [String: Ranking]?
    private let words: BM25?

    init(_ command: RankPassages) throws {
        order = try PassageFile.passages(reading: command.passages)
        passages = Dictionary(order.map { ($0.id, $0) }) { first, _ in first }
        if let file = command.queries {
            queries = try PassageFile.queries(reading: file)
        } else {
            queries = [("1", command.query ?? "")]
        }
        let found = try command.runFile.map { Dictionary(try TRECRun(reading: $0).rankings.map { ($0.query, $0) }) { first, _ in first } }
        run = found
        words = found == nil || command.by == .bm25 ? BM25(order.map(\.whole)) : nil
    }

    /// The passages that may answer a query, best first: those of the run, or all of them as BM25 orders them.
    /// - Throws: `RankingError` for a run that ranks passages that there are not.
    func candidates(for query: (id: String, text: String)) throws -> [Candidate] {
        let scores = words?.scores(for: query.text)
        let byName = scores.map { Dictionary(zip(order.map(\.id), $0)) { first, _ in first } } ?? [:]
        guard let run else { return sorted(order, by: byName, query: query.id) }
        // A query that the run does not have has no candidates.
        let entries = run[query.id]?.entries ?? []
        let candidates = try entries.map { entry in
            guard let passage = passages[entry.id] else { throw RankingError.unknownPassage(query: query.id, id: entry.id) }
            return Candidate(passage, score: entry.score)
        }
        return scores == nil ? candidates : sorted(candidates.map(\.passage), by: byName, query: query.id)
    }

    private func sorted(_ passages: [RankedPassage], by scores: [String: Double], query: String) -> [Candidate] {
        let ranking = Ranking(query: query, sorting: passages.map { Ranking.Entry(id: $0.id, score: scores[$0.id] ?? 0) })
        return ranking.entries.compactMap { entry in self.passages[entry.id].map { Candidate($0, score: entry.score) } }
    }
}
