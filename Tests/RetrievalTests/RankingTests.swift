import ApusTesting
import Diagnostics
import Documents
import Foundation
import Retrieval
import Testing

@Suite("Rankings and their scores, held to pytrec_eval")
struct RankingTests {
    private static func fixture(_ name: String) -> String { ExternalData.fixture("ranking/\(name)") }

    private static func text(_ text: String) throws -> PlainText { try PlainText(Array(text.utf8), name: "test.txt") }

    @Test("Every measure of every query is what pytrec_eval finds, ties, unjudged documents and negative grades included")
    func goldens() throws {
        let golden = try JSONDecoder().decode(
            [String: [String: Double]].self, from: Data(contentsOf: URL(fileURLWithPath: Self.fixture("measures.json"))))
        let names = try #require(golden["q0"]).keys.sorted(), measures = try names.map(RankingMeasure.init(parsing:))
        let scores = try RankingScores(
            TRECRun(reading: Self.fixture("run.txt")), judgements: TRECJudgements(reading: Self.fixture("qrels.txt")), measures: measures)
        #expect(Set(scores.queries.map(\.query)) == Set(golden.keys))
        #expect(scores.unranked == 1 && scores.unjudged == 1)
        for (query, values) in scores.queries {
            for (name, value) in zip(names, values) {
                #expect(abs(value - (golden[query]?[name] ?? -1)) < 1e-12, "\(query) \(name)")
            }
        }
    }

    @Test("Queries without a ranking are left out of the means, or count as zeros")
    func unranked() throws {
        let run = TRECRun([Ranking(query: "a", sorting: [.init(id: "x", score: 1)])])
        let judgements = TRECJudgements(["a": ["x": 1], "b": ["y": 1]]), measures = [RankingMeasure(.mrr)]
        #expect(try RankingScores(run, judgements: judgements, measures: measures).means == [1])
        #expect(try RankingScores(run, judgements: judgements, measures: measures, countsUnranked: true).means == [0.5])
        #expect(throws: RankingError.nothingJudged) { try RankingScores(run, judgements: TRECJudgements(["c": ["x": 1]])) }
    }

    @Test("The gain is the grade itself and not a power of it")
    func linearGain() {
        let value = RankingMeasure(.ndcg, at: 2).value(ranked: [1, 3], judged: [3, 1])
        #expect(abs(value - (1 + 3 / log2(3)) / (3 + 1 / log2(3))) < 1e-12)
    }

    @Test("Measures are named by kind and depth, and others are refused")
    func names() throws {
        for name in ["ndcg@10", "ndcg", "mrr", "map@5", "recall@100", "precision@1"] {
            #expect(try RankingMeasure(parsing: name).description == name)
        }
        for name in ["", "ndcg@", "ndcg@0", "ndcg@-1", "recall", "precision", "gain@3", "ndcg@1@2", "mrr@x"] {
            #expect(throws: RankingError.unknownMeasure(name)) { try RankingMeasure(parsing: name) }
        }
    }

    @Test("A run that is written and read again has the same order, whatever its scores were")
    func roundTrip() throws {
        var random = SeededGenerator(seed: 9)
        for _ in 0..<40 {
            let entries = (0..<20).map { Ranking.Entry(id: "d\($0)", score: Double(Int.random(in: -2...2, using: &random))) }.shuffled(
                using: &random)
            let ranking = Ranking(query: "q", ordered: entries)
            let again = try TRECRun(Self.text(TRECRun([ranking]).lines(name: "test")))
            #expect(again.rankings.first?.entries.map(\.id) == entries.map(\.id))
        }
    }

    @Test("Equal scores are ordered by name, the last first, and scores count in float32")
    func ties() throws {
        let run = try TRECRun(Self.text("q Q0 a 1 1 n\nq Q0 c 2 1.00000000001 n\nq Q0 b 3 1 n\n"))
        #expect(run.rankings.first?.entries.map(\.id) == ["c", "b", "a"])
    }

    @Test(
        "Damaged lines are refused by file and line",
        arguments: [
            ("q Q0 d 1 2.5\n", 1), ("\nq Q0 d 1 x n\n", 2), ("q Q0 d 1 nan n\n", 1), ("q Q0 d 1 1 n\nq Q0 d 2 0 n\n", 2),
            ("q Q0 d 1 1 n more\n", 1),
        ])
    func damaged(content: String, line: Int) throws {
        #expect {
            try TRECRun(Self.text(content))
        } throws: { error in
            "\(error)".hasPrefix("test.txt: line \(line) ")
        }
    }

    @Test("Judgements need whole numbers, and empty files are refused")
    func damagedJudgements() throws {
        #expect(throws: RankingError.self) { try TRECJudgements(Self.text("q 0 d 1.5\n")) }
        #expect(throws: RankingError.self) { try TRECJudgements(Self.text(" \n")) }
        #expect(throws: RankingError.self) { try TRECRun(Self.text("\n")) }
    }

    @Test("Random bytes are read as a run or refused, and never crash")
    func fuzz() throws {
        var random = SeededGenerator(seed: 77)
        let alphabet = Array("q0 d\t\n\r1.5e-9xn\u{e9}".utf8)
        var refused = 0
        for _ in 0..<400 {
            let bytes = (0..<Int.random(in: 1...80, using: &random)).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            do {
                let text = try PlainText(bytes, name: "fuzz")
                _ = try TRECRun(text)
            } catch {
                #expect(error is any Failure)
                refused += 1
            }
        }
        #expect(refused > 0)
    }
}

@Suite("Passages and queries in files")
struct PassageFileTests {
    private func file(_ text: String) throws -> (folder: TemporaryFolder, path: String) {
        let folder = try TemporaryFolder()
        return (folder, try folder.write(Array(text.utf8), as: "texts"))
    }

    @Test("JSON lines have names, titles and texts; plain lines are named by their numbers")
    func passages() throws {
        let json = try file(
            "{\"_id\": 7, \"title\": \"T\", \"text\": \"one\"}\n\n{\"id\": \"b\", \"contents\": \"two\", \"title\": \"\"}\n")
        let passages = try PassageFile.passages(reading: json.path)
        #expect(passages == [RankedPassage(id: "7", title: "T", text: "one"), RankedPassage(id: "b", text: "two")])
        #expect(passages[0].whole == "T one")
        let plain = try file("first\n\n  third\r\n")
        #expect(
            try PassageFile.passages(reading: plain.path) == [RankedPassage(id: "1", text: "first"), RankedPassage(id: "3", text: "third")])
    }

    @Test("Queries are JSON lines, or names and texts with a tab between them")
    func queries() throws {
        let tabbed = try file("q1\twho keeps\tthe key\n")
        let queries = try PassageFile.queries(reading: tabbed.path)
        #expect(queries.count == 1 && queries[0] == ("q1", "who keeps\tthe key"))
        let untabbed = try file("no tab\n")
        #expect(throws: RankingError.self) { try PassageFile.queries(reading: untabbed.path) }
    }

    @Test(
        "Lines without a name or a text, with names twice, or that are no JSON, are refused",
        arguments: [
            "{\"text\": \"x\"}", "{\"id\": \"a b\", \"text\": \"x\"}", "{\"id\": \"a\"}", "{\"id\": 1,",
            "{\"id\":1,\"text\":\"x\"}\n{\"id\":1,\"text\":\"y\"}",
        ])
    func refusals(content: String) throws {
        let file = try file(content)
        #expect(throws: RankingError.self) { try PassageFile.passages(reading: file.path) }
    }
}

@Suite("BM25")
struct BM25Tests {
    private struct Golden: Decodable {
        let passages: [String]
        let queries: [String]
        let scores: [[Double]]
    }

    @Test("Scores are those of bm25s in Lucene's form, words that a query repeats included")
    func goldens() throws {
        let golden = try JSONDecoder().decode(
            Golden.self, from: Data(contentsOf: URL(fileURLWithPath: ExternalData.fixture("ranking/bm25.json"))))
        let index = BM25(golden.passages)
        for (query, scores) in zip(golden.queries, golden.scores) {
            for (own, other) in zip(index.scores(for: query), scores) { #expect(abs(own - other) < 1e-6, "\(query)") }
        }
    }

    @Test("Words are runs of letters and digits in small letters, ideographs each by itself")
    func words() {
        #expect(
            SearchTerms.terms(of: "Don\u{2019}t \u{201C}touch\u{201D} 3rd-rate \u{C9}t\u{E9}s' 'x'") == [
                "don't", "touch", "3rd", "rate", "\u{E9}t\u{E9}s", "x",
            ])
        #expect(SearchTerms.terms(of: "\u{9470}\u{5319}key") == ["\u{9470}", "\u{5319}", "key"])
        #expect(SearchTerms.terms(of: " ... ").isEmpty)
        #expect(BM25([]).scores(for: "x").isEmpty && BM25([""]).scores(for: "x") == [0])
    }
}
