import Evaluation
import Foundation

/// Decides what to measure next, and when a candidate is out.
///
/// In every round all candidates that are left are asked about the same facts. One leaves when the upper end of its interval lies below the
/// lower end of the best one's that can be used for all that it can, so that chance seldom decides, and what serves questions alone does not
/// drive out what conversations need. (Successive halving, Jamieson and Talwalkar, 2016, with the intervals of
/// successive elimination, Even-Dar, Mannor and Mansour, 2006, in place of a fixed share.) Every round has an equal share of the budget that
/// is left.
///
/// It knows nothing but outcomes, and the same outcomes always lead to the same course; so a run goes on after a kill by looking up what is
/// kept of it.
package struct Tournament: Sendable {
    package let field: Field
    package let rounds: [Round]
    /// What the model finds within its window, for comparison; nil where all rounds are within it.
    package let reference: Round?
    /// Tokens of the text whose perplexity is measured.
    package let perplexityLength: Int
    /// Seconds for all trials together.
    package let budget: Double
    /// What a trial is expected to take, in seconds.
    package let price: @Sendable (Trial) -> Double

    package init(
        field: Field, rounds: [Round], reference: Round?, perplexityLength: Int, budget: Double,
        price: @escaping @Sendable (Trial) -> Double
    ) {
        self.field = field
        self.rounds = rounds
        self.reference = reference
        self.perplexityLength = perplexityLength
        self.budget = budget
        self.price = price
    }

    /// A trial that is to be made next.
    package struct Request: Equatable, Sendable {
        package let trial: Trial
        /// The most seconds that it may take.
        package let allowance: Double
        /// Seconds spent before it.
        package let spent: Double
    }

    /// How all stand, and what comes next.
    package struct Course: Sendable {
        package var entries: [Entry]
        /// Found within the model's window.
        package var windowRecall: MeanScore?
        /// Seconds that all trials took.
        package var spent: Double
        /// Nil when all is done.
        package var next: Request?
    }

    package func course(after outcomes: [Trial: TrialOutcome]) -> Course {
        var replay = Replay(self, outcomes)
        do throws(Replay.Pending) {
            try replay.run()
        } catch {
            replay.course.next = error.request
        }
        return replay.course
    }
}

/// A tournament gone over from its beginning, as far as outcomes are known.
private struct Replay {
    /// An outcome is missing.
    struct Pending: Error {
        let request: Tournament.Request
    }

    private let tournament: Tournament
    private let outcomes: [Trial: TrialOutcome]
    var course: Tournament.Course
    /// Those that take part in the next round, by their places among the entries.
    private var remaining: [Int]
    /// How many times as long as planned a candidate's trials took, by their lengths in tokens.
    private var slowness: [Candidate: [(length: Int, factor: Double)]] = [:]

    /// Of what the last round may take, what is kept for perplexity.
    private static let perplexityShare = 0.2
    /// A trial is ended when it has taken so many times as long as planned, and a little more.
    private static let patience = 4.0
    /// That little more, as a share of the budget.
    private static let grace = 1.0 / 60

    init(_ tournament: Tournament, _ outcomes: [Trial: TrialOutcome]) {
        self.tournament = tournament
        self.outcomes = outcomes
        course = Tournament.Course(entries: tournament.field.candidates.map { Entry($0) }, spent: 0)
        remaining = Array(course.entries.indices)
        for (candidate, reason) in tournament.field.refused { leaveOut(candidate, Standing(kind: .refused, reason: reason)) }
    }

    mutating func run() throws(Pending) {
        try measureReference()
        for number in tournament.rounds.indices { try play(number) }
        try measurePerplexity()
    }

    // MARK: Rounds

    private mutating func play(_ number: Int) throws(Pending) {
        let round = tournament.rounds[number], isLast = number == tournament.rounds.count - 1
        var purse = (tournament.budget - course.spent) / Double(tournament.rounds.count - number)
        if isLast { purse *= 1 - Self.perplexityShare }
        let entrants = number == 0 ? firstEntrants(in: round) : orderedByRecall
        remaining = []
        for entrant in entrants { try measure(entrant, in: round, purse: &purse) }
        if number == ridersRound { try measureRiders(in: round, purse: &purse) }
        drop(in: round)
        if isLast { for place in remaining { course.entries[place].standing = Standing(kind: .measured, length: round.length) } }
    }

    /// Baselines, and then what is tried soonest.
    private func firstEntrants(in round: Round) -> [Int] {
        remaining.sorted { one, other in
            let (a, b) = (course.entries[one].candidate, course.entries[other].candidate)
            if a.isBaseline != b.isBaseline { return a.isBaseline }
            return a.isBaseline ? one < other : (price(a, round), one) < (price(b, round), other)
        }
    }

    private func price(_ candidate: Candidate, _ round: Round) -> Double {
        tournament.price(Trial(candidate: candidate, test: .facts(round)))
    }

    /// The best of the round before, then baselines, then the others, so that the budget is spent on what counts most.
    private var orderedByRecall: [Int] {
        let sorted = remaining.sorted { one, other in
            let (a, b) = (course.entries[one].measurements.last, course.entries[other].measurements.last)
            return (b?.recall.score ?? 0, b?.speed ?? 0, one) < (a?.recall.score ?? 0, a?.speed ?? 0, other)
        }
        let leader = sorted.prefix(1), rest = sorted.dropFirst()
        return leader + rest.filter { course.entries[$0].candidate.isBaseline } + rest.filter { !course.entries[$0].candidate.isBaseline }
    }

    /// Measures a candidate, if that fits the round's share; then it stays in.
    private mutating func measure(_ place: Int, in round: Round, purse: inout Double) throws(Pending) {
        let trial = Trial(candidate: course.entries[place].candidate, test: .facts(round))
        let outcome = try outcome(of: trial, purse: &purse)
        switch outcome {
        case .facts(let measurement):
            course.entries[place].measurements.append(measurement)
            slowness[trial.candidate, default: []].append((round.length, measurement.seconds / max(tournament.price(trial), 1e-9)))
            remaining.append(place)
        case nil:
            course.entries[place].standing = Standing(kind: .notTried, length: round.length, estimate: estimate(trial))
        case .stopped(let seconds):
            course.entries[place].standing = Standing(kind: .stopped, length: round.length, estimate: seconds)
        case .failed(let reason):
            course.entries[place].standing = Standing(kind: .failed, length: round.length, reason: reason)
        case .perplexity: break
        }
    }

    /// Schemes that carry a model a little farther than its window are many; which of them goes on shows a round later.
    private var ridersRound: Int { max(0, min(1, tournament.rounds.count - 2)) }

    /// Methods that go as far as positions do, with the best scheme; not at all where no scheme comes near the best.
    private mutating func measureRiders(in round: Round, purse: inout Double) throws(Pending) {
        guard !tournament.field.riders.isEmpty else { return }
        let schemes = remaining.filter { course.entries[$0].candidate.positions != Candidate.ownPositions }
        guard let scheme = best(of: schemes), rival(of: scheme) == nil else {
            let wereMeasured = course.entries.contains { $0.candidate.positions != Candidate.ownPositions && !$0.measurements.isEmpty }
            let far = "it goes as far as stretched positions take it, and of these "
            let standing =
                wereMeasured
                ? Standing(kind: .refused, reason: far + "all found clearly less than the best")
                : Standing(kind: .notTried, length: round.length, reason: far + "none fitted the budget")
            for rider in tournament.field.riders { leaveOut(rider, standing) }
            return
        }
        let chosen = course.entries[scheme].candidate
        for rider in tournament.field.riders {
            var candidate = rider
            candidate.positions = chosen.positions
            candidate.contextLength = chosen.contextLength
            course.entries.append(Entry(candidate))
            try measure(course.entries.count - 1, in: round, purse: &purse)
        }
    }

    private mutating func leaveOut(_ candidate: Candidate, _ standing: Standing) {
        var entry = Entry(candidate)
        entry.standing = standing
        course.entries.append(entry)
    }

    // MARK: Who leaves

    private func best(of places: [Int]) -> Int? {
        places.max { one, other in
            let (a, b) = (course.entries[one].measurements.last, course.entries[other].measurements.last)
            return (a?.recall.score ?? 0, a?.speed ?? 0) < (b?.recall.score ?? 0, b?.speed ?? 0)
        }
    }

    /// The best of those that can be used for all that one can, if one is behind it.
    private func rival(of one: Int) -> Int? {
        let scope = course.entries[one].candidate.scope
        return best(of: remaining.filter { course.entries[$0].candidate.scope.covers(scope) }).flatMap { isBehind(one, $0) ? $0 : nil }
    }

    /// Whether the upper end of one's interval lies below the lower end of the other's.
    private func isBehind(_ one: Int, _ other: Int) -> Bool {
        guard let mine = course.entries[one].measurements.last, let theirs = course.entries[other].measurements.last else { return false }
        return mine.recall.interval[1] < theirs.recall.interval[0]
    }

    private mutating func drop(in round: Round) {
        for place in remaining where !course.entries[place].candidate.isBaseline {
            guard let rival = rival(of: place) else { continue }
            course.entries[place].standing = Standing(
                kind: .dropped, length: round.length,
                reason: Self.comparison(course.entries[place], with: course.entries[rival]))
        }
        remaining.removeAll { course.entries[$0].standing.kind == .dropped }
    }

    private static func comparison(_ entry: Entry, with best: Entry) -> String {
        guard let mine = entry.measurements.last, let theirs = best.measurements.last else { return "" }
        return "it found \(mine.recall.score.percent), \(mine.recall.interval[1].percent) at most, and \(best.candidate.name) "
            + "\(theirs.recall.score.percent), \(theirs.recall.interval[0].percent) at least"
    }

    // MARK: Besides

    private mutating func measureReference() throws(Pending) {
        guard let reference = tournament.reference,
            let full = tournament.field.candidates.first(where: { $0.isBaseline && $0.method == Field.usual })
        else {
            return
        }
        var purse = tournament.budget
        if case .facts(let measurement) = try outcome(of: Trial(candidate: full, test: .facts(reference)), purse: &purse) {
            course.windowRecall = measurement.recall
        }
    }

    /// Of those that came to the end and read texts at all.
    private mutating func measurePerplexity() throws(Pending) {
        var purse = tournament.budget - course.spent
        for place in orderedByRecall where course.entries[place].candidate.scope == .everything {
            let trial = Trial(candidate: course.entries[place].candidate, test: .perplexity(length: tournament.perplexityLength))
            if case .perplexity(let report, _) = try outcome(of: trial, purse: &purse) { course.entries[place].perplexity = report }
        }
    }

    // MARK: Money

    /// The planned time, corrected by what the candidate took so far. What grew faster than planned from one length to the next goes on doing
    /// so: a method may look at more than the planner knows of.
    private func estimate(_ trial: Trial) -> Double {
        guard let last = slowness[trial.candidate]?.last else { return tournament.price(trial) }
        var factor = last.factor
        if let before = slowness[trial.candidate]?.dropLast().last, before.length < last.length, before.factor > 0,
            last.factor > before.factor
        {
            let power = log(last.factor / before.factor) / log(Double(last.length) / Double(before.length))
            factor *= pow(Double(trial.length) / Double(last.length), min(power, 1))
        }
        return tournament.price(trial) * factor
    }

    /// - Returns: nil where the trial would take more than what is left.
    private mutating func outcome(of trial: Trial, purse: inout Double) throws(Pending) -> TrialOutcome? {
        let estimate = estimate(trial)
        guard estimate <= purse else { return nil }
        let allowance = min(purse, estimate * Self.patience + tournament.budget * Self.grace)
        guard let outcome = outcomes[trial] else {
            throw Pending(request: Tournament.Request(trial: trial, allowance: allowance, spent: course.spent))
        }
        purse -= outcome.seconds
        course.spent += outcome.seconds
        return outcome
    }
}
