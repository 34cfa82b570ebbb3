import Evaluation
import Testing
import Training

@testable import Fitting

@Suite("The tournament of methods")
struct TournamentTests {
    private static let baselines = [Candidate(method: "full", isBaseline: true), Candidate(method: "auto", isBaseline: true)]

    @Test("Whatever is measured, the budget is kept, and every candidate is told what became of it", arguments: 0..<60 as Range<UInt64>)
    func budget(seed: UInt64) {
        let made = MadeUpTournament(seed: seed), played = made.play()
        #expect(played.course.spent <= made.tournament.budget * (1 + 1e-9))
        #expect(abs(played.course.spent - played.outcomes.values.reduce(0) { $0 + $1.seconds }) < 1e-6)
        #expect(played.course.entries.allSatisfy { $0.standing.kind != .waiting })
        #expect(played.course.entries.count == made.tournament.field.candidates.count)
    }

    @Test("Who is dropped was clearly behind at that length, and baselines and the best never are", arguments: 0..<60 as Range<UInt64>)
    func dropping(seed: UInt64) throws {
        let entries = MadeUpTournament(seed: seed).play().course.entries
        for entry in entries where entry.standing.kind == .dropped {
            let length = try #require(entry.standing.length), mine = try #require(entry.measurements.last)
            let all = entries.compactMap { other in other.measurements.first { $0.length == length } }
            let best = try #require(all.max { $0.recall.score < $1.recall.score })
            #expect(mine.length == length && mine.recall.interval[1] < best.recall.interval[0] && !entry.candidate.isBaseline)
        }
        // Nobody who might be as good was dropped.
        for length in Set(entries.flatMap { $0.measurements.map(\.length) }) {
            let all = entries.filter { $0.measurements.contains { $0.length == length } }
            let best = all.compactMap { $0.measurements.first { $0.length == length } }.map(\.recall.interval[0]).max() ?? 0
            for entry in all where entry.standing.kind == .dropped && entry.standing.length == length {
                #expect((entry.measurements.last?.recall.interval[1] ?? 1) < best)
            }
        }
    }

    @Test("From any part of the outcomes the course is the same in the end", arguments: 0..<20 as Range<UInt64>)
    func resumption(seed: UInt64) {
        let made = MadeUpTournament(seed: seed), whole = made.play()
        var random = CorpusRandom(seed: seed)
        for _ in 0..<5 {
            let kept = whole.outcomes.filter { _ in random.below(2) == 0 }, resumed = made.play(knowing: kept)
            #expect(resumed.course.entries == whole.course.entries && resumed.course.spent == whole.course.spent)
            #expect(resumed.requests == whole.outcomes.count - kept.count)
        }
        #expect(made.play(knowing: whole.outcomes).requests == 0)
    }

    @Test("What finds nothing leaves in the first round, what is as good as the best comes to the end")
    func halving() throws {
        var field = Field(candidates: Self.baselines)
        field.candidates += ["good", "as-good", "poor"].map { Candidate(method: $0) }
        let made = MadeUpTournament(field: field) { ["good": 0.9, "as-good": 0.85, "full": 0.02][$0.candidate.method] ?? 0 }
        let course = made.play().course
        func entry(_ method: String) throws -> Entry { try #require(course.entries.first { $0.candidate.method == method }) }
        #expect(try entry("poor").standing.kind == .dropped && entry("poor").standing.length == 2048)
        #expect(try entry("poor").standing.reason?.contains("it found 0.0%") == true)
        for method in ["good", "as-good", "full", "auto"] {
            #expect(try entry(method).final?.length == 65_536 && entry(method).measurements.map(\.length) == [2048, 8192, 65_536])
        }
        #expect(course.windowRecall?.score == 0.025)
    }

    @Test("What serves questions alone drives out its like, and none of those that serve all; the best of these drives out the others")
    func scopes() throws {
        var field = Field(candidates: Self.baselines)
        field.candidates += ["segments", "pieces", "memory", "poor"].map { Candidate(method: $0) }
        for place in 2...3 { field.candidates[place].scope = .questions }
        let recalls = ["segments": 0.95, "pieces": 0.4, "memory": 0.4]
        let entries = MadeUpTournament(field: field) { recalls[$0.candidate.method] ?? 0 }.play().course.entries
        func standing(_ method: String) throws -> Standing { try #require(entries.first { $0.candidate.method == method }).standing }
        #expect(try standing("segments").kind == .measured && standing("memory").kind == .measured)
        #expect(try standing("pieces").kind == .dropped && standing("pieces").reason?.contains("segments") == true)
        #expect(try standing("poor").kind == .dropped)
    }

    @Test("A candidate that would not end within its share is not tried, and one that turns out slow is priced by what it took")
    func notTried() throws {
        var field = Field(candidates: Self.baselines)
        field.candidates += ["dear", "slow", "endless", "quick"].map { Candidate(method: $0) }
        let made = MadeUpTournament(
            field: field, budget: 150,
            price: { trial in
                guard case .facts(let round) = trial.test else { return 1 }
                return trial.candidate.method == "dear" ? 1e6 : Double(round.length) / 4096
            }, slowness: { ["slow": 8, "endless": 1e9][$0.candidate.method] ?? 1 }, found: { _ in 0.8 })
        let entries = made.play().course.entries
        func standing(_ method: String) throws -> Standing { try #require(entries.first { $0.candidate.method == method }).standing }
        #expect(try standing("dear") == Standing(kind: .notTried, length: 2048, estimate: 1e6))
        #expect(try standing("slow").kind == .notTried && standing("slow").length == 65_536 && standing("slow").estimate == 128)
        #expect(try standing("endless").kind == .stopped && standing("endless").estimate == 0.5 * 4 + 2.5)
        #expect(try standing("quick").kind == .measured)
    }

    @Test("What takes more the longer the text is than was planned is expected to go on so, and leaves its time to the others")
    func growth() throws {
        var field = Field(candidates: Self.baselines)
        field.candidates += ["square", "line"].map { Candidate(method: $0) }
        let made = MadeUpTournament(
            field: field, budget: 60, price: { Double($0.length) / 8192 },
            slowness: { $0.candidate.method == "square" ? Double($0.length) / 2048 : 1 },
            found: { $0.candidate.method == "full" ? 0.1 : 0.8 })
        let entries = made.play().course.entries
        let square = try #require(entries.first { $0.candidate.method == "square" })
        // 8 seconds by the plan, 4 times that at 8,192 tokens, and 8 times as much again.
        #expect(square.standing.kind == .notTried && abs((square.standing.estimate ?? 0) - 256) < 1e-6)
        #expect(entries.first { $0.candidate.method == "line" }?.final != nil)
    }

    @Test("Methods that go as far as positions do take the best scheme; where no scheme is any good, they are not tried")
    func riders() throws {
        var field = Field(candidates: Self.baselines)
        field.candidates += ["linear:64", "yarn:64"].map { Candidate(method: "full", positions: $0, contextLength: 65_536) }
        field.riders = [Candidate(method: "hip:512", contextLength: 65_536)]
        field.refused = [(Candidate(method: "landmark:50:4"), "it has no landmarks")]
        let good = MadeUpTournament(field: field) { $0.candidate.positions == "yarn:64" ? 0.8 : 0 }
        let entries = good.play().course.entries
        #expect(entries.first { $0.candidate.method == "hip:512" }?.candidate.positions == "yarn:64")
        #expect(entries.first { $0.candidate.method == "hip:512" }?.final != nil)
        #expect(
            entries.first { $0.candidate.method == "landmark:50:4" }?.standing == Standing(kind: .refused, reason: "it has no landmarks"))
        // A scheme that is ahead at first and then fails is not what they take.
        let late = MadeUpTournament(field: field) { trial in
            guard trial.candidate.positions != "linear:64" else { return trial.test == .facts(good.tournament.rounds[0]) ? 0.9 : 0 }
            return trial.candidate.positions == "yarn:64" ? 0.8 : 0
        }
        let rider = try #require(late.play().course.entries.first { $0.candidate.method == "hip:512" })
        #expect(rider.candidate.positions == "yarn:64" && rider.measurements.map(\.length) == [8192, 65_536])
        let bad = MadeUpTournament(field: field) { $0.candidate.method == "auto" ? 0.9 : 0 }
        #expect(bad.play().course.entries.first { $0.candidate.method == "hip:512" }?.standing.kind == .refused)
        let dear = MadeUpTournament(
            field: field, price: { $0.candidate.positions == Candidate.ownPositions ? 1 : 1e6 }, found: { _ in 0.5 })
        #expect(dear.play().course.entries.first { $0.candidate.method == "hip:512" }?.standing.kind == .notTried)
    }

    @Test("Rounds begin beyond the window, where there is one to go beyond, and end at the wanted length with all facts")
    func rounds() {
        func lengths(_ window: Int, _ length: Int) -> [Int] { Round.rounds(window: window, length: length, cases: 50).map(\.length) }
        #expect(lengths(1024, 65_536) == [2048, 8192, 65_536] && lengths(1024, 8192) == [2048, 8192])
        #expect(lengths(1024, 1500) == [1500, 1500] && lengths(32_768, 8192) == [2048, 8192])
        #expect(lengths(1024, 1 << 20) == [2048, 32_768, 1 << 20])
        #expect(Round.rounds(window: 1024, length: 65_536, cases: 50).map(\.cases) == [25, 25, 50])
        #expect(Round.rounds(window: 1024, length: 1500, cases: 3) == [Round(length: 1500, cases: 3)])
        for window in [64, 1000, 4096] {
            for length in stride(from: 100, to: 300_000, by: 7919) {
                let rounds = Round.rounds(window: window, length: length, cases: 20)
                #expect(
                    rounds.last == Round(length: length, cases: 20) && zip(rounds, rounds.dropFirst()).allSatisfy { $0.length <= $1.length }
                )
                #expect(Set(rounds).count == rounds.count)
            }
        }
    }
}
