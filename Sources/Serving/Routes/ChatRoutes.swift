import Generation
import Hummingbird

/// Conversations: `/v1/chat/completions`.
struct ChatRoutes: Sendable {
    let service: ModelService
    let readings: ReadingStore
    let bodies: RequestBodies
    let events: ServerSentEvents
    let metrics: ServerMetrics

    func add(to routes: inout RouteTable) {
        routes.post("/v1/chat/completions", complete)
    }

    private func complete(_ request: Request, _ context: ServingContext) async throws -> Response {
        let chat = try await bodies.json(of: request) { try ChatRequest($0) }
        try service.check(chat.model)
        let reading = try await chat.reading.asyncMap { try await readings.open($0, partition: context.partition) }
        let generation = try await service.generation(for: chat, about: reading, partition: context.partition)
        let replies = try service.scheduler.generate(generation)
        let reply = ChatReply(head: ReplyHead(prefix: "chatcmpl-", model: service.id), request: chat, reading: reading)
        guard !chat.wishes.streams else { return stream(replies, reply, includesUsage: chat.wishes.includesUsage, context) }
        return try await events.connections.whileOpen(context.channel) {
            var reply = reply
            for try await event in metrics.timing(replies) { reply.add(event) }
            return .json(reply.object)
        }
    }

    private func stream(_ replies: ReplyStream, _ reply: ChatReply, includesUsage: Bool, _ context: ServingContext) -> Response {
        events.response(context) { sink in
            var reply = reply
            for opening in reply.openings { await sink.send(opening) }
            for try await event in metrics.timing(replies) {
                for chunk in reply.chunks(for: event) { await sink.send(chunk) }
            }
            if includesUsage { await sink.send(reply.usageChunk) }
            await sink.send(ServerSentEvents.end)
        }
    }
}

extension Optional {
    /// What becomes of the value, if there is one.
    func asyncMap<Result>(_ transform: (Wrapped) async throws -> Result) async rethrows -> Result? {
        guard let self else { return nil }
        return try await transform(self)
    }
}
