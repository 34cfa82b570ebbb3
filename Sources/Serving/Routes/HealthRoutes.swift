import Generation
import Hummingbird
import ModelFiles

/// How the server is: for whoever watches it.
struct HealthRoutes: Sendable {
    let scheduler: Scheduler
    let readings: ReadingStore
    let bodies: RequestBodies
    let connections: Connections
    let metrics: ServerMetrics
    let shutdown: Shutdown

    func add(to routes: inout RouteTable) {
        routes.get("/health") { _, _ in
            if shutdown.hasBegun { throw APIError.unavailable("The server is shutting down.", retryAfter: 5) }
            return .json(["status": "ok"])
        }
        routes.get("/metrics") { _, _ in
            .text(
                metrics.text(
                    scheduler: scheduler.statistics, connections: connections.count, bodyBytes: bodies.heldBytes, readings: readings.count),
                type: PrometheusText.type)
        }
    }
}
