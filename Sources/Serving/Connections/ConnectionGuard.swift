import NIOCore
import NIOHTTPTypes

/// Watches one connection: notes when it is lost, and closes it where the client takes too long to send a request or to read a response.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let connections: Connections
    private let limits: TimeLimits
    /// Closes the connection unless the request has come whole by then.
    private var sendingDeadline: Scheduled<Void>?
    /// Closes the connection unless the client has read something by then.
    private var readingDeadline: Scheduled<Void>?

    init(connections: Connections, limits: TimeLimits) {
        self.connections = connections
        self.limits = limits
    }

    func handlerAdded(context: ChannelHandlerContext) { connections.opened(context.channel) }

    func channelInactive(context: ChannelHandlerContext) {
        sendingDeadline?.cancel()
        readingDeadline?.cancel()
        connections.closed(context.channel)
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed { connections.lost(context.channel) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            connections.began(context.channel)
            sendingDeadline?.cancel()
            sendingDeadline = closing(context, after: limits.request)
        case .end:
            sendingDeadline?.cancel()
            sendingDeadline = nil
        case .body: break
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { connections.ended(context.channel) }
        context.write(data, promise: promise)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        readingDeadline?.cancel()
        readingDeadline = context.channel.isWritable ? nil : closing(context, after: limits.reading)
        context.fireChannelWritabilityChanged()
    }

    private func closing(_ context: ChannelHandlerContext, after time: TimeAmount) -> Scheduled<Void> {
        let channel = context.channel
        return context.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
    }
}

/// How long a client may take.
struct TimeLimits: Sendable {
    /// For a whole request to come.
    let request: TimeAmount
    /// For anything to come: the next part of a request, or the next request.
    let idle: TimeAmount
    /// For anything of a response to be taken.
    let reading: TimeAmount
}
