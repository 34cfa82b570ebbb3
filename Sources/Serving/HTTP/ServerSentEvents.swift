import AsyncAlgorithms
import HTTPTypes
import Hummingbird
import ModelFiles
import NIOCore

/// Responses that come event by event (the form `text/event-stream` of the HTML standard).
struct ServerSentEvents: Sendable {
    let connections: Connections

    /// What ends a stream in OpenAI's API.
    static let end = "[DONE]"

    /// A response whose events `produce` sends. It is cancelled when the client goes away, and waits where the client is slow to read.
    ///
    /// An error that it throws becomes an event, since the status has been sent by then.
    func response(_ context: ServingContext, _ produce: @escaping @Sendable (Sink) async throws -> Void) -> Response {
        let connections = connections, channel = context.channel, logger = context.logger
        let body = ResponseBody { writer in
            let sink = Sink(buffers: AsyncChannel())
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    defer { sink.buffers.finish() }
                    do {
                        try await connections.whileOpen(channel) { try await produce(sink) }
                    } catch let error where !(error is ClientGone || error is CancellationError) {
                        let failure = APIError(of: error)
                        if failure.isInternal { logger.error("request failed", metadata: ["error": "\(error)"]) }
                        await sink.send(failure.json)
                    }
                }
                for await buffer in sink.buffers { try await writer.write(buffer) }
                try await group.waitForAll()
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: Self.headers, body: body)
    }

    /// Where events are sent to.
    struct Sink: Sendable {
        fileprivate let buffers: AsyncChannel<ByteBuffer>

        func send(_ value: JSONValue) async { await send(value.serialized()) }

        /// - Parameter data: one line.
        func send(_ data: String) async { await buffers.send(ServerSentEvents.frame(data)) }
    }

    /// How an event is written.
    static func frame(_ data: String) -> ByteBuffer { ByteBuffer(string: "data: \(data)\n\n") }

    private static let headers: HTTPFields = [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-cache"]
}
