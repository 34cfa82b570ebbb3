import ApusTesting
import Foundation
import Testing

@testable import Evaluation

@Suite("LongBench v2")
struct LongBenchV2Tests {
    private let fixture: EvaluationFixture
    private let folder: TemporaryFolder

    init() throws {
        fixture = try EvaluationFixture()
        folder = try TemporaryFolder()
        let long = (0..<3000).map { "w\($0)" }.joined(separator: " ")
        let records = [" The mill stood. ", long].map {
            #"{"question": " Who? ", "choice_A": "Ada", "choice_B": "$C_A$", "choice_C": "C", "choice_D": "D", "answer": "B", "context": "\#($0)", "length": "short", "difficulty": "hard", "domain": "Code"}"#
        }
        try "[\(records.joined(separator: ","))]".write(toFile: folder.file("data.json"), atomically: false, encoding: .utf8)
        try "Read.\n$DOC$\nAsked: $Q$\n$C_A$|$C_B$|$C_C$|$C_D$\nSay:".write(
            toFile: folder.file("0shot.txt"), atomically: false, encoding: .utf8)
        try "Asked: $Q$ $C_A$".write(toFile: folder.file("0shot_no_context.txt"), atomically: false, encoding: .utf8)
    }

    private func loaded(_ name: String) throws -> PublishedBenchmark {
        let benchmark = try #require(try BenchmarkRegistry.benchmark(name) as? PublishedBenchmark)
        return try benchmark.loaded(from: PublishedFolder(path: folder.path, segmenter: nil))
    }

    @Test("The prompt is the published one with the stripped fields; the middle is cut where the window is too short")
    func prompts() throws {
        let benchmark = try loaded("longbench-v2-direct"), workshop = fixture.workshop(cases: 2)
        let text = try benchmark.text(0, length: 900, in: workshop), question = text.questions[0]
        #expect(fixture.string(text.tokens) + question.question == "Read.\nThe mill stood.\nAsked: Who?\nAda|$C_A$|C|D\nSay:")
        #expect(question.group == "short" && question.labels == ["hard", "Code"] && question.temperature == 0.1 && !text.isCut)
        let cut = try benchmark.text(1, length: 900, in: workshop)
        #expect(cut.isCut && fixture.string(cut.tokens).hasPrefix("Read.\nw0 w1") && cut.questions[0].question.hasSuffix("\nSay:"))
        let plain = try loaded("longbench-v2-no-context").text(0, length: 900, in: workshop)
        #expect(fixture.string(plain.tokens) + plain.questions[0].question == "Asked: Who? Ada")
    }

    @Test("The letter is what is said to be the correct answer, brackets first; other words say none")
    func letters() throws {
        for (reply, letter) in [
            ("The correct answer is (B).", "B"), ("**The correct answer is (C)**", "C"), ("The correct answer is D", "D"),
            ("The correct answer is A, no: The correct answer is (B)", "B"), ("The correct answer is (E)", nil), ("B", nil), ("", nil),
            ("the correct answer is (A)", nil), ("The correct answer is (insert answer here)", nil),
        ] as [(String, String?)] { #expect(ChoiceLetter.letter(in: reply).map { String($0) } == letter, "\(reply)") }
        let benchmark = try loaded("longbench-v2-direct"), right = benchmark.score("The correct answer is (B)", of: benchmark.questions[0])
        #expect(right.value == 1 && right.figures["followed"] == 1)
        let published = #"{"answer": "B", "response": "The correct answer is (B)", "pred": "B", "judge": true}"#
        try published.write(toFile: folder.file("pred.jsonl"), atomically: false, encoding: .utf8)
        let scores = try PredictionScores(
            "longbench-v2-direct", predictions: folder.file("pred.jsonl"), folders: PublishedFolders([], segmenter: nil))
        #expect(scores.score.score == 1)
    }
}

@Suite("Prompts of LongBench v2's sample", .enabled(if: ExternalData.exists("benchmarks/longbench"), "needs the published samples"))
struct LongBenchV2SampleTests {
    @Test("The published templates name all fields")
    func templates() throws {
        let folder = try TemporaryFolder()
        try
            #"[{"question": "q", "choice_A": "a1", "choice_B": "b1", "choice_C": "c1", "choice_D": "d1", "answer": "A", "context": "text"}]"#
            .write(
                toFile: folder.file("data.json"), atomically: false, encoding: .utf8)
        for name in ["0shot", "0shot_no_context"] {
            try FileManager.default.copyItem(
                atPath: ExternalData.path("benchmarks/longbench/v2_prompts/\(name).txt"), toPath: folder.file("\(name).txt"))
        }
        for task in LongBenchV2.tasks {
            let text = try #require(try task.texts(in: PublishedFolder(path: folder.path, segmenter: nil)).first)
            let prompt = text.prompt(try #require(text.questions.first))
            #expect(!prompt.contains("$") && prompt.contains("(A) a1") && prompt.contains("(D) d1"))
            #expect(prompt.contains("<text>\ntext\n</text>") == (task.name == "longbench-v2-direct"))
        }
    }
}
