import Diagnostics
import Foundation
import Synchronization

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Why a request brought nothing.
enum HTTPFailure: Error, Equatable {
    case cancelled
    case timedOut(Duration)
    case unreachable(String)
    /// - Parameter retryAfter: how long the server wishes to be left alone.
    case status(Int, body: String, retryAfter: Duration? = nil)
    case tooLong(bytes: Int)
    case rubbish(String)

    /// Bytes of a body that a message shows.
    static let shownBytes = 200

    /// Whether the same request may succeed a moment later.
    var isPassing: Bool {
        switch self {
        case .unreachable: true
        case .status(let status, _, _): status == 429 || status >= 500
        case .cancelled, .timedOut, .tooLong, .rubbish: false
        }
    }

    /// How long the server wishes to be left alone.
    var retryAfter: Duration? {
        if case .status(_, _, let retryAfter) = self { retryAfter } else { nil }
    }

    /// As it reads after the endpoint's name.
    var description: String {
        switch self {
        case .cancelled: "was not waited for"
        case .timedOut(let limit): "did not reply within \(limit.seconds) seconds"
        case .unreachable(let reason): "cannot be reached: \(reason)"
        case .status(let status, let body, let retryAfter):
            "answered with status \(status)\(body.isEmpty ? "" : ": " + body)"
                + (retryAfter.map { " and wants to be left alone for \($0.seconds) seconds" } ?? "")
        case .tooLong(let bytes): "answered with more than \(bytes) bytes"
        case .rubbish(let text): "answered what is no chat completion: \(text.isEmpty ? "nothing" : text)"
        }
    }
}

/// Requests and their replies, each within a time and a size, and given up when that is wished.
///
/// Redirections are not followed: a key is for the host that it was given for.
struct HTTPExchange: Sendable {
    /// More is no reply to a question.
    private static let mostBytes = 16 << 20
    private static let watchInterval = Duration.milliseconds(50)

    /// Waits, and looks now and then whether that is still wished.
    static func rest(_ wait: Duration, cancellation: Cancellation, _ activity: String) async throws {
        let clock = ContinuousClock(), end = clock.now + wait
        while clock.now < end {
            try cancellation.check(activity)
            try await Task.sleep(for: min(clock.now.duration(to: end), watchInterval))
        }
        try cancellation.check(activity)
    }

    /// - Returns: the body of a reply with a status of success.
    func send(_ request: URLRequest, timeout: Duration, cancellation: Cancellation) async throws(HTTPFailure) -> Data {
        let collector = ReplyCollector(mostBytes: Self.mostBytes)
        let session = URLSession(configuration: .ephemeral, delegate: collector, delegateQueue: nil)
        defer { session.finishTasksAndInvalidate() }
        let task = session.dataTask(with: request)
        let watch = Task {
            let clock = ContinuousClock(), deadline = clock.now + timeout
            while !Task.isCancelled {
                if cancellation.isCancelled { collector.giveUp(.cancelled) }
                if clock.now >= deadline { collector.giveUp(.timedOut(timeout)) }
                if collector.isGivenUp { return task.cancel() }
                try? await Task.sleep(for: Self.watchInterval)
            }
        }
        defer { watch.cancel() }
        return try await collector.reply { task.resume() }.get()
    }
}

/// Collects one reply.
private final class ReplyCollector: NSObject, URLSessionDataDelegate, Sendable {
    private struct State {
        var body = Data()
        var status = 0
        var retryAfter: Duration?
        var failure: HTTPFailure?
        var waiter: CheckedContinuation<Result<Data, HTTPFailure>, Never>?
    }

    private let state = Mutex(State())
    private let mostBytes: Int

    init(mostBytes: Int) { self.mostBytes = mostBytes }

    var isGivenUp: Bool { state.withLock { $0.failure != nil } }

    /// The first reason counts.
    func giveUp(_ failure: HTTPFailure) { state.withLock { $0.failure = $0.failure ?? failure } }

    func reply(to begin: () -> Void) async -> Result<Data, HTTPFailure> {
        await withCheckedContinuation { continuation in
            state.withLock { $0.waiter = continuation }
            begin()
        }
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
    ) {
        let response = response as? HTTPURLResponse
        state.withLock { state in
            state.status = response?.statusCode ?? 0
            state.retryAfter = response?.value(forHTTPHeaderField: "Retry-After").flatMap { RetryAfter.duration($0, now: Date()) }
        }
        completionHandler(.allow)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        state.withLock { state in
            if state.body.count + data.count > mostBytes {
                state.failure = state.failure ?? .tooLong(bytes: mostBytes)
            } else {
                state.body += data
            }
        }
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse, newRequest request: URLRequest,
        completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) { completionHandler(nil) }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        let waiter = state.withLock { state in
            if state.failure == nil { state.failure = failure(error, state) }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: state.withLock { state in state.failure.map { .failure($0) } ?? .success(state.body) })
    }

    private func failure(_ error: (any Error)?, _ state: State) -> HTTPFailure? {
        if let error { return .unreachable(error.localizedDescription) }
        guard !(200..<300).contains(state.status) else { return nil }
        return .status(
            state.status, body: String(decoding: state.body.prefix(HTTPFailure.shownBytes), as: UTF8.self), retryAfter: state.retryAfter)
    }
}
