import Foundation
import ModelFiles
import NIOCore
import NIOPosix

/// Speaks HTTP to a server as a client would, and as no good client should: every byte is the test's own.
struct TestClient: Sendable {
    let port: Int

    /// One request on a connection of its own.
    func send(
        _ method: String, _ path: String, headers: [(String, String)] = [], body: String? = nil
    ) async throws -> TestResponse {
        let bytes = Array((body ?? "").utf8)
        var lines = ["\(method) \(path) HTTP/1.1", "Host: localhost:\(port)", "Connection: close"] + headers.map { "\($0.0): \($0.1)" }
        if body != nil { lines.append("Content-Length: \(bytes.count)") }
        return try await TestResponse(exchange(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + bytes))
    }

    func post(_ path: String, _ body: JSONValue, headers: [(String, String)] = []) async throws -> TestResponse {
        try await send("POST", path, headers: [("Content-Type", "application/json")] + headers, body: body.serialized())
    }

    func get(_ path: String, headers: [(String, String)] = []) async throws -> TestResponse {
        try await send("GET", path, headers: headers)
    }

    /// Sends bytes and reads until the server closes the connection.
    func exchange(_ bytes: [UInt8]) async throws -> [UInt8] {
        try await connected(sending: bytes) { inbound in
            var received: [UInt8] = []
            do {
                for try await buffer in inbound { received += buffer.readableBytesView }
            } catch {
                // A server that answers before it has read everything resets the connection behind its answer.
                if received.isEmpty { throw error }
            }
            return received
        }
    }

    /// Sends bytes and leaves once something has come back that `isEnough` takes.
    func leave(after bytes: [UInt8], once isEnough: @escaping @Sendable ([UInt8]) -> Bool) async throws {
        try await connected(sending: bytes) { inbound in
            var received: [UInt8] = []
            if isEnough(received) { return }
            for try await buffer in inbound {
                received += buffer.readableBytesView
                if isEnough(received) { return }
            }
        }
    }

    /// Connects, sends bytes at once, and lets `body` read what comes.
    func connected<Result: Sendable>(
        sending bytes: [UInt8] = [], _ body: @escaping @Sendable (NIOAsyncChannelInboundStream<ByteBuffer>) async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(FirstWords(bytes: bytes))
                    return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, _ in try await body(inbound) }
    }
}

/// Sends bytes as soon as there is a connection, in the thread that made it: other tests may keep all tasks waiting for longer than the
/// server waits for a request.
private final class FirstWords: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }

    func channelActive(context: ChannelHandlerContext) {
        if !bytes.isEmpty { context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil) }
        context.fireChannelActive()
    }
}

/// What came back.
struct TestResponse: Sendable {
    let status: Int
    /// By name, in small letters.
    let headers: [String: String]
    let body: String

    init(_ bytes: [UInt8]) throws {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.firstRange(of: "\r\n\r\n") else { throw TestClientError.noResponse(text) }
        let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
        guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
            throw TestClientError.noResponse(text)
        }
        self.status = status
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts.last.map { $0.trimmingCharacters(in: .whitespaces) }
        }
        self.headers = headers
        let rest = String(text[end.upperBound...])
        body = headers["transfer-encoding"] == "chunked" ? Self.joined(rest) : rest
    }

    /// The chunks of a body put together.
    private static func joined(_ chunked: String) -> String {
        var bytes = Array(chunked.utf8)[...], joined: [UInt8] = []
        while let end = bytes.firstIndex(of: 0x0D) {
            let size = Int(String(decoding: bytes[..<end], as: UTF8.self), radix: 16) ?? 0
            if size == 0 { break }
            joined += bytes[(end + 2)...].prefix(size)
            bytes = bytes[(end + 2)...].dropFirst(size + 2)
        }
        return String(decoding: joined, as: UTF8.self)
    }

    var json: JSONValue {
        get throws { try JSONValue(parsing: Array(body.utf8), path: "the response") }
    }

    /// The data of server-sent events.
    var events: [String] {
        body.components(separatedBy: "\n\n").filter { !$0.isEmpty }.map { String($0.trimmingPrefix("data: ")) }
    }
}

enum TestClientError: Error {
    case noResponse(String)
}

extension JSONValue {
    subscript(key: String) -> JSONValue? { object?[key] }
    subscript(index: Int) -> JSONValue? { array.flatMap { $0.indices.contains(index) ? $0[index] : nil } }
}
