import ApusTesting
import Foundation
import Testing

@testable import Evaluation

@Suite("RULER's generated tasks, and LongChat's lines")
struct RULERTests {
    private static let tasks = RULERSuite.tasks.prefix(11) + ["longchat-lines"]

    private let fixture: EvaluationFixture

    init() throws { fixture = try EvaluationFixture() }

    @Test("Texts fill their length to the token, are the same for the same seed, and can be answered by who reads them", arguments: tasks)
    func solvable(name: String) throws {
        let benchmark = try BenchmarkRegistry.benchmark(name)
        for length in [1700, 4801] {
            for number in 0..<2 {
                let text = try benchmark.text(number, length: length, in: fixture.workshop(cases: 3))
                #expect(fixture.total(text, of: benchmark) == length)
                let again = try benchmark.text(number, length: length, in: fixture.workshop(cases: 3))
                #expect(again.tokens == text.tokens && again.questions.map(\.question) == text.questions.map(\.question))
                let question = try #require(text.questions.first)
                let answer = StringOracle.answer(name, text: fixture.string(text.tokens), question: question.question)
                #expect(benchmark.metric.score(answer, references: question.references) == 1, "\(length): \(answer) \(question.references)")
                #expect(benchmark.metric.score("", references: question.references) == 0)
                // No more is left blank than a line of the task would take.
                let blank = StringOracle.matches("\n{3,}", in: fixture.string(text.tokens)).first?.first?.count ?? 0
                #expect(blank < 140, "\(length): \(blank)")
            }
        }
        func tokens(seed: UInt64) throws -> [Int32] {
            try benchmark.text(0, length: 1700, in: fixture.workshop(cases: 3, seed: seed)).tokens
        }
        #expect(try tokens(seed: 3) != tokens(seed: 4))
    }

    @Test(
        "The needle tasks have the published numbers of keys, values and questions",
        arguments: [
            ("niah_single_1", 1, "numbers", 1), ("niah_single_2", 1, "numbers", 1), ("niah_single_3", 1, "uuids", 1),
            ("niah_multikey_1", 4, "numbers", 1), ("niah_multivalue", 4, "numbers", 4), ("niah_multiquery", 4, "numbers", 4),
        ])
    func needles(name: String, sentences: Int, kind: String, answers: Int) throws {
        let benchmark = try BenchmarkRegistry.benchmark(name)
        let text = try benchmark.text(1, length: 3000, in: fixture.workshop(cases: 3)), string = fixture.string(text.tokens)
        let found = StringOracle.matches(#"One of the special magic (\w+) for ([\w-]+) is: ([\w-]+)\."#, in: string)
        let question = try #require(text.questions.first)
        #expect(found.count == sentences && found.allSatisfy { $0[1] == kind })
        #expect(
            Set(found.map { $0[2] }).count == (name == "niah_multivalue" ? 1 : sentences) && Set(found.map { $0[3] }).count == sentences)
        #expect(question.references.count == answers && question.references.allSatisfy { found.map { $0[3] }.contains($0) })
        let pattern = kind == "uuids" ? "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$" : "^[1-9][0-9]{6}$"
        #expect(question.references.allSatisfy { StringOracle.matches(pattern, in: $0).count == 1 })
        let isOne = answers == 1
        #expect(question.question.hasPrefix(isOne ? "What is the special magic" : "What are all the special magic numbers for"))
        #expect(string.hasPrefix(isOne ? "A special magic \(kind.dropLast()) is hidden" : "Some special magic numbers are hidden"))
        #expect(question.answerOpening.hasSuffix(isOne ? "mentioned in the provided text is" : "mentioned in the provided text are"))
        if name == "niah_multiquery" { #expect(question.question.contains(", and ")) }
        #expect((question.depth == nil) == (answers > 1))
    }

    @Test("Where needles are the hay, every line is one, and no two keys are the same", arguments: ["niah_multikey_2", "niah_multikey_3"])
    func allNeedles(name: String) throws {
        let text = try BenchmarkRegistry.benchmark(name).text(0, length: 3000, in: fixture.workshop(cases: 3))
        let lines = fixture.string(text.tokens).split(separator: "\n").dropFirst().map(String.init)
        let keys = lines.flatMap { StringOracle.matches(#"^One of the special magic \w+ for (\S+) is: (\S+)\.$"#, in: $0) }.map { $0[1] }
        #expect(lines.count > 12 && keys.count == lines.count && Set(keys).count == keys.count)
        #expect(text.questions.first?.evidence?.distractors == lines.count - 1)
    }

    @Test("Words and questions are those of published records", .enabled(if: ExternalData.exists(Self.published), "needs the records"))
    func publishedRecords() throws {
        let text = try BenchmarkRegistry.benchmark("niah_multikey_3").text(0, length: 4096, in: fixture.workshop(cases: 3))
        let lines = try String(contentsOfFile: ExternalData.path(Self.published), encoding: .utf8).split(separator: "\n")
        for line in lines {
            let record = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            let input = try #require(record["input"] as? String), outputs = try #require(record["outputs"] as? [String])
            let asked = String(try #require(input.split(separator: "\n").last))
            #expect(StringOracle.answer("niah_multikey_3", text: input, question: asked) == outputs.joined())
            func plain(_ text: String) -> String { text.replacing(/[0-9a-f]{8}[0-9a-f-]{28}/, with: "KEY") }
            let question = try #require(text.questions.first), ours = question.question + question.answerOpening
            #expect(plain(asked) == plain(ours))
            #expect(input.split(separator: "\n").first == fixture.string(text.tokens).split(separator: "\n").first)
        }
    }

    private static let published = "benchmarks/needle-tests/ruler_niah_multikey_3_4096.jsonl"

    @Test("A chain has five variables, one assignment after the other, behind an example with its answer")
    func variables() throws {
        let text = try RULERVariables().text(0, length: 3000, in: fixture.workshop(cases: 3)), string = fixture.string(text.tokens)
        let question = try #require(text.questions.first)
        let chain = StringOracle.matches(#"VAR ([A-Z]{5}) = (\w+ ?\w*)"#, in: StringOracle.task(string))
        #expect(chain.map { $0[1] } == question.references && chain.count == 5)
        #expect(zip(chain, chain.dropFirst()).allSatisfy { $1[2] == "VAR \($0[1])" })
        #expect(question.answerOpening.contains("5 variables are assigned the value \(chain[0][2])"))
        let example = StringOracle.matches("they are: ([A-Z]{3}(?: [A-Z]{3}){4})\n", in: string)
        #expect(example.count == 1 && string.components(separatedBy: "Memorize and track").count == 3)
        #expect(question.evidence?.hops == 5 && (question.evidence?.spread ?? 0) > 0.1)
    }

    @Test("Ten words come 30 times and all others 3 times; in short texts 6 times and once", arguments: [(2000, 6, 1), (6000, 30, 3)])
    func commonWords(length: Int, often: Int, seldom: Int) throws {
        let text = try RULERCommonWords().text(0, length: length, in: fixture.workshop(cases: 3))
        let task = StringOracle.task(fixture.string(text.tokens))
        let entries = StringOracle.matches(#"(\d+)\. (\w+)"#, in: task)
        #expect(entries.map { $0[1] } == (1...entries.count).map(String.init))
        let counts = Dictionary(entries.map { ($0[2], 1) }, uniquingKeysWith: +)
        let question = try #require(text.questions.first)
        #expect(question.references.count == 10 && question.references.allSatisfy { counts[$0] == often })
        #expect(counts.count > 10 && counts.filter { !question.references.contains($0.key) }.allSatisfy { $0.value == seldom })
    }

    @Test("Coded words come as often as their ranks say, and the first rank is dots")
    func frequentWords() throws {
        let text = try RULERFrequentWords().text(0, length: 6000, in: fixture.workshop(cases: 3)), string = fixture.string(text.tokens)
        let words = string.components(separatedBy: "coded words.").last?.split(whereSeparator: \.isWhitespace).map(String.init) ?? []
        let counts = Dictionary(words.map { ($0, 1) }, uniquingKeysWith: +).sorted { $0.value > $1.value }
        let question = try #require(text.questions.first)
        #expect(counts.first?.key == "..." && Array(counts[1...3].map(\.key)) == question.references)
        let total = try #require((1...20_000).first { RULERFrequentWords.times(rank: 1, among: $0) == counts[0].value })
        let near = (total...total + 1).contains { total in
            counts.enumerated().allSatisfy { RULERFrequentWords.times(rank: $0 + 1, among: total) == $1.value }
        }
        #expect(near && counts.dropFirst().allSatisfy { $0.key.count == 6 && $0.key.allSatisfy(\.isLowercase) })
    }

    @Test("Lines are those of published records, and the one asked for stands where it should")
    func lines() throws {
        let benchmark = LongChatLines()
        let texts = try (0..<5).map { try benchmark.text($0, length: 4000, in: fixture.workshop(cases: 5)) }
        #expect(texts.compactMap { $0.questions.first?.depth }.map { ($0 * 4).rounded() } == [0, 1, 2, 3, 4])
        let lines = fixture.string(texts[0].tokens).split(separator: "\n").dropFirst()
        #expect(lines.allSatisfy { StringOracle.matches(#"^line [\w-]+: REGISTER_CONTENT is <\d+>$"#, in: String($0)).count == 1 })
        #expect(Set(lines.map { $0.split(separator: ":")[0] }).count == lines.count)
        guard ExternalData.exists("benchmarks/needle-tests/longchat_lines_200.jsonl") else { return }
        let published = try String(contentsOfFile: ExternalData.path("benchmarks/needle-tests/longchat_lines_200.jsonl"), encoding: .utf8)
        for line in published.split(separator: "\n") {
            let record = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            let prompt = try #require(record["prompt"] as? String), number = try #require(record["expected_number"] as? Int)
            let first = fixture.string(texts[0].tokens).split(separator: "\n")[0]
            #expect(prompt.hasPrefix(first + "\n\nline "))
            let answer = StringOracle.answer(
                "longchat-lines", text: prompt, question: prompt.components(separatedBy: "Now the record is over.")[1])
            #expect(benchmark.metric.score(answer, references: [String(number)]) == 1)
        }
    }

    @Test("A length without room is refused with the least that would do", arguments: tasks)
    func tooShort(name: String) throws {
        let benchmark = try BenchmarkRegistry.benchmark(name)
        #expect { try benchmark.text(0, length: 150, in: fixture.workshop(cases: 3)) } throws: { error in
            guard case EvaluationError.tooShort(name, length: 150, let needed) = error else { return false }
            return (151...3000).contains(needed)
        }
    }
}
