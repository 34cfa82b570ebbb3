import Generation
import Hummingbird

/// Texts continued as they stand: `/v1/completions`.
struct CompletionRoutes: Sendable {
    let service: ModelService
    let bodies: RequestBodies
    let events: ServerSentEvents
    let metrics: ServerMetrics

    /// The replies to one of the prompts of a request.
    private struct Prompted: Sendable {
        let number: Int
        let replies: ReplyStream
    }

    func add(to routes: inout RouteTable) {
        routes.post("/v1/completions", complete)
    }

    private func complete(_ request: Request, _ context: ServingContext) async throws -> Response {
        let completion = try await bodies.json(of: request) { try CompletionRequest($0) }
        try service.check(completion.model)
        let prompted = try completion.prompts.enumerated().map { number, prompt in
            let generation = try service.generation(for: completion, prompt: prompt, partition: context.partition)
            return Prompted(number: number, replies: try service.scheduler.generate(generation))
        }
        let reply = CompletionReply(head: ReplyHead(prefix: "cmpl-", model: service.id), request: completion)
        guard !completion.wishes.streams else {
            return stream(prompted, reply, includesUsage: completion.wishes.includesUsage, context)
        }
        return try await events.connections.whileOpen(context.channel) {
            var reply = reply
            for prompt in prompted {
                for try await event in metrics.timing(prompt.replies) { _ = reply.chunk(for: event, prompt: prompt.number) }
            }
            return .json(reply.object)
        }
    }

    /// Streams prompt after prompt; those behind go on meanwhile as far as their buffers reach.
    private func stream(_ prompted: [Prompted], _ reply: CompletionReply, includesUsage: Bool, _ context: ServingContext) -> Response {
        events.response(context) { sink in
            var reply = reply
            for prompt in prompted {
                for try await event in metrics.timing(prompt.replies) { await sink.send(reply.chunk(for: event, prompt: prompt.number)) }
            }
            if includesUsage { await sink.send(reply.usageChunk) }
            await sink.send(ServerSentEvents.end)
        }
    }
}
