import Attention
import Diagnostics
import Foundation
import KeyValues
import Models

/// A request on its way through a scheduler.
final class ReplyJob {
    let request: GenerationRequest
    let channel: ReplyChannel
    let submitted = ContinuousClock.now
    /// Replies that are not finished.
    var openReplies: Int

    init(_ request: GenerationRequest, channel: ReplyChannel) {
        self.request = request
        self.channel = channel
        openReplies = request.count
    }
}

/// Documents that are to be read beside the requests.
struct TextJob: Sendable {
    let begin: @Sendable (isolated Model) throws -> TextReading
    let cancellation: Cancellation
    let finish: @Sendable (Result<Reading, any Error>) -> Void
}

/// One sequence that is being read or written, with others.
final class ScheduledSequence {
    enum Work {
        /// The prompt of one reply or several.
        case prompt(ReplyJob)
        case reply(ReplyJob, choice: Int)
        case text(TextJob, TextReading)
    }
    var work: Work
    /// Nil for texts, which are read by options of their own.
    let method: ServedMethod?
    let reader: Reader
    var cache: KeyValueCache
    /// What is to go through the layers next.
    var rest: ArraySlice<Int32>
    /// All of the sequence, what is still to be read included.
    var tokens: [Int32]
    /// Where what was read is kept for others; nil where it is not.
    let partition: Int32?
    /// Where it begins anew when it has had to give its pages up.
    let origin: KeyValueCache
    var evidence: Evidence?
    var reply: Reply?
    /// Tokens that were chosen and wait for their text to be said, where they are reported.
    var unsaid: [ChosenToken] = []
    var report = GenerationReport()
    var firstToken: ContinuousClock.Instant?

    init(
        _ work: Work, method: ServedMethod?, reader: Reader, origin: KeyValueCache, cache: KeyValueCache, tokens: [Int32],
        rest: ArraySlice<Int32>, partition: Int32?
    ) {
        self.work = work
        self.method = method
        self.reader = reader
        self.origin = origin
        self.cache = cache
        self.tokens = tokens
        self.rest = rest
        self.partition = partition
    }

    /// Whether it brings one token after the other.
    var isWriting: Bool { if case .reply = work { rest.count <= 1 } else { false } }

    /// Whether its prompt is still being read.
    var isPrompt: Bool { if case .prompt = work { true } else { false } }

    var channel: ReplyChannel? {
        switch work {
        case .prompt(let job), .reply(let job, _): job.channel
        case .text: nil
        }
    }

    var isCancelled: Bool {
        switch work {
        case .prompt(let job), .reply(let job, _): job.channel.isCancelled
        case .text(let job, _): job.cancellation.isCancelled
        }
    }

    /// What it brings to a step.
    var member: StepPlan.Member {
        guard channel?.isFull != true else { return .init(left: 0, isWriting: isWriting) }
        let layers = cache.specs.count
        // The last token of a prompt alone, where the first word of the reply must not rest on what others see.
        let isSplit = method != nil && rest.count > 1 && reader.policy.choosesByCompany(layers: layers)
        let left = isSplit ? rest.count - 1 : rest.count
        let chunk = method?.keepsChunks == false ? nil : min(left, reader.tokensToBorder(from: cache.tokenCount))
        return .init(left: left, isWriting: isWriting, chunk: isWriting ? nil : chunk)
    }

    /// Bytes of the pages that so many further tokens need.
    func newBytes(tokens: Int) -> Int {
        let filled = cache.tokenCount
        return cache.specs.reduce(0) { sum, spec in
            // The last page may be shared, and is copied then.
            let owned = filled.isMultiple(of: CacheSpec.pageTokens) ? filled : filled - filled % CacheSpec.pageTokens
            return sum + spec.bytes(tokens: filled + tokens) - spec.bytes(tokens: owned)
        }
    }

    /// Gives its pages up; all of it has to be read again.
    func release() {
        cache = origin.fork()
        rest = tokens[...]
    }
}
