import ApusTesting
import Foundation
import Testing

@testable import Evaluation

@Suite("RULER's answered questions, from published files")
struct QuestionSetTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func set(_ file: QuestionFile, _ text: String) throws -> QuestionSet {
        try QuestionSet(file, path: folder.write(Array(text.utf8), as: "questions.json"))
    }

    private static let squad = """
        {"version": "v2.0", "data": [
          {"title": "Towns", "paragraphs": [
            {"context": "Trennock has a harbour with two piers.", "qas": [
              {"question": "How many piers has Trennock?", "is_impossible": false, "answers": [{"text": "two"}, {"text": "two"}, {"text": "2"}]},
              {"question": "Who built them?", "is_impossible": true, "answers": []}]},
            {"context": "Halford lies by a lake.", "qas": [
              {"question": "Where does Halford lie?", "answers": [{"text": "by a lake"}]}]}]},
          {"title": "Ships", "paragraphs": [{"context": "The Marigold carried salt and slate.", "qas": []}]}]}
        """
    private static let hotpotqa = """
        [{"_id": "1", "question": "Which river runs through the town of the Marigold's captain?", "answer": "the Wyn",
          "supporting_facts": [["Captain", 0], ["Town", 1]],
          "context": [["Captain", ["He lives in Halford.", " He is old."]], ["Town", ["Halford lies low.", " The Wyn runs through it."]],
                      ["Salt", ["Salt is white."]]]}]
        """

    @Test("The published forms give documents, questions, answers without repetition, and what belongs together")
    func forms() throws {
        let squad = try set(.squad, Self.squad)
        #expect(squad.documents.count == 3 && squad.questions.count == 2)
        #expect(squad.questions[0].answers == ["two", "2"] && squad.questions[0].gold == [0] && squad.questions[0].related == [1])
        let hops = try set(.hotpotqa, Self.hotpotqa)
        #expect(hops.questions[0].gold == [0, 1] && hops.questions[0].related == [2] && hops.questions[0].answers == ["the Wyn"])
        #expect(hops.documents[1] == "Town\nHalford lies low. The Wyn runs through it.")
    }

    @Test(
        "A file that is none of these is refused, by its name and with what is wrong",
        arguments: [
            ("", "JSON"), ("[", "JSON"), ("[]", "no list \"data\""), ("{\"data\": 3}", "no list \"data\""),
            ("{\"data\": []}", "no question"),
            ("{\"data\": [{}]}", "article 1 has no list \"paragraphs\""),
            ("{\"data\": [{\"paragraphs\": [{\"qas\": []}]}]}", "\"context\""),
            ("{\"data\": [{\"paragraphs\": [{\"context\": \"a\", \"qas\": [{\"answers\": []}]}]}]}", "\"question\""),
        ])
    func badFiles(text: String, reason: String) throws {
        #expect { try set(.squad, text) } throws: { "\($0)".contains("questions.json") && "\($0)".contains(reason) }
    }

    @Test(
        "Questions whose answers nothing supports are refused",
        arguments: [
            ("{}", "no list of questions"), ("[3]", "question 1 has no list"),
            (#"[{"question": "a", "answer": "b", "supporting_facts": [], "context": [["t", ["s"]]]}]"#, "supports"),
            (#"[{"question": "a", "answer": "b", "supporting_facts": [], "context": [3]}]"#, "title with sentences"),
        ])
    func badHops(text: String, reason: String) throws {
        #expect { try set(.hotpotqa, text) } throws: { "\($0)".contains(reason) }
    }

    @Test("A file that is not there is told by its name")
    func missing() { #expect { try QuestionSet(.squad, path: "/nowhere/dev.json") } throws: { "\($0)".contains("/nowhere/dev.json") } }

    @Test("Texts hold the documents of the answer and others as far as they fit, and fill their length", arguments: ["qa_1", "qa_2"])
    func texts(name: String) throws {
        var fixture = try EvaluationFixture()
        fixture.questions = [.squad: try set(.squad, Self.squad), .hotpotqa: try set(.hotpotqa, Self.hotpotqa)]
        let benchmark = try BenchmarkRegistry.benchmark(name)
        for number in 0..<2 {
            let text = try benchmark.text(number, length: 700, in: fixture.workshop(cases: 2)), string = fixture.string(text.tokens)
            let question = try #require(text.questions.first)
            #expect(fixture.total(text, of: benchmark) == 700)
            #expect(string.components(separatedBy: "Document ").count == 4 && string.contains("Document 3:\n"))
            #expect(question.references.allSatisfy { string.lowercased().contains($0.lowercased()) } || question.references.contains("2"))
            #expect(benchmark.metric.score("It is \(question.references[0]).", references: question.references) == 1)
            #expect(question.evidence?.hops == (name == "qa_1" ? 1 : 2))
        }
        // Where there is room for the answer's own documents only, the others are left out.
        let short = try benchmark.text(0, length: 340, in: fixture.workshop(cases: 2))
        #expect(fixture.total(short, of: benchmark) == 340)
    }

    @Test("Without its file a task is not run, and says which option names it")
    func notRun() throws {
        let fixture = try EvaluationFixture(), benchmark = try BenchmarkRegistry.benchmark("qa_2")
        #expect(!fixture.material.serves(benchmark) && fixture.material.serves(Passkey()))
        #expect { try benchmark.text(0, length: 900, in: fixture.workshop(cases: 1)) } throws: { "\($0)".contains("--hotpotqa") }
    }
}
