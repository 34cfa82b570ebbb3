import Diagnostics

/// What a scheduler may use and promise.
package struct SchedulerOptions: Sendable {
    /// Bytes that the pages of all sequences and of the prefixes that are kept may take together.
    package var pageBudget: Int
    /// Requests that may wait; more are refused.
    package var mostWaiting = 512
    /// Sequences that are written or read at a time.
    package var mostRunning = 64
    /// Most tokens that go through the layers in one step.
    package var tokensPerStep = 512
    /// Seconds that a step should not take while replies are being written, so that they come evenly beside long prompts.
    package var secondsPerStep = 0.2
    /// Events that a reply may be ahead of who reads it; then it waits.
    package var eventsAhead = 256

    package init(pageBudget: Int) {
        self.pageBudget = pageBudget
    }
}

/// What a scheduler is doing, and what it has done so far.
package struct SchedulerStatistics: Sendable, Hashable {
    /// Requests that have not begun.
    package var waiting = 0
    /// Sequences whose prompts are being read or whose replies are being written.
    package var running = 0
    /// Bytes of pages in use, those of kept prefixes and of readings in memory included.
    package var pageBytes = 0
    package var pageBudget = 0
    /// Prefixes that are kept for those who come later.
    package var prefixes = 0
    /// Passes through the layers, and the tokens that went through them.
    package var steps = 0
    package var tokensRead = 0
    package var tokensGenerated = 0
    /// Tokens of prompts that had been read before.
    package var tokensReused = 0
    /// Sequences that gave their pages up for others and were read again.
    package var preemptions = 0
    package var finished = 0
    package var failed = 0
    package var cancelled = 0
    package var refused = 0
}

/// Why a request is not taken.
package enum SchedulingRefusal: Failure, Hashable {
    case tooMany(waiting: Int)
    case tooLong(tokens: Int, byteCount: Int, budget: Int)
    case draining

    package var kind: FailureKind {
        switch self {
        case .tooLong: .usage
        case .tooMany, .draining: .internal
        }
    }

    package var description: String {
        switch self {
        case .tooMany(let waiting): "\(waiting) requests are waiting already; try again in a while."
        case .tooLong(let tokens, let byteCount, let budget):
            "The \(tokens) tokens of the prompt take \(byteCount) bytes of keys and values, and the server has \(budget) for all requests; "
                + "send a shorter prompt, or start the server with a larger page budget or a smaller cache type."
        case .draining: "The server is shutting down and takes no more requests."
        }
    }
}
