import Evaluation
import Testing
import Training

@testable import Fitting

@Suite("What is recommended")
struct RecommendationTests {
    /// A finalist that finds so many of 50 facts.
    private func finalist(_ candidate: Candidate, right: Int, seconds: Double, bytes: Int = 1000) -> Entry {
        var entry = Entry(candidate)
        entry.measurements = [
            Measurement(
                length: 65_536, recall: MeanScore((0..<50).map { $0 < right ? 1 : 0 }), readingSeconds: seconds, answerSeconds: 0.5,
                cacheBytes: bytes, seconds: seconds)
        ]
        entry.standing = Standing(kind: .measured, length: 65_536)
        return entry
    }

    private func score(_ right: Int) -> MeanScore { MeanScore((0..<50).map { $0 < right ? 1 : 0 }) }

    @Test("The fastest of those that cannot be told from the best is taken")
    func fastest() throws {
        let entries = [
            finalist(Candidate(method: "best"), right: 45, seconds: 60), finalist(Candidate(method: "near"), right: 43, seconds: 20),
            finalist(Candidate(method: "far"), right: 20, seconds: 1),
        ]
        let found = try #require(Recommendation(among: entries, length: 65_536, windowRecall: score(30)))
        #expect(found.candidate.method == "near" && found.elsewhere?.method == "near" && found.reasons.count == 2)
        #expect(found.reasons[0].hasPrefix("near finds 86.0% (73.8% to 93.0%) of the facts in a text of 65536 tokens"))
        #expect(found.reasons[0].contains("within its window the model finds 60.0%"))
        #expect(found.reasons[1].contains("Of the 2 that find as much it is the fastest: the first answer takes 20 s"))
    }

    @Test("What keeps the accuracy within the window comes before what is faster and does not")
    func window() throws {
        let entries = [
            finalist(Candidate(method: "best"), right: 45, seconds: 60), finalist(Candidate(method: "near"), right: 41, seconds: 20),
        ]
        #expect(Recommendation(among: entries, length: 65_536, windowRecall: score(43))?.candidate.method == "near")
        #expect(Recommendation(among: entries, length: 65_536, windowRecall: score(44))?.candidate.method == "best")
        // Where nothing keeps it, the interval alone decides.
        #expect(Recommendation(among: entries, length: 65_536, windowRecall: score(50))?.candidate.method == "near")
    }

    @Test("A memory limit leaves out what needs more; where nothing is left, nothing is recommended")
    func memory() {
        let entries = [
            finalist(Candidate(method: "large"), right: 45, seconds: 10, bytes: 5000),
            finalist(Candidate(method: "small"), right: 30, seconds: 10, bytes: 100),
        ]
        #expect(Recommendation(among: entries, length: 65_536, windowRecall: nil, memoryLimit: 4000)?.candidate.method == "small")
        #expect(Recommendation(among: entries, length: 65_536, windowRecall: nil, memoryLimit: 5000)?.candidate.method == "large")
        #expect(Recommendation(among: entries, length: 65_536, windowRecall: nil, memoryLimit: 50) == nil)
        #expect(Recommendation(among: [], length: 65_536, windowRecall: nil) == nil)
    }

    @Test("Where the best serves questions alone, another is named for all else")
    func elsewhere() throws {
        var questions = Candidate(method: "segments")
        questions.scope = .questions
        let entries = [
            finalist(questions, right: 45, seconds: 2), finalist(Candidate(method: "lm"), right: 20, seconds: 20),
            finalist(Candidate(method: "auto", isBaseline: true), right: 3, seconds: 1),
        ]
        let found = try #require(Recommendation(among: entries, length: 65_536, windowRecall: score(40)))
        #expect(found.candidate.method == "segments" && found.elsewhere?.method == "lm" && found.reasons.count == 3)
        #expect(found.reasons[2].contains("It serves ask alone") && found.reasons[2].contains("lm, which finds 40.0%"))
        let alone = try #require(Recommendation(among: Array(entries.prefix(1)), length: 65_536, windowRecall: nil))
        #expect(alone.elsewhere == nil && alone.reasons[2].contains("nothing was found"))
    }

    @Test("Where what led was not measured to the end, that is said")
    func missing() throws {
        var auto = finalist(Candidate(method: "auto", isBaseline: true), right: 0, seconds: 1),
            leader = Entry(Candidate(method: "segments"))
        func early(_ right: Int) -> Measurement {
            Measurement(length: 2048, recall: score(right), readingSeconds: 1, answerSeconds: 1, seconds: 2)
        }
        auto.measurements.insert(early(0), at: 0)
        leader.measurements = [early(46)]
        leader.standing = Standing(kind: .notTried, length: 65_536, estimate: 23)
        let found = try #require(Recommendation(among: [auto, leader], length: 65_536, windowRecall: nil))
        #expect(found.candidate.method == "auto" && found.reasons.count == 3)
        #expect(found.reasons[2].hasPrefix("segments found more at 2048 tokens, 92.0% beside 0.0%, and the budget did not last"))
        #expect(found.reasons[2].contains("at 65536, which takes about 23 s: give a larger one."))
        // Where it serves less than what is recommended for all else, it is no matter there; where it serves as much, it is.
        var questions = finalist(Candidate(method: "questions"), right: 48, seconds: 1)
        questions.candidate.scope = .questions
        questions.measurements.insert(early(48), at: 0)
        let besides = try #require(Recommendation(among: [auto, leader, questions], length: 65_536, windowRecall: nil))
        #expect(besides.candidate.method == "questions" && besides.reasons.last?.hasPrefix("segments found more") == true)
        leader.candidate.scope = .questions
        #expect(Recommendation(among: [auto, leader, questions], length: 65_536, windowRecall: nil)?.reasons.count == 3)
        leader.candidate.scope = .everything
        leader.measurements = [early(0)]
        #expect(Recommendation(among: [auto, leader], length: 65_536, windowRecall: nil)?.reasons.count == 2)
    }

    @Test("Only what was read once has a rate of reading")
    func readingRate() {
        var questions = Candidate(method: "segments")
        questions.scope = .questions
        #expect(finalist(questions, right: 1, seconds: 0.02).readingRate == nil)
        #expect(finalist(Candidate(method: "full"), right: 1, seconds: 2).readingRate == 32_768)
        #expect(Entry(Candidate(method: "full")).readingRate == nil)
    }

    @Test("The front holds what no other beats in both", arguments: 0..<20 as Range<UInt64>)
    func front(seed: UInt64) {
        var random = CorpusRandom(seed: seed)
        let points = (0..<12).map { _ in (recall: Double(random.below(6)), speed: Double(random.below(6))) }
        let marks = ParetoFront.marks(points)
        for (mine, isFront) in zip(points, marks) {
            var isBeaten = false
            for other in points where other.recall >= mine.recall && other.speed >= mine.speed && other != mine { isBeaten = true }
            #expect(isFront == !isBeaten)
        }
    }
}
