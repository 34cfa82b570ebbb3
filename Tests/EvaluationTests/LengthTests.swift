import ApusTesting
import Foundation
import Tensors
import Testing
import Training

@testable import Evaluation

@Suite("Lengths beyond those that were trained")
struct LengthTests {
    static let names = LengthTaskRegistry.names

    /// Answers by reading prompts again, each in another way than they were made.
    private func solve(_ name: String, _ prompt: [String]) throws -> [String] {
        let text = prompt.joined(separator: " ")
        func between(_ start: String, _ end: String) throws -> [String] {
            let from = try #require(prompt.firstIndex(of: start)), to = try #require(prompt.lastIndex(of: end))
            return Array(prompt[(from + 1)..<to])
        }
        func theAnswer(_ answer: String) -> [String] { ["The", "answer", "is"] + answer.map { String($0) } + ["."] }
        switch name {
        case "copy-rsc", "copy-cmc": return try between("Copy:", ".")
        case "copy-rsc2x", "copy-cmc2x": return try between("Copy:", ".") + between("Copy:", ".")
        case "copy-rdc":
            let listed = try between(":", ".")
            #expect(Set(listed) == [prompt[1]])
            return listed.map { _ in prompt[3] }
        case "reverse-mc": return try between("Reverse:", ".").reversed()
        case "reverse-mc2x": return try between("Reverse:", ".").reversed() + between("Reverse:", ".").reversed()
        case "reverse-mcrv": return try between("Reverse:", ".").reversed() + between("Reverse:", ".")
        case "addition":
            let sides = try between("Compute", "?").split(separator: "+").map { try #require(Int($0.joined())) }
            return theAnswer(String(sides[0] + sides[1]))
        case "summation":
            return theAnswer(String(try between("Compute", "%").compactMap { Int($0) }.reduce(0, +) % 10))
        case "polynomial":
            let x = try #require(Int(prompt[3])), terms = try between("in", "%").split(separator: "+")
            let value = try terms.reduce(0) { sum, term in
                let words = Array(term), factor = try #require(Int(words[0])), power = try #require(Int(words[3...].joined()))
                return sum + factor * (0..<power).reduce(1) { product, _ in product * x % 1_000 }
            }
            return theAnswer(String(value % 10))
        case "sort", "sort-multi":
            let numbers = try between("[", "]").split(separator: ",").map { try #require(Int($0.joined())) }.sorted()
            let listed = numbers.map { "\($0)".map { String($0) }.joined(separator: " ") }.joined(separator: " , ")
            return "The sorted list is [ \(listed) ] .".split(separator: " ").map(String.init)
        case "parity": return [try between("[", "]").filter { $0 == "1" }.count % 2 == 0 ? "Yes" : "No", "."]
        case "clauses":
            var links: [String: (sign: Int, from: String)] = [:]
            for clause in text.dropFirst(3).split(separator: ";").dropLast() {
                let words = clause.split(separator: " ").map(String.init)
                links[words[0]] = (words[2] == "+" ? 1 : -1, words[3])
            }
            var sign = 1, at = prompt[prompt.count - 2], steps = 0
            while at != "1" {
                let link = try #require(links[at])
                (sign, at, steps) = (sign * link.sign, link.from, steps + 1)
            }
            #expect(steps == links.count)
            return ["The", "answer", "is", sign > 0 ? "+" : "-", "1", "."]
        default:
            Issue.record("nobody knows how \(name) is solved")
            return []
        }
    }

    @Test("Answers are what their prompts ask for, at every length, in the task's words", arguments: names)
    func answers(name: String) throws {
        let task = try #require(LengthTaskRegistry.task(named: name)), words = Set(task.words)
        #expect(words.count == task.words.count)
        for length in 1...2 * task.publishedLength {
            for number in 0..<10 {
                var random = CorpusRandom(seed: 5, length, number), again = random
                let example = task.example(length: length, &random)
                #expect(example.answer == (try solve(name, example.prompt)), "\(example)")
                #expect(words.isSuperset(of: example.prompt + example.answer))
                #expect(example == task.example(length: length, &again))
            }
        }
    }

    @Test("Longer examples are longer", arguments: names)
    func lengths(name: String) throws {
        let task = try #require(LengthTaskRegistry.task(named: name))
        let counts = (1...task.publishedLength).map { length in
            var random = CorpusRandom(seed: 2, length)
            return (0..<50).map { _ in task.example(length: length, &random).prompt.count }.reduce(0, +)
        }
        #expect(zip(counts, counts.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test("Sums of numbers of any digits are those of integers")
    func sums() {
        #expect(AdditionTask.sum([9, 9], [1]) == [1, 0, 0] && AdditionTask.sum([0], [0]) == [0])
        var random = CorpusRandom(seed: 1)
        for _ in 0..<200 {
            let numbers = (0..<2).map { _ in random.below(1_000_000) }
            let digits = numbers.map { "\($0)".compactMap(\.wholeNumberValue) }
            #expect(AdditionTask.sum(digits[0], digits[1]) == "\(numbers[0] + numbers[1])".compactMap(\.wholeNumberValue))
        }
    }

    @Test("Only answers and their ends are learned, and no example is longer than is trained")
    func stream() {
        let task = CopyTask(.mixed), vocabulary = LengthVocabulary(task.words)
        var stream = LengthStream(task: task, vocabulary: vocabulary, longest: 4, examplesPerStep: 50, seed: 3)
        let batch = stream.next()[0]
        #expect(batch.sequences.count == 50 && stream.state.examples == 50)
        for range in batch.ranges {
            let length = range.count / 2 - 1
            #expect((1...4).contains(length) && batch.tokens[range.lowerBound] == LengthVocabulary.begin)
            let learned = range.filter { batch.weights[$0] > 0 }
            #expect(learned == Array(range.suffix(length + 1)))
            #expect(learned.map { batch.targets[$0] } == batch.tokens[(range.lowerBound + 2)...].prefix(length) + [LengthVocabulary.end])
        }
        let state = stream.state, next = stream.next()
        stream.state = state
        #expect(stream.next() == next && next[0] != batch)
    }

    private func settings() -> LengthSettings {
        var settings = LengthSettings(longest: 3)
        (settings.layers, settings.width, settings.heads, settings.steps, settings.examplesPerStep) = (1, 16, 2, 3, 4)
        settings.testExamples = 5
        return settings
    }

    @Test(
        "Every way to tell positions is trained and tested to twice the length, and again to the same",
        arguments: ClassifierShape.Positions.allCases)
    func scores(positions: ClassifierShape.Positions) throws {
        let folder = try TemporaryFolder(), compute = Compute(pool: WorkerPool(threads: 2))
        let run = LengthRun(CopyTask(.repeated), settings: settings(), compute: compute)
        let score = try #require(try run.score(positions, folder: folder.file("a")))
        #expect(score.lengths.map(\.length) == Array(1...6) && score.outcome.steps == 3)
        #expect(score.lengths.allSatisfy { (0...1).contains($0.accuracy) && $0.interval.low <= $0.accuracy })
        let again = try #require(try run.score(positions, folder: folder.file("a")))
        #expect(again.lengths.map(\.accuracy) == score.lengths.map(\.accuracy))
    }

    @Test("What was learned by heart is right within the lengths that were trained")
    func learning() throws {
        var settings = settings()
        (settings.longest, settings.steps, settings.examplesPerStep, settings.learningRate) = (1, 100, 16, 5e-3)
        let folder = try TemporaryFolder(), compute = Compute(pool: WorkerPool(threads: 2))
        let run = LengthRun(ParityTask(), settings: settings, compute: compute)
        let score = try #require(try run.score(.none, folder: folder.file("a")))
        #expect(score.within == 1 && score.lengths.count == 2, "\(score.lengths.map(\.accuracy))")
        #expect(score.outcome.loss ?? 1 < 0.1)
    }
}
