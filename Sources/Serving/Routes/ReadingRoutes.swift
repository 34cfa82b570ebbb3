import Generation
import HTTPTypes
import Hummingbird
import ModelFiles
import NIOCore

/// Texts that are read once and asked often: `/v1/readings`.
struct ReadingRoutes: Sendable {
    let service: ModelService
    let readings: ReadingStore
    let bodies: RequestBodies
    let events: ServerSentEvents
    let metrics: ServerMetrics

    /// The time between two events of one reading.
    private static let eventInterval = Duration.milliseconds(100)

    func add(to routes: inout RouteTable) {
        routes.post("/v1/readings", create)
        routes.get("/v1/readings", list)
        routes.get("/v1/readings/:id", get)
        routes.delete("/v1/readings/:id", remove)
        routes.get("/v1/readings/:id/events", follow)
        routes.get("/v1/readings/:id/text", text)
        routes.post("/v1/readings/:id/ask", ask)
    }

    private func create(_ request: Request, _ context: ServingContext) async throws -> Response {
        let type = request.headers[.contentType]
        let upload =
            if let type, MultipartForm.matches(type) {
                try await bodies.bytes(of: request) {
                    try MultipartForm(Array($0.readableBytesView), type: type)
                } then: {
                    try ReadingUpload($0)
                }
            } else {
                try await bodies.json(of: request) { try ReadingUpload($0) }
            }
        return .json(try await readings.create(upload, owner: context.partition).json, status: .accepted)
    }

    private func list(_ request: Request, _ context: ServingContext) -> Response {
        .json(["object": "list", "data": .array(readings.list(owner: context.partition).map(\.json))])
    }

    private func get(_ request: Request, _ context: ServingContext) throws -> Response {
        .json(try readings.record(context.readingID, owner: context.partition).json)
    }

    private func remove(_ request: Request, _ context: ServingContext) async throws -> Response {
        let id = context.readingID
        try await readings.remove(id, owner: context.partition)
        return .json(["id": .string(id), "object": "reading.deleted", "deleted": true])
    }

    private func follow(_ request: Request, _ context: ServingContext) throws -> Response {
        let changes = try readings.changes(of: context.readingID, owner: context.partition)
        return events.response(context) { sink in
            for await record in changes {
                await sink.send(record.json)
                if !record.status.isFinal { try await Task.sleep(for: Self.eventInterval) }
            }
        }
    }

    private func text(_ request: Request, _ context: ServingContext) async throws -> Response {
        let file = request.uri.queryParameters["file"].map(String.init)
        let bytes = try await readings.text(of: context.readingID, file: file, owner: context.partition)
        return Response(status: .ok, bytes: ByteBuffer(bytes: bytes), type: "text/plain; charset=utf-8")
    }
}

// MARK: - Asking

extension ReadingRoutes {
    private func ask(_ request: Request, _ context: ServingContext) async throws -> Response {
        let ask = try await bodies.json(of: request) { try ReadingAsk($0, window: service.model.contextLength) }
        let reading = try await readings.open(context.readingID, partition: context.partition)
        var generation = GenerationRequest(.question(ask.question, about: reading), options: ask.options)
        generation.partition = context.partition
        let replies = try service.scheduler.generate(generation), id = "answer-" + RandomName.make()
        guard !ask.streams else { return stream(replies, id: id, context) }
        return try await events.connections.whileOpen(context.channel) {
            var answer = ReadingAnswer(id: id)
            for try await event in metrics.timing(replies) { answer.add(event) }
            return .json(answer.json)
        }
    }

    private func stream(_ replies: ReplyStream, id: String, _ context: ServingContext) -> Response {
        events.response(context) { sink in
            var answer = ReadingAnswer(id: id)
            for try await event in metrics.timing(replies) {
                answer.add(event)
                if case .piece(_, let text, _) = event { await sink.send(["object": "reading.answer.delta", "text": .string(text)]) }
            }
            await sink.send(answer.json)
            await sink.send(ServerSentEvents.end)
        }
    }
}

/// An answer to a question about a reading.
private struct ReadingAnswer {
    let id: String
    private var text = ""
    private var report: GenerationReport?

    init(id: String) { self.id = id }

    mutating func add(_ event: GenerationEvent) {
        switch event {
        case .piece(_, let piece, _): text += piece
        case .finished(_, let report): self.report = report
        }
    }

    var json: JSONValue {
        var object: JSONObject = ["id": .string(id), "object": "reading.answer", "text": .string(text)]
        guard let report else { return .object(object) }
        for (key, value) in report.evidence { object[key] = value }
        object["timing"] = report.timing.json
        object["stop_reason"] = .string(report.stopReason.rawValue)
        return .object(object)
    }
}

extension ServingContext {
    /// The reading that the path names.
    fileprivate var readingID: String { parameters.get("id") ?? "" }
}
