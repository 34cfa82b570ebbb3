import Attention
import Generation
import KeyValues
import Planning
import Synchronization

/// What trials should take, by the planner.
///
/// What methods do to choose keys is not planned, so a price is a first guess; a candidate's own trials correct it.
final class TrialPrices: Sendable {
    let model: any PlannedModel
    let machine: Machine
    let cache: CacheTypes
    let probe: Field.Probe
    /// What the program takes besides, in bytes.
    let programBytes: Int
    /// How each method goes over a text.
    let courses: [String: MethodService.Course]
    /// Prices are asked for again and again, since every decision goes over all trials.
    private let known = Mutex<[Trial: Double]>([:])

    init(
        model: any PlannedModel, machine: Machine, cache: CacheTypes, probe: Field.Probe, programBytes: Int,
        courses: [String: MethodService.Course]
    ) {
        self.model = model
        self.machine = machine
        self.cache = cache
        self.probe = probe
        self.programBytes = programBytes
        self.courses = courses
    }

    /// Tokens of a question with its frame, and of an answer, as they are as a rule.
    private static let questionTokens = 32, answerTokens = 8
    /// Perplexity wants logits of every token and not of the last alone.
    private static let headShare = 2.0

    /// - Returns: seconds; 0 where nothing can be known.
    func price(_ trial: Trial) -> Double {
        if let price = known.withLock({ $0[trial] }) { return price }
        let price = computed(trial)
        known.withLock { $0[trial] = price }
        return price
    }

    private func computed(_ trial: Trial) -> Double {
        guard let course = courses[trial.candidate.method] else { return 0 }
        switch trial.test {
        case .facts(let round):
            let texts = Double(LongTexts.count(cases: round.cases, length: round.length)), questions = Double(round.cases)
            return texts * reading(course, round.length) + questions * answer(course, round.length)
        case .perplexity(let length): return Self.headShare * reading(course, length)
        }
    }

    /// What all memory should come to at the most.
    func peakBytes(_ candidate: Candidate) -> Double? {
        guard let course = courses[candidate.method] else { return nil }
        let planner = Planner(model, machine: machine, chunkTokens: Model.chunkTokens, programBytes: programBytes)
        switch course {
        case .reading(let policy): return try? planner.plan(length: probe.length, method: policy.name, cache: cache).peakBytes
        case .segments(let cut):
            return try? planner.plan(length: cut.kept * cut.length + probe.framing, method: Field.usual, cache: cache).peakBytes
        }
    }

    private func reading(_ course: MethodService.Course, _ length: Int) -> Double {
        guard case .reading(let policy) = course, let costs = costs(policy) else { return 0 }
        return costs.reading(tokens: length).seconds
    }

    private func answer(_ course: MethodService.Course, _ length: Int) -> Double {
        switch course {
        case .reading(let policy):
            guard let costs = costs(policy) else { return 0 }
            let question = costs.reading(tokens: length + Self.questionTokens).seconds - costs.reading(tokens: length).seconds
            return question + Double(Self.answerTokens) * costs.writing(at: length).seconds
        case .segments(let cut):
            guard let costs = costs(FullAttention()) else { return 0 }
            let pieces = Double(cut.segments(of: length).count), kept = min(length, cut.kept * cut.length)
            return pieces * costs.reading(tokens: cut.length + Self.questionTokens).seconds + costs.reading(tokens: kept).seconds
                + Double(Self.answerTokens) * costs.writing(at: kept).seconds
        }
    }

    private func costs(_ policy: any AttentionPolicy) -> CostModel? {
        try? CostModel(model, machine: machine, policy: policy, cache: cache, chunkTokens: Model.chunkTokens)
    }
}
