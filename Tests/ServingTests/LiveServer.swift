import Generation
import Synchronization

@testable import Serving

/// A server with the built-in model on a port of its own, for the time of a test.
enum LiveServer {
    /// Lines of its log.
    final class Log: Sendable {
        private let written = Mutex<[String]>([])

        var lines: [String] { written.withLock { $0 } }

        func add(_ line: String) { written.withLock { $0.append(line) } }
    }

    static func run<Result: Sendable>(
        model: Model? = nil, log: Log = Log(), _ configure: (inout ServerOptions) -> Void = { _ in },
        _ test: @escaping @Sendable (TestClient) async throws -> Result
    ) async throws -> Result {
        var options = ServerOptions(scheduling: SchedulerOptions(pageBudget: 1 << 30))
        options.port = 0
        options.drainTime = .seconds(5)
        // Other tests may keep all tasks waiting for minutes.
        (options.idleTime, options.requestTime, options.readingTime) = (.seconds(3600), .seconds(3600), .seconds(3600))
        configure(&options)
        let server = try Server(model: try model ?? TestModel.builtIn(), options: options) { log.add($0) }
        let (stops, stopping) = AsyncStream<Void>.makeStream(), (ports, listening) = AsyncStream<Int>.makeStream()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { listening.finish() }
                try await server.run(stops: stops, endAtOnce: {}) { listening.yield($0.port) }
            }
            var found = ports.makeAsyncIterator()
            guard let port = await found.next() else {
                try await group.waitForAll()
                throw TestClientError.noResponse("the server did not start")
            }
            let outcome = await Swift.Result { try await test(TestClient(port: port)) }
            stopping.yield()
            try await group.waitForAll()
            return try outcome.get()
        }
    }
}

extension Swift.Result where Failure == any Error {
    fileprivate init(_ work: () async throws -> Success) async {
        do { self = .success(try await work()) } catch { self = .failure(error) }
    }
}
