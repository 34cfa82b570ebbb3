import Diagnostics
import Generation
import Synchronization

/// What the server has done so far, for `/metrics`.
final class ServerMetrics: Sendable {
    private struct Route: Hashable, Comparable {
        let method: String
        let route: String

        static func < (one: Route, other: Route) -> Bool { (one.route, one.method) < (other.route, other.method) }

        var labels: [(String, String)] { [("method", method), ("route", route)] }
    }

    private struct State {
        var inFlight = 0
        /// Requests by route and status.
        var requests: [Route: [Int: Int]] = [:]
        var durations: [Route: Histogram] = [:]
        var firstTokens = Histogram()
        var cacheBytes = Histogram(Histogram.bytes)
    }

    private let state = Mutex(State())

    func begin() { state.withLock { $0.inFlight += 1 } }

    func end(method: String, route: String, status: Int, seconds: Double) {
        // Methods are the client's words: an unknown one must not make a label of its own.
        let route = Route(method: Self.methods.contains(method) ? method : "other", route: route)
        state.withLock { state in
            state.inFlight -= 1
            state.requests[route, default: [:]][status, default: 0] += 1
            state.durations[route, default: Histogram()].add(seconds)
        }
    }

    /// The events of a generation: the first is timed, and the last tells what it held.
    func timing(_ replies: ReplyStream) -> some AsyncSequence<GenerationEvent, any Error> & Sendable {
        let start = ContinuousClock.now, isFirst = Mutex(true)
        return replies.map { event in
            if isFirst.withLock({ first in
                defer { first = false }; return first
            }) {
                self.state.withLock { $0.firstTokens.add((ContinuousClock.now - start).seconds) }
            }
            if case .finished(_, let report) = event { self.state.withLock { $0.cacheBytes.add(Double(report.cacheBytes)) } }
            return event
        }
    }

    private static let methods: Set<String> = ["GET", "HEAD", "POST", "DELETE", "PUT", "PATCH", "OPTIONS"]

    /// All of it, with what other parts of the server tell.
    func text(scheduler: SchedulerStatistics, connections: Int, bodyBytes: Int, readings: Int) -> String {
        let state = state.withLock { $0 }
        var text = PrometheusText()
        text.gauge("requests_in_flight", "HTTP requests being served.", state.inFlight)
        text.counters(
            "requests_total", "HTTP requests served.",
            state.requests.sorted { $0.key < $1.key }.flatMap { route, statuses in
                statuses.sorted { $0.key < $1.key }.map { (route.labels + [("status", String($0.key))], $0.value) }
            })
        text.histograms(
            "request_duration_seconds", "From the request's head to the last byte of the response.",
            state.durations.sorted { $0.key < $1.key }.map { ($0.key.labels, $0.value) })
        text.histograms("first_token_seconds", "From a generation's request to its first token.", [([], state.firstTokens)])
        text.histograms(
            "generation_cache_bytes", "Keys and values that a generation held at its end, those that it shares included.",
            [([], state.cacheBytes)])
        text.gauge("connections", "Open connections.", connections)
        text.gauge("request_body_bytes", "Bytes of request bodies in memory.", bodyBytes)
        text.gauge("readings", "Readings, whatever their state.", readings)
        text.gauge("resident_memory_bytes", "Memory of the process that is resident.", ProcessMemory.residentBytes)
        text.gauge("peak_resident_memory_bytes", "The most that was.", ProcessMemory.peakBytes)
        text.add(scheduler)
        return text.text
    }
}

extension PrometheusText {
    fileprivate mutating func add(_ scheduler: SchedulerStatistics) {
        gauge("generations_waiting", "Generations that have not begun.", scheduler.waiting)
        gauge("generations_running", "Sequences being read or written.", scheduler.running)
        gauge("page_bytes", "Bytes of keys and values in use, those kept for later included.", scheduler.pageBytes)
        gauge("page_budget_bytes", "Bytes of keys and values that there may be.", scheduler.pageBudget)
        gauge("prefixes_kept", "Beginnings of prompts that are kept for who begins alike.", scheduler.prefixes)
        counter("steps_total", "Passes through the model's layers.", scheduler.steps)
        counter("tokens_read_total", "Tokens of prompts read.", scheduler.tokensRead)
        counter("tokens_reused_total", "Tokens of prompts that had been read before.", scheduler.tokensReused)
        counter("tokens_generated_total", "Tokens generated.", scheduler.tokensGenerated)
        counter("preemptions_total", "Sequences that gave up their pages for others and were read again.", scheduler.preemptions)
        counters(
            "generations_total", "Generations by how they ended.",
            [
                ("finished", scheduler.finished), ("failed", scheduler.failed), ("cancelled", scheduler.cancelled),
                ("refused", scheduler.refused),
            ].map { ([("outcome", $0.0)], $0.1) })
    }
}
