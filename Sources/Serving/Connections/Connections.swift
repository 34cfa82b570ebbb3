import NIOCore
import Synchronization

/// The connections that are open: how many there may be, and who wants to know when one is lost.
final class Connections: Sendable {
    private struct Connection {
        let channel: any Channel
        /// Requests that came by it and have not been answered.
        var requests = 0
        /// When the last of them ended, or the connection was opened.
        var idleSince: NIODeadline
        var watchers: [Int: AsyncStream<Never>.Continuation] = [:]
    }

    private struct State {
        var connections: [ObjectIdentifier: Connection] = [:]
        var nextWatcher = 0
    }

    private let state = Mutex(State())
    /// More are not held open.
    let limit: Int

    init(limit: Int) { self.limit = limit }

    var count: Int { state.withLock { $0.connections.count } }
}

// MARK: - What happens to connections

extension Connections {
    /// Notes a new connection. Where there are too many, one that waits for nothing makes room, the longest idle first; where all are busy
    /// the new one does.
    func opened(_ channel: any Channel) {
        let surplus: Connection? = state.withLock { state in
            let new = Connection(channel: channel, idleSince: .now())
            state.connections[ObjectIdentifier(channel)] = new
            guard state.connections.count > limit else { return nil }
            let idle = state.connections.values.lazy.filter { $0.requests == 0 }
            let leaving = idle.min { $0.idleSince < $1.idleSince } ?? new
            return state.connections.removeValue(forKey: ObjectIdentifier(leaving.channel))
        }
        surplus?.channel.close(promise: nil)
    }

    func began(_ channel: any Channel) {
        state.withLock { $0.connections[ObjectIdentifier(channel)]?.requests += 1 }
    }

    func ended(_ channel: any Channel) {
        state.withLock { state in
            state.connections[ObjectIdentifier(channel)]?.requests -= 1
            state.connections[ObjectIdentifier(channel)]?.idleSince = .now()
        }
    }

    /// The client will send nothing more, which nobody does who waits for an answer.
    func lost(_ channel: any Channel) {
        let watchers = state.withLock { state in
            defer { state.connections[ObjectIdentifier(channel)]?.watchers = [:] }
            return state.connections[ObjectIdentifier(channel)]?.watchers
        }
        for watcher in (watchers ?? [:]).values { watcher.finish() }
    }

    func closed(_ channel: any Channel) {
        let connection = state.withLock { $0.connections.removeValue(forKey: ObjectIdentifier(channel)) }
        for watcher in (connection?.watchers ?? [:]).values { watcher.finish() }
    }
}

// MARK: - Work for a client

/// The client went away while its request was being served.
struct ClientGone: Error {}

extension Connections {
    /// Works as long as the client is there: when the connection is lost the work is cancelled.
    /// - Throws: what the work throws; `ClientGone`.
    func whileOpen<Result: Sendable>(_ channel: any Channel, _ work: @escaping @Sendable () async throws -> Result) async throws -> Result {
        try await withThrowingTaskGroup(of: Result.self) { group in
            group.addTask { try await work() }
            group.addTask {
                await self.loss(of: channel)
                throw ClientGone()
            }
            defer { group.cancelAll() }
            guard let result = try await group.next() else { throw ClientGone() }
            return result
        }
    }

    /// Returns when the connection is lost, or the task is cancelled.
    private func loss(of channel: any Channel) async {
        let (stream, continuation) = AsyncStream<Never>.makeStream()
        let number: Int? = state.withLock { state in
            guard state.connections[ObjectIdentifier(channel)] != nil else { return nil }
            state.nextWatcher += 1
            state.connections[ObjectIdentifier(channel)]?.watchers[state.nextWatcher] = continuation
            return state.nextWatcher
        }
        guard let number else { return }
        for await _ in stream {}
        state.withLock { $0.connections[ObjectIdentifier(channel)]?.watchers[number] = nil }
    }
}
