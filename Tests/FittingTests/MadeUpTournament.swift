import Evaluation
import Training

@testable import Fitting

/// Candidates whose true recall and pace are made up, and who are measured as chance has it, always the same for the same seed.
struct MadeUpTournament {
    let tournament: Tournament
    /// Seconds that a trial would take if it were let.
    let truth: @Sendable (Trial) -> Double
    private let found: @Sendable (Trial) -> Double

    /// - Parameters:
    ///   - found: the share of facts that a trial finds.
    ///   - seconds: that it takes, of those that were planned.
    init(
        field: Field, rounds: [Round] = Round.rounds(window: 1024, length: 65_536, cases: 40), budget: Double = 1000,
        price: @escaping @Sendable (Trial) -> Double = { _ in 1 }, slowness: @escaping @Sendable (Trial) -> Double = { _ in 1 },
        found: @escaping @Sendable (Trial) -> Double
    ) {
        tournament = Tournament(
            field: field, rounds: rounds, reference: Round(length: 1024, cases: 40), perplexityLength: 65_536, budget: budget, price: price)
        truth = { price($0) * slowness($0) }
        self.found = found
    }

    /// One of many, all of whose figures are drawn.
    init(seed: UInt64) {
        var random = CorpusRandom(seed: seed)
        let count = 2 + random.below(12)
        func draw(_ most: Int) -> Double { Double(random.below(1000)) / 1000 * Double(most) }
        var recalls: [String: Double] = [:], paces: [String: Double] = [:], slow: [String: Double] = [:]
        var field = Field()
        for number in 0..<count {
            let method = number < 2 ? ["full", "auto"][number] : "m\(number)"
            (recalls[method], paces[method], slow[method]) = (draw(1), 0.1 + draw(20), random.below(4) == 0 ? 20 : 0.5 + draw(1))
            field.candidates.append(Candidate(method: method, isBaseline: number < 2))
        }
        let (found, pace, slowness) = (recalls, paces, slow)
        self.init(
            field: field, budget: 20 + Double(random.below(2000)),
            price: { (pace[$0.candidate.method] ?? 1) * Double($0.length) / 8192 }, slowness: { slowness[$0.candidate.method] ?? 1 },
            found: { found[$0.candidate.method] ?? 0 })
    }

    func outcome(_ request: Tournament.Request) -> TrialOutcome {
        let seconds = truth(request.trial)
        guard seconds <= request.allowance else { return .stopped(seconds: request.allowance) }
        guard case .facts(let round) = request.trial.test else { return .failed(reason: "none is measured here") }
        let right = Int((found(request.trial) * Double(round.cases)).rounded())
        let scores = (0..<round.cases).map { $0 < right ? 1.0 : 0 }
        return .facts(
            Measurement(
                length: round.length, recall: MeanScore(scores), readingSeconds: seconds / 2, answerSeconds: seconds / 4, seconds: seconds))
    }

    /// Plays to the end.
    /// - Parameter known: outcomes of an earlier run.
    func play(knowing known: [Trial: TrialOutcome] = [:]) -> (course: Tournament.Course, outcomes: [Trial: TrialOutcome], requests: Int) {
        var outcomes = known, requests = 0
        while true {
            let course = tournament.course(after: outcomes)
            guard let request = course.next else { return (course, outcomes, requests) }
            outcomes[request.trial] = outcome(request)
            requests += 1
        }
    }
}
