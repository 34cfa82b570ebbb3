import ApusTesting
import Foundation
import Testing

@testable import Evaluation

@Suite("Public classification sets as long prompts of examples")
struct LongICLClassesTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func write(_ text: String, to path: String) throws {
        let file = URL(fileURLWithPath: folder.file(path))
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: file, atomically: false, encoding: .utf8)
    }

    private func loaded(_ name: String) throws -> PublishedBenchmark {
        let benchmark = try #require(try BenchmarkRegistry.benchmark(name) as? PublishedBenchmark)
        return try benchmark.loaded(from: PublishedFolder(path: folder.path, segmenter: nil))
    }

    private func prompt(_ name: String) throws -> String {
        let benchmark = try loaded(name), folder = PublishedFolder(path: folder.path, segmenter: nil)
        let text = try #require(try benchmark.task.texts(in: folder).first)
        return text.prompt(try #require(text.questions.first))
    }

    @Test("Queries stand in the published words, one of each class for every round, and grouped ones sorted by their class")
    func intents() throws {
        try write(
            "text,category\nwhere,card_arrival\n\"lost, \"\"gone\"\"\",lost_or_stolen_card\r\nwhen,card_arrival\nmine,activate_my_card\n",
            to: "banking77/train.csv")
        try write("text,category\nasked,card_arrival\nsaid,activate_my_card\n", to: "banking77/test.csv")
        let opening =
            "Given a customer service query, please predict the intent of the query. The predict answer must come from the demonstration "
            + "examples with the exact format. The examples are as follows: \n"
        func shown(_ examples: [(String, String)]) -> String {
            opening + examples.map { "service query: \($0)\nintent category: \($1)\n" }.joined() + "service query: asked\nintent category: "
        }
        let where1 = ("where", "card_arrival"), lost = ("lost, \"gone\"", "lost_or_stolen_card"), mine = ("mine", "activate_my_card")
        #expect(try prompt("longiclbench-banking77-1r") == shown([where1, lost, mine]))
        // The second round has no further lost card, and gives the turn to none.
        let when = ("when", "card_arrival")
        #expect(try prompt("longiclbench-banking77-2r") == shown([where1, lost, mine, when]))
        #expect(try prompt("longiclbench-grouped-banking77-2r") == shown([mine, where1, when, lost]))
        let benchmark = try loaded("longiclbench-banking77-1r"), question = benchmark.questions[0]
        #expect(benchmark.questions.count == 2 && benchmark.score("Card_Arrival\nservice query: x", of: question).value == 1)
        #expect(benchmark.score("service query: asked\nintent category: card_arrival\n", of: question).value == 1)
        #expect(benchmark.score("card_arrival or change_pin", of: question).value == 0 && benchmark.score("", of: question).value == 0)
        // Who always says the same has one over the number of classes.
        let same = benchmark.questions.map { benchmark.score("card_arrival", of: $0).value }
        #expect(same.reduce(0, +) / Double(same.count) == 0.5)
    }

    @Test("Comments with several classes are left out; numbers are those of the set, in its own file and in lines of JSON")
    func emotions() throws {
        let rows = "good\t17\ta\nboth\t3,17\tb\n\"\"\"so\"\"\"\t27\tc\n"
        try write(rows, to: "go_emotions/data/train.tsv")
        try write("{\"text\": \"hm\", \"labels\": [27]}\n{\"text\": \"oh\", \"labels\": [1, 2]}\n", to: "go_emotions/test.jsonl")
        let text = try prompt("longiclbench-goemotion-1r")
        #expect(
            text.hasSuffix(
                "follows: \ncomment: good\nemotion category: joy\ncomment: \"so\"\nemotion category: neutral\ncomment: hm\nemotion category: "
            ))
        #expect(try loaded("longiclbench-goemotion-1r").questions.map(\.references) == [["neutral"]])
        #expect(ClassNames.emotions.count == 28 && ClassNames.intents.count == 77 && ClassNames.conjunctions.count == 174)
    }

    @Test("Sentences have a gap between them and two blanks before the word; marks of punctuation do not count")
    func conjunctions() throws {
        try write("[{\"sentence1\": \"It rains.\", \"sentence2\": \"We stay.\", \"label\": 59}]", to: "discovery/train.json")
        try write("sentence1,sentence2,label,idx\nOne.,Two.,\"so,\",7\n", to: "discovery/test.csv")
        let text = try prompt("longiclbench-discovery-1r"), cue = "\nthe most suitable conjunction word in the previous ( ) is  "
        #expect(text.hasSuffix("It rains. ( ) We stay.\(cue)\(ClassNames.conjunctions[59])\nOne. ( ) Two.\(cue)"))
        let benchmark = try loaded("longiclbench-discovery-1r"), question = benchmark.questions[0]
        #expect(benchmark.score("So", of: question).value == 1 && benchmark.score("“so”.\nmore", of: question).value == 1)
        #expect(benchmark.score("so it is", of: question).value == 0)
    }

    @Test("No more of a file is read than decides which examples are chosen")
    func laziness() throws {
        let records: [Result<Int, EvaluationError>] = [1, 2, 3, 4].map { .success($0) } + [.failure(.noReport("end"))]
        #expect(try LabelWalk.rounds(records, rounds: 1, classCount: 2, label: { $0 % 2 }) == [1, 2])
        #expect(throws: EvaluationError.self) { try LabelWalk.rounds(records, rounds: 3, classCount: 2, label: { $0 % 2 }) }
        let whole = [1, 3, 5, 2, 7, 4, 6]
        let results = whole.map { Result<Int, EvaluationError>.success($0) }
        #expect(
            try LabelWalk.rounds(results, rounds: 2, classCount: 2, label: { $0 % 2 })
                == LabelWalk.rounds(whole, rounds: 2, label: { $0 % 2 }))
    }

    @Test("Files that cannot be used are refused with file, place and reason; without one, its names are told")
    func refusals() throws {
        func refusal(_ text: String, _ path: String = "banking77/train.csv") throws -> String {
            try write(text, to: path)
            do {
                _ = try loaded("longiclbench-banking77-1r")
                return ""
            } catch { return "\(error)" }
        }
        try write("text,category\na,b\n", to: "banking77/test.csv")
        #expect { try loaded("longiclbench-banking77-1r") } throws: { "\($0)".contains("banking77/train.jsonl") }
        #expect(try refusal("a,b\n").contains("line 1"))
        #expect(try refusal("text,other\na,b\n").contains("row 2"))
        #expect(try refusal("text,category\na,77\n").contains("class number 77"))
        #expect(try refusal("{\"text\": 1}\n{", "banking77/train.jsonl").contains("line 1"))
    }
}
