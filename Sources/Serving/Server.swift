import Diagnostics
import Generation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

/// Serves one model to many clients over HTTP: OpenAI's interface, readings, and a page.
package struct Server: Sendable {
    /// Where a server can be reached.
    package struct Address: Sendable, Equatable {
        package let host: String
        package let port: Int

        package var url: String { "http://\(host.contains(":") ? "[\(host)]" : host):\(port)" }
    }

    private let options: ServerOptions
    private let service: ModelService
    private let embeddings: EmbeddingService?
    private let readings: ReadingStore
    private let connections: Connections
    private let bodies: RequestBodies
    private let metrics = ServerMetrics()
    private let shutdown: Shutdown
    private let logger: Logger

    /// - Parameter log: takes lines of the log, without their ends.
    /// - Throws: `ServerError` for options under which nothing should be served; errors of the folder for data.
    package init(model: Model, options: ServerOptions, log: @escaping @Sendable (String) -> Void) throws {
        guard options.isLoopback || !options.keys.isEmpty || options.allowsNoKey else { throw ServerError.open(host: options.host) }
        self.options = options
        let scheduler = Scheduler(model: model, options: options.scheduling)
        service = try ModelService(model: model, scheduler: scheduler, reading: options.reading)
        embeddings = options.embedder.map { EmbeddingService($0) }
        shutdown = Shutdown(scheduler: scheduler, time: options.drainTime)
        readings = ReadingStore(
            model: model, usual: options.reading,
            files: try options.dataFolder.map { folder throws(DataFolderError) in
                try ReadingFiles(dataFolder: folder)
            }, stopping: shutdown.cancellation)
        connections = Connections(limit: OpenFiles.most(wanted: options.mostConnections))
        bodies = RequestBodies(limit: options.mostBodyBytes)
        logger = Logger(label: "apus") { _ in LineLogHandler(write: log) }
    }

    /// The model's name in requests.
    package var modelID: String { service.id }

    /// What a person should know about how conversations are written; a sentence, if there is one.
    package var note: String? { service.note }

    /// Serves until it is told to stop: by the first of `stops` after what goes on has ended, by the second at once.
    ///
    /// - Parameters:
    ///   - endAtOnce: ends the process.
    ///   - ready: called when requests are taken.
    /// - Throws: `ServerError.cannotListen`; what the folder of readings throws.
    package func run<Stops: AsyncSequence & Sendable>(
        stops: Stops, endAtOnce: @escaping @Sendable () -> Void, ready: @escaping @Sendable (Address) async -> Void
    ) async throws where Stops.Failure == Never {
        let restored = try await readings.restore()
        if restored > 0 { logger.info("readings found", metadata: ["count": "\(restored)"]) }
        let worker = ReadingWorker(store: readings, scheduler: service.scheduler, logger: logger)
        var configuration = ServiceGroupConfiguration(services: [application(ready: ready), worker], logger: quietLogger)
        configuration.maximumGracefulShutdownDuration = .seconds(2)
        let services = ServiceGroup(configuration: configuration)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await shutdown.supervise(services, stops: stops, endAtOnce: endAtOnce) }
            defer { group.cancelAll() }
            do {
                try await services.run()
            } catch let error as IOError {
                throw ServerError.cannotListen(host: options.host, port: options.port, reason: error.description)
            } catch is CancellationError where shutdown.hasBegun {
                // Connections that outlasted the end of the last request were cut.
            }
        }
    }

    private func application(ready: @escaping @Sendable (Address) async -> Void) -> Application<RouterResponder<ServingContext>> {
        let connections = connections, limits = options.timeLimits, host = options.host
        return Application(
            router: router,
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [ConnectionGuard(connections: connections, limits: limits)], idleTimeout: limits.idle)),
            configuration: ApplicationConfiguration(address: .hostname(options.host, port: options.port), backlog: 1024),
            onServerRunning: { channel in await ready(Address(host: host, port: channel.localAddress?.port ?? 0)) },
            logger: quietLogger)
    }

    /// The framework's own notes are for whoever works on it.
    private var quietLogger: Logger {
        var logger = logger
        logger.logLevel = .warning
        return logger
    }
}

// MARK: - Routes

extension Server {
    /// All that the server answers.
    var routes: RouteTable {
        let events = ServerSentEvents(connections: connections)
        var routes = RouteTable()
        ModelRoutes(service: service, embeddings: embeddings, bodies: bodies).add(to: &routes)
        EmbeddingRoutes(service: embeddings, bodies: bodies, connections: connections).add(to: &routes)
        ChatRoutes(service: service, readings: readings, bodies: bodies, events: events, metrics: metrics).add(to: &routes)
        CompletionRoutes(service: service, bodies: bodies, events: events, metrics: metrics).add(to: &routes)
        ReadingRoutes(service: service, readings: readings, bodies: bodies, events: events, metrics: metrics).add(to: &routes)
        HealthRoutes(
            scheduler: service.scheduler, readings: readings, bodies: bodies, connections: connections, metrics: metrics, shutdown: shutdown
        ).add(to: &routes)
        Self.page.add(to: &routes)
        return routes
    }

    private static let page = PageRoutes()

    private var router: Router<ServingContext> {
        routes.router(middleware: [
            RequestLog(metrics: metrics, logger: logger), ErrorResponses(),
            Origins(allowed: options.origins, isLoopback: options.isLoopback),
            KeyCheck(keys: options.keys, open: Self.page.paths.union(["/health"])),
        ])
    }
}
