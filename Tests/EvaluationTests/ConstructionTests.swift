import ApusTesting
import Foundation
import ModelFiles
import Testing
import Training

@testable import Evaluation

@Suite("Long records made of short ones")
struct ConstructionTests {
    private let fixture: EvaluationFixture
    private let folder: TemporaryFolder

    init() throws {
        fixture = try EvaluationFixture()
        folder = try TemporaryFolder()
    }

    private func write(_ records: [JSONValue], to name: String) throws {
        try records.map { $0.serialized() + "\n" }.joined().write(toFile: folder.file(name), atomically: false, encoding: .utf8)
    }

    private func loaded(_ name: String) throws -> PublishedBenchmark {
        let benchmark = try #require(try BenchmarkRegistry.benchmark(name) as? PublishedBenchmark)
        return try benchmark.loaded(from: PublishedFolder(path: folder.path, segmenter: nil))
    }

    private func items() throws -> [ShortRecord] {
        let colours = ["red", "green", "blue"]
        let records = (0..<60).map { number -> JSONValue in
            let text = "Number \(number) " + (0..<(5 + number % 9)).map { "word\($0)" }.joined(separator: " ") + "."
            return [
                "text": .string(text), "label": .string(colours[number * 7 % 3]), "question": .string("What is number \(number)?"),
                "answers": .array([.string("answer \(number)")]),
            ]
        }
        try write(records, to: "items.jsonl")
        return try ShortRecord.read([folder.file("items.jsonl")])
    }

    // MARK: - M4LE

    @Test("Records fill their buckets, names are unique, and what is asked stands anywhere", arguments: AbilityRecipe.Ability.allCases)
    func abilities(ability: AbilityRecipe.Ability) throws {
        let recipe = try AbilityRecipe(ability, items: items())
        var random = CorpusRandom(seed: 111), places = Set<Int>()
        for (above, bucket) in [(100, 200), (200, 400)] {
            for _ in 0..<30 {
                let object = try #require(try recipe.record(above: above, bucket: bucket, &random).object)
                let input = try #require(object["input"]?.string), answers = try #require(object["answers"]?.array)
                let total = try #require(object["total_length"]?.integer), place = try #require(object["gold_index"]?.integer)
                let whole = [try #require(object["instruction"]?.string), input, try #require(answers.first?.string)].joined(separator: " ")
                #expect(total > above && total <= bucket && total == whole.split(whereSeparator: \.isWhitespace).count)
                let names = input.matches(of: #/Article ([0-9A-F]{6}): /#).map { String($0.output.1) }
                #expect(Set(names).count == names.count && names.count == (object["n_para"]?.integer ?? 0) + 3)
                #expect(input.hasSuffix("\nAnswer:"))
                places.insert(place)
            }
        }
        #expect(places.count > 6)
        #expect(throws: LongRecordError.self) { try recipe.record(above: 5000, bucket: 6000, &random) }
    }

    @Test("Answers are right: who reads the articles finds them")
    func answers() throws {
        let items = try items()
        let labels = Dictionary(uniqueKeysWithValues: items.map { ($0.text, $0.label ?? "") })
        var random = CorpusRandom(seed: 1)
        for ability in [AbilityRecipe.Ability.classOfOne, .membersOfClass, .sizeOfClass] {
            let object = try #require(try AbilityRecipe(ability, items: items).record(above: 0, bucket: 400, &random).object)
            let input = try #require(object["input"]?.string), answer = try #require(object["answers"]?.array?.first?.string)
            // What stands behind the example.
            let asked = try #require(input.components(separatedBy: "\n\n").last)
            let articles = asked.matches(of: #/Article ([0-9A-F]{6}): (.*)\n/#).map {
                (name: String($0.output.1), text: String($0.output.2))
            }
            let question = try #require(asked.components(separatedBy: "Question: ").last)
            switch ability {
            case .classOfOne:
                let article = try #require(articles.first { question.contains($0.name) })
                #expect(labels[article.text] == answer)
            default:
                let label = try #require(["red", "green", "blue"].first { question.contains("'\($0)'") })
                let members = articles.filter { labels[$0.text] == label }.map(\.name)
                #expect(answer == (ability == .sizeOfClass ? "\(members.count)." : members.joined(separator: ", ") + "."))
            }
        }
    }

    @Test("The right paragraph goes on from the one shown, and stands anywhere; the records are asked as M4LE's")
    func continuation() throws {
        let texts = (0..<6).map { text -> CorpusText in
            let paragraphs = (0..<10).map { number in
                "t\(text)p\(number) " + (0..<32).map { "w\($0)" }.joined(separator: " ") + "\nand more."
            }
            return CorpusText(name: "\(text)", bytes: Array(paragraphs.joined(separator: "\n\n").utf8))
        }
        let recipe = try ContinuationRecipe(texts)
        var random = CorpusRandom(seed: 2), places = Set<Int>(), records: [JSONValue] = []
        for _ in 0..<40 {
            let record = try recipe.record(above: 300, bucket: 500, &random), object = try #require(record.object)
            let input = try #require(object["input"]?.string), name = try #require(object["answers"]?.array?.first?.string)
            let shown = try #require(input.firstMatch(of: #/^Paragraph: t(\d)p(\d) /#))
            let right = try #require(
                input.firstMatch(of: try Regex("Paragraph \(name): t(\\d)p(\\d) ", as: (Substring, Substring, Substring).self)))
            #expect(shown.output.1 == right.output.1 && Int(shown.output.2).map { $0 + 1 } == Int(right.output.2))
            // No other candidate is of the same text.
            #expect(input.matches(of: #/Paragraph [0-9A-F]{6}: t(\d)p/#).count { $0.output.1 == shown.output.1 } == 1)
            places.insert(try #require(object["gold_index"]?.integer))
            records.append(record)
        }
        #expect(places.count > 5)
        try write(records, to: "wikitext-103.jsonl")
        let benchmark = try loaded("m4le-wikitext-103")
        #expect(
            benchmark.questions.count == 40 && benchmark.questions.allSatisfy { benchmark.score($0.references[0] + ".", of: $0).value == 1 }
        )
        #expect(throws: LongRecordError.tooFewItems(1, needed: 2)) { try ContinuationRecipe([texts[0]]) }
    }

    @Test("Records without what is to be asked are told by file and line; too few are told, too")
    func missing() throws {
        try write([["text": "a"], ["text": "b"], ["text": "c"], ["text": "d"], ["text": "e"]], to: "plain.jsonl")
        let plain = try ShortRecord.read([folder.file("plain.jsonl")])
        #expect { try AbilityRecipe(.classOfOne, items: plain) } throws: {
            "\($0)".contains("plain.jsonl, line 1") && "\($0)".contains("label")
        }
        #expect { try AbilityRecipe(.question, items: plain) } throws: { "\($0)".contains("\"answers\"") }
        #expect(throws: LongRecordError.tooFewItems(2, needed: 5)) { try AbilityRecipe(.question, items: Array(plain.prefix(2))) }
    }

    // MARK: - Ada-LEval

    @Test(
        "Parts in their right order are one stretch of the book, prompts are as long as wished, and all 24 orders come",
        arguments: [600, 2000])
    func sort(length: Int) throws {
        let book = HarbourLog(words: 8_000, seed: 5).corpusText, text = String(decoding: book.bytes, as: UTF8.self)
        let recipe = try TextSortRecipe([book], length: length, tokenizer: fixture.tokenizer)
        var random = CorpusRandom(seed: 3), orders: [[Int]: Int] = [:], records: [JSONValue] = []
        for _ in 0..<480 {
            let record = recipe.record(&random), object = try #require(record.object)
            let order = (object["answer"]?.array ?? []).compactMap(\.integer), prompt = try #require(object["prompt"]?.string)
            orders[order, default: 0] += 1
            records.append(record)
            guard records.count <= 20 else { continue }
            let tokens = fixture.tokenizer.encode(prompt).count
            #expect(abs(tokens - length) <= length / 20)
            let marks = ["Before:\n"] + (1...4).map { "\n\nPart \($0):\n" } + ["\n\nAfter:\n", "\n\nGive the right"]
            let places = try marks.map { try #require(prompt.range(of: $0, options: .backwards)) }
            let parts = zip(places, places.dropFirst()).map { String(prompt[$0.upperBound..<$1.lowerBound]) }
            let whole = parts[0] + order.map { parts[$0] }.joined() + parts[5]
            #expect(text.contains(whole))
        }
        // Each comes 20 times on average; chance strays by 4.4.
        #expect(orders.count == 24 && orders.values.allSatisfy { (4...42).contains($0) })
        try JSONValue.array(records).serialized().write(toFile: folder.file("textsort_2k.json"), atomically: false, encoding: .utf8)
        #expect(try loaded("ada-leval-tsort-2k").questions.count == 480)
        #expect(throws: LongRecordError.self) { try TextSortRecipe([book], length: 100, tokenizer: fixture.tokenizer) }
        #expect(throws: LongRecordError.self) { try TextSortRecipe([book], length: 1_000_000, tokenizer: fixture.tokenizer) }
    }

    @Test("The accepted answer is among others to the question and then to those that share a tag, in any place, as long as wished")
    func bestAnswer() throws {
        let questions = (0..<20).map { number -> JSONValue in
            let answers = (0..<3).map {
                JSONValue.string("Answer \($0) of question \(number): " + String(repeating: "so it is. ", count: 3))
            }
            return [
                "question_id": .string("\(number)"), "question": .string("Why \(number)?"), "all_answers": .array(answers), "answer": "A2",
                "tags": .array([.string(number < 15 ? "swift" : "go")]),
            ]
        }
        try write(questions, to: "questions.jsonl")
        let recipe = try BestAnswerRecipe([folder.file("questions.jsonl")], length: 1500, tokenizer: fixture.tokenizer)
        var random = CorpusRandom(seed: 4), places = Set<String>()
        for number in 0..<15 {
            let object = try #require(try recipe.record(number, &random).object)
            let answers = (object["all_answers"]?.array ?? []).compactMap(\.string),
                designation = try #require(object["answer"]?.string)
            let place = try #require(Int(designation.dropFirst()))
            #expect(answers[place - 1].hasPrefix("Answer 1 of question \(number):") && Set(answers).count == answers.count)
            #expect(answers.count { $0.contains("of question \(number):") } == 3)
            #expect(!answers.contains { $0.contains(#/of question 1[5-9]:/#) })
            let tokens = fixture.tokenizer.encode(AdaLEval.bestAnswerPrompt("Why \(number)?", answers)).count
            #expect(tokens <= 1500 && tokens > 1350)
            places.insert(designation)
        }
        #expect(places.count > 4)
        #expect { try recipe.record(17, &random) } throws: { "\($0)".contains("line 18") }
        try write([["question": "q", "all_answers": ["a"], "answer": "A2"]], to: "bad.jsonl")
        #expect { try BestAnswerRecipe([folder.file("bad.jsonl")], length: 900, tokenizer: fixture.tokenizer) } throws: {
            "\($0)".contains("bad.jsonl, line 1")
        }
    }
}
