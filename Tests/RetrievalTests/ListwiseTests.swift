import ApusTesting
import Diagnostics
import Foundation
import Generation
import Retrieval
import Testing

@Suite("Orders that models answer")
struct PermutationTests {
    @Test(
        "An answer's numbers are an order, and what it leaves out follows in the old one",
        arguments: [
            ("[2] > [1] > [3]", [1, 0, 2]), ("[3] > [3] > [999]", [2, 0, 1]), ("", [0, 1, 2]), ("3,1", [2, 0, 1]),
            ("The best is 2.", [1, 0, 2]), ("[0] > [2]", [1, 0, 2]), ("[\u{662}] > [3]", [2, 0, 1]),
            ("[99999999999999999999999] > [2]", [1, 0, 2]), ("[-2]", [1, 0, 2]),
        ])
    func examples(answer: String, order: [Int]) {
        #expect(Permutation.parse(answer.utf8, count: 3) == order)
    }

    @Test("Any bytes at all give a permutation")
    func anything() {
        var random = SeededGenerator(seed: 43)
        for _ in 0..<500 {
            let count = Int.random(in: 0...30, using: &random), length = Int.random(in: 0...60, using: &random)
            let digits = Bool.random(using: &random)
            let bytes = (0..<length).map { _ in UInt8.random(in: digits ? 0x30...0x3E : 0...255, using: &random) }
            #expect(Permutation.parse(bytes, count: count).sorted() == Array(0..<count))
        }
    }
}

@Suite("Listwise ranking")
struct ListwiseTests {
    /// Orders `count` places by hidden grades, and counts the calls.
    private func ranked(
        _ grades: [Int], _ ranking: ListwiseRanking
    ) async throws -> (order: [Int], calls: Int) {
        var calls = 0
        let order = await ranking.order(count: grades.count) { places in
            calls += 1
            return places.indices.sorted { grades[places[$0]] > grades[places[$1]] }
        }
        return (order, calls)
    }

    private func shuffled(_ count: Int, seed: UInt64) -> [Int] {
        var random = SeededGenerator(seed: seed)
        return Array(0..<count).shuffled(using: &random)
    }

    @Test("One window over all orders all in one call")
    func full() async throws {
        let grades = shuffled(100, seed: 1), (order, calls) = try await ranked(grades, .full)
        #expect(calls == 1 && order.map { grades[$0] } == (0..<100).reversed())
    }

    @Test("One pass of a sliding window finds exactly the first ten in nine calls, and not always the eleventh")
    func onePass() async throws {
        var wrong = 0
        for seed in 0..<10 {
            let grades = shuffled(100, seed: UInt64(seed)),
                (order, calls) = try await ranked(grades, .sliding(window: 20, step: 10, passes: 1))
            #expect(calls == 9)
            #expect(order.prefix(10).map { grades[$0] } == (90..<100).reversed())
            if grades[order[10]] != 89 { wrong += 1 }
        }
        #expect(wrong > 0)
    }

    @Test("Nine passes of 45 calls find the whole order")
    func passes() async throws {
        let grades = shuffled(100, seed: 3), (order, calls) = try await ranked(grades, .sliding(window: 20, step: 10, passes: 9))
        #expect(calls == 45 && order.map { grades[$0] } == (0..<100).reversed())
    }

    @Test("The best comes up from the last place in one pass, and of eleven best ones at the end the last is lost")
    func fromTheEnd() async throws {
        let (order, _) = try await ranked((0..<100).map { $0 == 99 ? 1000 : 99 - $0 }, .sliding(window: 20, step: 10, passes: 1))
        #expect(order[0] == 99)
        let tail = (0..<100).map { $0 >= 89 ? 1000 + $0 : 99 - $0 }
        let (late, _) = try await ranked(tail, .sliding(window: 20, step: 10, passes: 1))
        #expect(Set(late.prefix(10)) == Set(90..<100) && late[10] != 89)
    }

    @Test("Windows cover the list without gaps, whatever its length", arguments: [1, 2, 5, 19, 20, 21, 25, 30, 99, 101])
    func windows(count: Int) {
        let windows = ListwiseRanking.sliding(window: 20, step: 10, passes: 1).windows(count: count)
        #expect(windows.first?.upperBound == count && windows.last?.lowerBound == 0)
        #expect(windows.allSatisfy { $0.count <= 20 && !$0.isEmpty })
        for (one, next) in zip(windows, windows.dropFirst()) { #expect(next.upperBound > one.lowerBound || one.lowerBound == 0) }
    }

    @Test("The first step is right for every length, window and step")
    func lengths() async throws {
        for (count, window, step) in [(25, 20, 10), (7, 4, 2), (23, 6, 3), (40, 10, 10), (9, 5, 1), (3, 20, 10)] {
            let grades = shuffled(count, seed: UInt64(count)),
                order = try await ranked(grades, .sliding(window: window, step: step, passes: 1)).order
            // Only what two neighbouring windows share is carried on.
            let carried = min(window - step, count)
            #expect(order.prefix(carried).map { grades[$0] } == Array((0..<count).reversed().prefix(carried)))
            #expect(order.sorted() == Array(0..<count))
        }
    }

    @Test("A judge that answers anything gives a permutation")
    func anyJudge() async {
        var random = SeededGenerator(seed: 5)
        let order = await ListwiseRanking.sliding(window: 6, step: 2, passes: 3).order(count: 31) { places in
            (0..<8).map { _ in Int.random(in: -3..<places.count + 3, using: &random) }
        }
        #expect(order.sorted() == Array(0..<31))
    }
}

@Suite("A decoder that ranks")
struct DecoderRankerTests {
    private static func candidates(_ count: Int, words: Int = 6) -> [Candidate] {
        (0..<count).map { number in
            let text = (0..<words).map { "w\(number * 31 + $0)" }.joined(separator: " ")
            return Candidate(RankedPassage(id: "p\(number)", text: text), score: Double(count - number))
        }
    }

    private static func model(window: Int) throws -> (folder: TemporaryFolder, model: Model) {
        let folder = try TemporaryFolder()
        let path = try TinyModel(
            family: .llama, layers: 1, width: 32, heads: 2, keyValueHeads: 1, feedForward: 32, contextLength: window, seed: 1
        ).write(to: folder.file("tiny.gguf"))
        return (folder, try Model(at: path, threads: 2))
    }

    @Test("Whatever it says, all passages are there once, with the old scores in their order, and what was read is counted")
    func anyAnswer() async throws {
        let (folder, model) = try Self.model(window: 4096), candidates = Self.candidates(12)
        defer { withExtendedLifetime(folder) {} }
        for (ranking, calls) in [(ListwiseRanking.full, 1), (.sliding(window: 6, step: 3, passes: 1), 3)] {
            let ranker = DecoderRanker(model: model, ranking: ranking)
            let (found, cost) = try await ranker.rank("who [1] keeps it", id: "q", candidates: candidates, cancellation: Cancellation())
            #expect(Set(found.entries.map(\.id)) == Set(candidates.map(\.passage.id)))
            #expect(found.entries.map(\.score) == candidates.map(\.score))
            #expect(cost.calls == calls && cost.tokensRead > 100 * calls && cost.tokensGenerated >= calls)
        }
    }

    @Test("Passages are cut shorter until the prompt has room, and where none is left that is said")
    func shrinking() async throws {
        let (folder, model) = try Self.model(window: 1100), cancellation = Cancellation()
        defer { withExtendedLifetime(folder) {} }
        let ranker = DecoderRanker(model: model, ranking: .full)
        let (_, cost) = try await ranker.rank("who", id: "q", candidates: Self.candidates(8, words: 60), cancellation: cancellation)
        #expect(cost.tokensRead < 1100)
        await #expect(throws: RankingError.noRoom(passages: 200, window: 1100)) {
            try await ranker.rank("who", id: "q", candidates: Self.candidates(200), cancellation: cancellation)
        }
    }

    @Test("A request to stop is heard")
    func cancellation() async throws {
        let (folder, model) = try Self.model(window: 1024), cancellation = Cancellation()
        defer { withExtendedLifetime(folder) {} }
        cancellation.cancel()
        await #expect(throws: Interrupted.self) {
            try await DecoderRanker(model: model, ranking: .full).rank(
                "who", id: "q", candidates: Self.candidates(3), cancellation: cancellation)
        }
    }
}
