import Diagnostics
import Foundation
import Synchronization

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Writes the body of a reply to the end of a file, as it comes.
///
/// Redirections are followed, as the hub has its large files elsewhere, but the token goes to no other host.
final class FileReceiver: NSObject, URLSessionDataDelegate, Sendable {
    private struct State {
        var file: FileHandle
        var written = 0
        var failure: HTTPFailure?
        var waiter: CheckedContinuation<HTTPFailure?, Never>?
    }

    /// Bytes that were there before.
    let start: Int
    private let state: Mutex<State>

    private static let watchInterval = Duration.milliseconds(50)

    /// - Throws: `HubError.cannotWrite`.
    init(path: String) throws(HubError) {
        do {
            if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(fileURLWithPath: path)) }
            let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
            start = Int(try file.seekToEnd())
            state = Mutex(State(file: file))
        } catch { throw .cannotWrite(path, reason: error.localizedDescription) }
    }

    /// Bytes that were written.
    var byteCount: Int { state.withLock { $0.written } }

    func receive(_ request: URLRequest, cancellation: Cancellation) async throws(HTTPFailure) {
        let session = URLSession(configuration: .ephemeral, delegate: self, delegateQueue: nil)
        defer { session.finishTasksAndInvalidate() }
        let task = session.dataTask(with: request)
        let watch = Task {
            while !Task.isCancelled {
                if cancellation.isCancelled {
                    state.withLock { $0.failure = $0.failure ?? .cancelled }
                    return task.cancel()
                }
                try? await Task.sleep(for: Self.watchInterval)
            }
        }
        defer { watch.cancel() }
        let failure: HTTPFailure? = await withCheckedContinuation { continuation in
            state.withLock { $0.waiter = continuation }
            task.resume()
        }
        if let failure { throw failure }
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
    ) {
        let response = response as? HTTPURLResponse, status = response?.statusCode ?? 0
        state.withLock { state in
            switch status {
            case 206: break
            // The server sends all of it, whatever was asked for; or has less than is here, which then is begun again.
            case 200, 416:
                if status == 416 { state.failure = .unreachable("there is more here than there") }
                do { try state.file.truncate(atOffset: 0) } catch { state.failure = .rubbish(error.localizedDescription) }
            default:
                let wait = response?.value(forHTTPHeaderField: "Retry-After").flatMap { RetryAfter.duration($0, now: Date()) }
                state.failure = .status(status, body: "", retryAfter: wait)
            }
        }
        completionHandler(state.withLock { $0.failure == nil } ? .allow : .cancel)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        state.withLock { state in
            do {
                try state.file.write(contentsOf: data)
                state.written += data.count
            } catch { state.failure = state.failure ?? .rubbish(error.localizedDescription) }
        }
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse, newRequest request: URLRequest,
        completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        var request = request
        if request.url?.host != task.originalRequest?.url?.host || request.url?.port != task.originalRequest?.url?.port {
            request.setValue(nil, forHTTPHeaderField: "Authorization")
        }
        if let range = task.originalRequest?.value(forHTTPHeaderField: "Range") { request.setValue(range, forHTTPHeaderField: "Range") }
        completionHandler(request)
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        let (waiter, failure) = state.withLock { state in
            if let error, state.failure == nil { state.failure = .unreachable(error.localizedDescription) }
            try? state.file.close()
            defer { state.waiter = nil }
            return (state.waiter, state.failure)
        }
        waiter?.resume(returning: failure)
    }
}
