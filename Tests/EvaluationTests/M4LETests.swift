import ApusTesting
import Foundation
import ModelFiles
import Testing

@testable import Evaluation

@Suite("M4LE")
struct M4LETests {
    private struct Golden: Decodable {
        struct Record: Decodable {
            let reply: String
            let answers: [String]
        }

        let task: String
        let records: [Record]
        let scores: [Double]
    }

    private let fixture: EvaluationFixture
    private let folder: TemporaryFolder

    init() throws {
        fixture = try EvaluationFixture()
        folder = try TemporaryFolder()
    }

    private func line(_ reply: String, _ answers: [String], bucket: Int = 1000, input: String = "Question?\nAnswer:") -> String {
        JSONValue.object([
            "instruction": .string("Read."), "input": .string(input), "answers": .array(answers.map { .string($0) }),
            "length_bucket": .integer(bucket), "gen_resp": .string(reply),
        ]).serialized()
    }

    private func scores(_ task: String, _ lines: [String]) throws -> PredictionScores {
        let path = folder.file("\(task).jsonl")
        try lines.joined(separator: "\n").write(toFile: path, atomically: false, encoding: .utf8)
        return try PredictionScores(
            "m4le-\(task)", predictions: path,
            folders: PublishedFolders([], segmenter: WordSegmenter(folder: ExternalData.fixture("evaluation/jieba"))))
    }

    @Test("Replies to all 39 files are worth what the released scorer gives, cut at the same marks")
    func goldens() throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: ExternalData.fixture("evaluation/m4le.json")))
        let goldens = try JSONDecoder().decode([Golden].self, from: data)
        #expect(Set(goldens.map { "m4le-" + $0.task }) == Set(M4LE.tasks.map(\.name)))
        for golden in goldens {
            let lines = golden.records.map { line($0.reply, $0.answers) }
            if golden.scores.count == 1 {
                let all = try scores(golden.task, lines)
                #expect(abs(all.score.score - golden.scores[0]) < 1e-9, "\(golden.task)")
                continue
            }
            for (line, wanted) in zip(lines, golden.scores) {
                let one = try scores(golden.task, [line])
                let value = golden.task == "online-shopping" ? one.figures["released"] ?? -1 : one.score.score
                #expect(abs(value - wanted) < 1e-9, "\(golden.task): \(line)")
            }
        }
    }

    @Test("Who repeats the answer has all of it by every metric but BLEU of less than four words, with full stops where lists end")
    func echoes() throws {
        for (task, answer) in [
            ("newsqa", "the harbour"), ("wikitext-103", "4F2A1C"), ("online-shopping", "4F2A1C，90BB3E。"), ("marc", "4F2A1C,90BB3E."),
            ("mnds-news_explicit-multiple", "4F2A1C, 90BB3E"), ("arxiv", "One two. Three"), ("lcsts", "一 二。三"),
            ("thucnews_semantic-multiple", "7。"), ("tedtalks-zh2en", "one two three four"), ("tedtalks-en2zh", "一二三四"),
        ] { #expect(try scores(task, [line(answer, [answer])]).score.score == 1, "\(task)") }
        #expect(try scores("tedtalks-zh2en", [line("one two", ["one two"])]).score.score == 0)
        // Listing every name finds all and is right for the share that was wanted.
        let all = try scores("marc", [line("a,b,c,d,e.", ["b,d."])])
        #expect(abs(all.score.score - 2 * 0.4 / 1.4) < 1e-12)
    }

    @Test("BLEU is that of all replies of a bucket together, and its interval that of samples of them")
    func bleu() throws {
        let lines = [
            line("a b c d e f", ["a b c d e f"]), line("a b c x y z", ["a b c d e f"]), line("q r s t", ["a b c d e f"], bucket: 2000),
        ]
        let scores = try scores("tedtalks-zh2en", lines), first = try #require(scores.groups.first { $0.name == "1000" })
        // 9 of 12 words, 7 of 10 pairs, 5 of 8 triples, 3 of 6 fours; as long as the references.
        #expect(abs(first.score.score - pow(9.0 / 12 * 7 / 10 * 5 / 8 * 3 / 6, 0.25)) < 1e-12)
        #expect(scores.score.score < first.score.score && scores.groups.map(\.name) == ["1000", "2000"])
        #expect(first.score.interval[0] < first.score.score && first.score.interval[1] == 1)
        #expect(
            BLEU.western("It's 3.5-4, \"so\" &amp; x.".codePoints).map { String($0) } == [
                "It's", "3.5", "-", "4", ",", "\"", "so", "\"", "&", "x", ".",
            ])
        #expect(BLEU.chinese("他说“好”，ok.".codePoints).map { String($0) } == ["他", "说", "“", "好", "”", "，", "ok", "."])
    }

    @Test("Prompts are instruction and input without a frame; a reply has its bucket's tokens, or what the window leaves of them")
    func prompts() throws {
        try (line("", ["a"], bucket: 700) + "\n" + line("", ["b"], bucket: 8000)).write(
            toFile: folder.file("newsqa.jsonl"), atomically: false, encoding: .utf8)
        let task = try #require(try BenchmarkRegistry.benchmark("m4le-newsqa") as? PublishedBenchmark)
        let benchmark = try task.loaded(from: PublishedFolder(path: folder.path, segmenter: nil)), workshop = fixture.workshop(cases: 2)
        #expect(benchmark.framing == .continuation && benchmark.questions.map(\.group) == ["700", "8000"])
        let first = try benchmark.text(0, length: 2000, in: workshop), second = try benchmark.text(1, length: 2000, in: workshop)
        #expect(fixture.string(first.tokens) + first.questions[0].question == "Read.\nQuestion?\nAnswer:")
        let taken = second.tokens.count + workshop.encode(second.questions[0].question).count + EvaluationFixture.frameTokens
        #expect(first.replyTokens == 700 && second.replyTokens == 2000 - taken && !second.isCut)
        #expect(throws: EvaluationError.self) { try benchmark.text(1, length: 20, in: workshop) }
        try line("", ["a"], bucket: 0).write(toFile: folder.file("newsqa.jsonl"), atomically: false, encoding: .utf8)
        #expect { try task.loaded(from: PublishedFolder(path: folder.path, segmenter: nil)) } throws: { "\($0)".contains("length_bucket") }
    }
}
