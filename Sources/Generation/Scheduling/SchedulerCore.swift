import Attention
import Diagnostics
import KeyValues
import Models
import Tensors

/// The state of a scheduler and its steps: schedule, run, settle.
// Sendable because nothing but the model's thread touches it.
final class SchedulerCore: @unchecked Sendable {
    /// What comes to a scheduler.
    enum Arrival: Sendable {
        case request(GenerationRequest, ReplyChannel)
        case text(TextJob)
    }
    /// What waits for room.
    enum Waiting {
        case reply(WaitingReply)
        case text(TextJob)
        /// Gave its pages up for others.
        case paused(ScheduledSequence)

        var isCancelled: Bool {
            switch self {
            case .reply(let waiting): waiting.job.channel.isCancelled
            case .text(let job): job.cancellation.isCancelled
            case .paused(let sequence): sequence.isCancelled
            }
        }
    }

    let options: SchedulerOptions
    var statistics = SchedulerStatistics()
    var waiting: [Waiting] = []
    /// In the order in which they came.
    var sequences: [ScheduledSequence] = []
    /// Those that go over a whole text, one at a time.
    var questions: [SegmentsQuestion] = []
    var isGoingOverText = false
    let prefixes = PrefixTree<CachedPrefix>()
    var methods: [ServedMethod.Key: ServedMethod] = [:]
    var partitions: [String: Int32] = [:]
    /// How long a token takes where many are read together, in seconds.
    private var secondsPerToken: Double?

    init(options: SchedulerOptions) {
        self.options = options
    }

    /// - Returns: whether another step would find something to do.
    func step(_ model: isolated Model, _ arrivals: [Arrival]) -> Bool {
        for arrival in arrivals { take(arrival, model) }
        endCancelled()
        admit(model)
        let parts = schedule(model)
        let behind = run(parts, model.decoder)
        settle(behind, model)
        count()
        return !parts.isEmpty || !sequences.isEmpty && sequences.contains { $0.member.left > 0 }
    }

    func count() {
        statistics.waiting = waiting.count + questions.count
        statistics.running = sequences.count + (isGoingOverText ? 1 : 0)
        statistics.prefixes = prefixes.count
    }

    // MARK: Schedule

    /// A sequence and how many of its tokens go through the layers now.
    struct Part {
        let sequence: ScheduledSequence
        let count: Int
    }

    private func schedule(_ model: isolated Model) -> [Part] {
        let isWriting = sequences.contains { $0.isWriting }
        var tokens = options.tokensPerStep
        if isWriting, let secondsPerToken { tokens = min(tokens, max(32, Int(options.secondsPerStep / secondsPerToken))) }
        let plan = StepPlan(sequences.map(\.member), tokens: tokens)
        let parts = zip(sequences, plan.counts).filter { $1 > 0 }.map { Part(sequence: $0, count: $1) }
        return makeRoom(for: parts, model)
    }

    /// Lets go of prefixes, and then of the latest sequences, until the pages of a step fit.
    private func makeRoom(for parts: [Part], _ model: isolated Model) -> [Part] {
        var parts = parts
        while !parts.isEmpty {
            let needed = parts.reduce(0) { $0 + $1.sequence.newBytes(tokens: $1.count) }
            if model.arena.bytesInUse + needed <= options.pageBudget { break }
            if prefixes.removeLeastRecent() { continue }
            guard let victim = sequences.last(where: { $0.method != nil }), sequences.count > 1 else {
                let tokens = parts[0].sequence.tokens.count
                end(parts[0].sequence, throwing: tooLong(tokens: tokens, bytes: needed + model.arena.bytesInUse))
                return []
            }
            pause(victim)
            parts.removeAll { $0.sequence === victim }
        }
        return parts
    }

    private func pause(_ sequence: ScheduledSequence) {
        sequence.release()
        sequences.removeAll { $0 === sequence }
        waiting.insert(.paused(sequence), at: 0)
        statistics.preemptions += 1
    }

    func tooLong(tokens: Int, bytes: Int) -> SchedulingRefusal {
        .tooLong(tokens: tokens, byteCount: bytes, budget: options.pageBudget)
    }

    // MARK: Run

    /// Puts chunks through the layers. Where that fails each goes by itself, and only those end that fail again.
    /// - Returns: the sequences of which everything has been read, with the state `[1, width]` behind the last token.
    private func run(_ parts: [Part], _ decoder: Models.Decoder) -> [Behind] {
        guard !parts.isEmpty else { return [] }
        let clock = ContinuousClock(), start = clock.now
        let behind: [Behind]
        do {
            behind = try pass(parts, decoder)
        } catch {
            behind = parts.flatMap { part in
                do {
                    return try pass([part], decoder)
                } catch {
                    end(part.sequence, throwing: error)
                    return []
                }
            }
        }
        let tokens = parts.reduce(0) { $0 + $1.count }
        statistics.steps += 1
        statistics.tokensRead += tokens
        if tokens >= 32 {
            let seconds = start.duration(to: clock.now).seconds / Double(tokens)
            secondsPerToken = secondsPerToken.map { 0.8 * $0 + 0.2 * seconds } ?? seconds
        }
        return behind
    }

    private func pass(_ parts: [Part], _ decoder: Models.Decoder) throws -> [Behind] {
        let chunks = parts.map { $0.sequence.rest.prefix($0.count) }
        let wanted: [WantedRows] = parts.map { $0.count == $0.sequence.rest.count && $0.sequence.method != nil ? .last : .none }
        let runs = parts.indices.map { index in
            let sequence = parts[index].sequence
            return sequence.reader.run(
                chunks[index], into: sequence.cache, wanted: wanted[index], observer: wanted[index] == .last ? sequence.evidence : nil)
        }
        let states = try decoder.states(of: runs)
        return try parts.indices.compactMap { index in
            let sequence = parts[index].sequence
            let state = try sequence.reader.settle(chunks[index], states[index], in: sequence.cache, wanted: wanted[index])
            sequence.rest.removeFirst(parts[index].count)
            if case .text(_, let text) = sequence.work { try text.advance() }
            return sequence.rest.isEmpty ? Behind(sequence: sequence, state: state) : nil
        }
    }

    // MARK: Ends

    /// Those whose readers have left give up all but what they read.
    private func endCancelled() {
        waiting.removeAll { entry in
            guard entry.isCancelled else { return false }
            if case .text(let job) = entry { job.finish(.failure(Interrupted())) }
            statistics.cancelled += 1
            return true
        }
        questions.removeAll { question in
            guard question.channel.isCancelled else { return false }
            statistics.cancelled += 1
            return true
        }
        for sequence in sequences where sequence.isCancelled {
            statistics.cancelled += 1
            keep(sequence)
            end(sequence, throwing: Interrupted())
        }
    }

    /// Takes a sequence out of the steps.
    /// - Parameter error: what its request failed with, if it did.
    func end(_ sequence: ScheduledSequence, throwing error: (any Error)?) {
        sequences.removeAll { $0 === sequence }
        if let error, !(error is Interrupted) { statistics.failed += 1 }
        switch sequence.work {
        case .prompt(let job):
            job.channel.finish(throwing: error)
        case .reply(let job, _):
            job.openReplies -= 1
            if error != nil || job.openReplies == 0 { job.channel.finish(throwing: error) }
            if error != nil { endSiblings(of: job) }
        case .text(let job, let text):
            job.finish(Result { try finish(text, throwing: error) })
        }
    }

    private func endSiblings(of job: ReplyJob) {
        sequences.removeAll { if case .reply(let other, _) = $0.work { other === job } else { false } }
    }

    private func finish(_ text: TextReading, throwing error: (any Error)?) throws -> Reading {
        guard let error else {
            try text.end()
            return text.reading
        }
        try text.stop()
        throw error
    }

    /// Keeps what a sequence has read for those who begin alike: whole pages, where it may be cut there.
    func keep(_ sequence: ScheduledSequence) {
        guard let method = sequence.method, let partition = sequence.partition else { return }
        let read = sequence.cache.tokenCount
        guard read >= CacheSpec.pageTokens, read <= sequence.tokens.count else { return }
        let whole = CachedPrefix(cache: sequence.cache.fork(), method: method)
        let pages = read / CacheSpec.pageTokens * CacheSpec.pageTokens
        guard let kept = whole.cut(to: pages + CachedPrefix.pathTokens) ?? (method.remembersWhole ? whole : nil) else { return }
        prefixes.insert(
            CachedPrefix.path(sequence.tokens.prefix(kept.cache.tokenCount), method: method, partition: partition), kept)
    }
}

/// A sequence that has been read to its end.
struct Behind {
    let sequence: ScheduledSequence
    /// `[1, width]`; nil for texts.
    let state: Tensor?
}
