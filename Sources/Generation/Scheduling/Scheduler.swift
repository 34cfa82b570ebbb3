import Diagnostics
import Documents
import KeyValues
import Synchronization

/// Serves many requests to one model at the same time.
///
/// In each step the newest tokens of all replies and chunks of the prompts that are being read go through the layers together, packed row
/// behind row without padding (continuous batching: Yu et al., Orca, 2022; prepacking: Zhao et al. 2024). What was read is kept in a
/// tree of prefixes as long as there is room, and who begins alike goes on from there.
package final class Scheduler: Sendable {
    package let model: Model
    package let options: SchedulerOptions

    private struct Inbox {
        var arrivals: [SchedulerCore.Arrival] = []
        var isRunning = false
        /// Whether something may have changed since the last step looked.
        var isWoken = false
        var isDraining = false
        var refused = 0
        var statistics = SchedulerStatistics()
        var drained: [CheckedContinuation<Void, Never>] = []
    }
    private let inbox = Mutex(Inbox())
    private let core: SchedulerCore

    package init(model: Model, options: SchedulerOptions) {
        self.model = model
        self.options = options
        core = SchedulerCore(options: options)
    }

    /// Takes a request.
    ///
    /// - Returns: what comes of it. Ending the iteration, or cancelling its task, frees all that the request holds but what was read, which
    ///   is kept for those who begin alike. Errors of the request itself end the stream.
    /// - Throws: where nothing more is taken now.
    package func generate(_ request: GenerationRequest) throws(SchedulingRefusal) -> ReplyStream {
        let channel = ReplyChannel(capacity: options.eventsAhead) { [weak self] in self?.wake() }
        try submit(.request(request, channel))
        return ReplyStream(channel)
    }

    /// Reads documents beside the running requests.
    ///
    /// - Parameter folder: where to keep the reading; `nil`: in memory.
    /// - Throws: what reading throws; `Interrupted` where it was cancelled.
    package func read(
        _ documents: DocumentSet, options: ReadingOptions, into folder: String?, progress: ProgressHandler? = nil,
        cancellation: Cancellation = Cancellation()
    ) async throws -> Reading {
        try await withCheckedThrowingContinuation { continuation in
            let begin: @Sendable (isolated Model) throws -> TextReading = { model in
                try model.begin(options: options, into: folder, reserved: 0, progress: progress, cancellation: cancellation) { prompt in
                    try ReadText(documents, prompt: prompt, tokenizer: model.decoder.tokenizer)
                }
            }
            let job = TextJob(begin: begin, cancellation: cancellation) { continuation.resume(with: $0) }
            do {
                try submit(.text(job))
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    package var statistics: SchedulerStatistics {
        inbox.withLock { inbox in
            var statistics = inbox.statistics
            statistics.waiting += inbox.arrivals.count
            statistics.refused = inbox.refused
            statistics.pageBytes = model.arena.bytesInUse
            statistics.pageBudget = options.pageBudget
            return statistics
        }
    }

    /// Takes no more requests, and returns when all have ended.
    package func drain() async {
        await withCheckedContinuation { continuation in
            let isIdle = inbox.withLock { inbox in
                inbox.isDraining = true
                if inbox.isRunning { inbox.drained.append(continuation) }
                return !inbox.isRunning
            }
            if isIdle { continuation.resume() }
        }
    }

    private func submit(_ arrival: SchedulerCore.Arrival) throws(SchedulingRefusal) {
        let refusal: SchedulingRefusal? = inbox.withLock { inbox in
            let waiting = inbox.statistics.waiting + inbox.arrivals.count
            guard !inbox.isDraining else { return .draining }
            guard waiting < options.mostWaiting else {
                inbox.refused += 1
                return .tooMany(waiting: waiting)
            }
            inbox.arrivals.append(arrival)
            return nil
        }
        if let refusal { throw refusal }
        wake()
    }

    /// Steps begin where none are being made.
    private func wake() {
        let starts = inbox.withLock { inbox in
            defer { (inbox.isRunning, inbox.isWoken) = (true, true) }
            return !inbox.isRunning
        }
        guard starts else { return }
        Task { await run() }
    }

    private func run() async {
        while true {
            let arrivals = inbox.withLock { inbox in
                defer { (inbox.arrivals, inbox.isWoken) = ([], false) }
                return inbox.arrivals
            }
            let (statistics, isBusy) = await model.serve(core, arrivals) { statistics in
                self.inbox.withLock { inbox in
                    defer { inbox.arrivals = [] }
                    inbox.statistics = statistics
                    return inbox.arrivals
                }
            }
            let (isOver, drained) = inbox.withLock { inbox in
                inbox.statistics = statistics
                guard !isBusy, !inbox.isWoken else { return (false, [CheckedContinuation<Void, Never>]()) }
                inbox.isRunning = false
                // Replies that wait for slow readers have not ended.
                guard statistics.running + statistics.waiting == 0 else { return (true, []) }
                defer { inbox.drained = [] }
                return (true, inbox.drained)
            }
            for continuation in drained { continuation.resume() }
            if isOver { return }
        }
    }
}

extension Model {
    /// One pass through the layers, and all that follows from it.
    fileprivate func serve(
        _ core: SchedulerCore, _ arrivals: [SchedulerCore.Arrival],
        exchange: @escaping @Sendable (SchedulerStatistics) -> [SchedulerCore.Arrival]
    ) -> (SchedulerStatistics, isBusy: Bool) {
        let isBusy = core.serve(self, arrivals, exchange: exchange)
        return (core.statistics, isBusy)
    }
}
