import Diagnostics
import Synchronization

/// The events of a request: written by the scheduler, read by one task.
///
/// It holds a bounded number of them. Where the reader is slow the scheduler leaves the request out of its steps until there is room.
/// Ending the iteration or cancelling the reading task tells the scheduler to stop.
package struct ReplyStream: AsyncSequence, Sendable {
    package typealias Element = GenerationEvent

    private let reader: Reader

    init(_ channel: ReplyChannel) {
        reader = Reader(channel)
    }

    package func makeAsyncIterator() -> Iterator { Iterator(reader: reader) }

    package struct Iterator: AsyncIteratorProtocol {
        fileprivate let reader: Reader

        package mutating func next() async throws -> GenerationEvent? {
            let channel = reader.channel
            return try await withTaskCancellationHandler {
                try await channel.next()
            } onCancel: {
                channel.cancel()
            }
        }
    }

    /// Cancels the request when nobody can read it any more.
    fileprivate final class Reader: Sendable {
        let channel: ReplyChannel

        init(_ channel: ReplyChannel) {
            self.channel = channel
        }

        deinit { channel.cancel() }
    }
}

/// What scheduler and reader share.
final class ReplyChannel: Sendable {
    private struct State {
        var events: [GenerationEvent] = []
        /// Whether nothing more will come; with an error, that it failed.
        var end: Result<Void, any Error>?
        var reader: CheckedContinuation<GenerationEvent?, any Error>?
        var wasFull = false
    }
    private let state = Mutex(State())
    /// Looked at by work that goes on for long between two steps.
    let cancellation = Cancellation()
    private let capacity: Int
    /// Tells the scheduler that there is something to do: the reader left, or there is room again.
    private let wake: @Sendable () -> Void

    init(capacity: Int, wake: @escaping @Sendable () -> Void) {
        self.capacity = capacity
        self.wake = wake
    }

    // MARK: The scheduler's side

    /// Whether the reader is so far behind that the request should wait.
    var isFull: Bool {
        state.withLock { state in
            state.wasFull = state.events.count >= capacity
            return state.wasFull
        }
    }

    var isCancelled: Bool { cancellation.isCancelled }

    func send(_ event: GenerationEvent) {
        let reader = state.withLock { state in
            if state.reader == nil { state.events.append(event) }
            return state.reader.take()
        }
        reader?.resume(returning: event)
    }

    func finish(throwing error: (any Error)? = nil) {
        let end: Result<Void, any Error> = error.map { .failure($0) } ?? .success(())
        let reader = state.withLock { state in
            if state.end == nil { state.end = end }
            return state.reader.take()
        }
        reader?.resume(with: end.map { nil })
    }

    // MARK: The reader's side

    func next() async throws -> GenerationEvent? {
        let wakes = state.withLock { state in state.wasFull && state.events.count == capacity / 2 }
        if wakes { wake() }
        return try await withCheckedThrowingContinuation { continuation in
            let now: Result<GenerationEvent?, any Error>? = state.withLock { state in
                if !state.events.isEmpty { return .success(state.events.removeFirst()) }
                if cancellation.isCancelled { return .failure(Interrupted()) }
                if let end = state.end { return end.map { nil } }
                state.reader = continuation
                return nil
            }
            if let now { continuation.resume(with: now) }
        }
    }

    func cancel() {
        let (reader, isNew) = state.withLock { state in
            let isNew = !cancellation.isCancelled && state.end == nil
            cancellation.cancel()
            return (state.reader.take(), isNew)
        }
        reader?.resume(throwing: Interrupted())
        if isNew { wake() }
    }
}
