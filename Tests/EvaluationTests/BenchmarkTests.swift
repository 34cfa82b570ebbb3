import Foundation
import Testing
import Training

@testable import Evaluation

@Suite("Benchmarks")
struct BenchmarkTests {
    private let fixture: EvaluationFixture

    init() throws { fixture = try EvaluationFixture() }

    @Test(
        "Texts fill their length to the token, hold every answer, and are the same for the same seed",
        arguments: ["passkey", "needle", "long-facts"])
    func exactLengths(name: String) throws {
        let benchmark = try BenchmarkRegistry.benchmark(name)
        for length in [1200, 3001] {
            for number in 0..<benchmark.textCount(cases: 11, length: length) {
                let text = try benchmark.text(number, length: length, in: fixture.workshop(cases: 11))
                #expect(fixture.total(text, of: benchmark) == length)
                let again = try benchmark.text(number, length: length, in: fixture.workshop(cases: 11))
                #expect(again.tokens == text.tokens && again.questions.map(\.question) == text.questions.map(\.question))
                let string = fixture.string(text.tokens)
                for question in text.questions {
                    #expect(question.references.allSatisfy { string.contains($0) })
                    // Who reads the text can answer.
                    #expect(
                        benchmark.metric.score("It is " + question.references.joined(separator: ", "), references: question.references) == 1
                            || benchmark.metric == .exactAnswer)
                    #expect(benchmark.metric.score(" \(question.references[0]). ", references: question.references) > 0.3)
                }
            }
        }
    }

    @Test("Depth 0 is the beginning, depth 1 the end, and what lies between follows a sentence")
    func depths() throws {
        let needle = NeedleInHaystack()
        for number in 0..<11 {
            let text = try needle.text(number, length: 2000, in: fixture.workshop(cases: 11))
            let parts = fixture.string(text.tokens).components(separatedBy: "\nThe best thing to do in San Francisco")
            #expect(parts.count == 2 && text.questions[0].depth == Double(number) / 10)
            if number == 0 { #expect(parts[0].isEmpty) }
            if number == 10 { #expect(parts[1].hasSuffix("on a sunny day.\n")) } else if number > 0 { #expect(parts[0].hasSuffix(".")) }
            let share = Double(parts[0].count) / Double(parts[0].count + parts[1].count)
            #expect(abs(share - Double(number) / 10) < 0.1)
        }
    }

    @Test("The pass key stands where it should, between sentences that say nothing")
    func passkey() throws {
        let text = try Passkey().text(5, length: 900, in: fixture.workshop(cases: 11)), string = fixture.string(text.tokens)
        let key = try #require(text.questions.first?.references.first)
        #expect(string.hasPrefix("There is an important info hidden"))
        #expect(string.contains("\nThe pass key is \(key). Remember it. \(key) is the pass key.\n"))
        #expect(
            Set((0..<11).map { try? Passkey().text($0, length: 900, in: fixture.workshop(cases: 11)).questions[0].references }).count > 8)
    }

    @Test("Many facts stand in one text at evenly spread depths, in their order")
    func longFacts() throws {
        let text = try LongFacts().text(0, length: 12_800, in: fixture.workshop(cases: 50)), string = fixture.string(text.tokens)
        #expect(text.questions.count == 50 && Set(text.questions.map(\.question)).count == 50)
        #expect(zip(text.questions, text.questions.dropFirst()).allSatisfy { ($0.depth ?? 0) < ($1.depth ?? 0) })
        #expect(text.questions.allSatisfy { string.contains($0.references[0]) })
    }

    @Test("Shorter texts share the facts out among them, each with some of every depth")
    func sharedFacts() throws {
        let count = LongFacts().textCount(cases: 50, length: 3000)
        #expect(count == 5 && LongFacts().textCount(cases: 50, length: 100) == 50)
        let texts = try (0..<count).map { try LongFacts().text($0, length: 3000, in: fixture.workshop(cases: 50)) }
        #expect(texts.allSatisfy { $0.questions.count == 10 })
        #expect(Set(texts.flatMap { $0.questions.map(\.question) }).count == 50)
        #expect(Set(texts.flatMap { $0.questions.compactMap(\.depth) }).count == 50)
        #expect(
            texts.allSatisfy { text in text.questions.contains { $0.depth ?? 1 < 0.1 } && text.questions.contains { $0.depth ?? 0 > 0.9 } })
    }

    @Test("As many facts as a text may hold are different ones, whatever the seed")
    func manyFacts() {
        for seed in 0..<40 {
            let facts = PlantedFact.draw(PlantedFact.most, seed: UInt64(seed))
            #expect(facts.count == PlantedFact.most && Set(facts.map(\.question)).count > PlantedFact.most - 3)
            #expect(facts.allSatisfy { $0.sentence.lowercased().contains($0.answer.lowercased()) })
        }
    }

    @Test("Generated cases come in all their classes, within the length, with the depth of what is asked")
    func plantedFacts() throws {
        let benchmark = PlantedFacts()
        let texts = try (0..<8).map { try benchmark.text($0, length: 400, in: fixture.workshop(cases: 2)) }
        #expect(Set(texts.flatMap { $0.questions.compactMap(\.group) }) == Set(LookupEvaluation.allCases.map(\.rawValue)))
        #expect(texts.allSatisfy { $0.tokens.count + benchmark.replyTokens < 400 && $0.questions.count == 1 })
        #expect(texts.flatMap(\.questions).contains { $0.depth != nil })
    }

    @Test("A class of generated cases by itself has the texts and questions that it has among the others")
    func onePlantedClass() throws {
        let workshop = fixture.workshop(cases: 2), classes = LookupEvaluation.allCases
        for (place, kind) in classes.enumerated() {
            let alone = try BenchmarkRegistry.benchmark("planted-facts-\(kind.rawValue)")
            #expect(alone.questionCount(cases: 2) == 2)
            for number in 0..<2 {
                let among = try PlantedFacts().text(number * classes.count + place, length: 400, in: workshop)
                let text = try alone.text(number, length: 400, in: workshop)
                #expect(text.tokens == among.tokens && text.questions.map(\.question) == among.questions.map(\.question))
                #expect(text.questions.allSatisfy { $0.group == kind.rawValue })
            }
        }
    }

    @Test("Too short a length and too many facts are refused with numbers")
    func refusals() throws {
        #expect { try NeedleInHaystack().text(0, length: 60, in: fixture.workshop(cases: 1)) } throws: { "\($0)".contains("60 tokens") }
        #expect { try LongFacts().text(0, length: 60_000, in: fixture.workshop(cases: 101)) } throws: { "\($0)".contains("100") }
        #expect { try BenchmarkRegistry.benchmark("nothing") } throws: { "\($0)".contains("long-facts") }
    }
}
