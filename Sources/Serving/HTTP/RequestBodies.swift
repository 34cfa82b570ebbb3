import HTTPTypes
import Hummingbird
import ModelFiles
import NIOCore
import Synchronization

/// Collects the bodies of requests within limits: of each, and of all that are held at a time.
final class RequestBodies: Sendable {
    /// Bytes of one body.
    let limit: Int
    /// Bytes of all bodies that are held at a time.
    private let totalLimit: Int
    private let held = Mutex(0)

    /// So many bodies of the largest size may be held at once.
    private static let largestAtOnce = 4

    init(limit: Int) {
        self.limit = limit
        totalLimit = limit.multipliedReportingOverflow(by: Self.largestAtOnce).overflow ? .max : limit * Self.largestAtOnce
    }

    /// Bytes of bodies that are held.
    var heldBytes: Int { held.withLock { $0 } }

    /// Reads a JSON body.
    func json<Value>(of request: Request, _ decode: (JSONValue) throws -> Value) async throws -> Value {
        try await bytes(of: request) { bytes in
            do throws(ModelFileError) {
                return try JSONValue(parsing: Array(bytes.readableBytesView), path: "the request")
            } catch {
                throw APIError.malformedJSON(error)
            }
        } then: {
            try decode($0)
        }
    }

    /// Reads a body whole and makes something of it; the bytes count as held until then.
    func bytes<Parsed, Value>(
        of request: Request, _ parse: (ByteBuffer) throws -> Parsed, then decode: (Parsed) throws -> Value
    ) async throws -> Value {
        let declared = request.headers[.contentLength].flatMap(Int.init)
        if let declared, declared > limit { throw APIError.tooLarge(limit: limit) }
        var collected = ByteBuffer()
        defer { release(collected.readableBytes) }
        for try await part in request.body {
            guard collected.readableBytes + part.readableBytes <= limit else { throw APIError.tooLarge(limit: limit) }
            try reserve(part.readableBytes)
            collected.writeImmutableBuffer(part)
        }
        // A connection that ends in the midst of a body looks like the end of the body.
        if let declared, declared != collected.readableBytes {
            throw APIError.invalid("The body ended after \(collected.readableBytes) of \(declared) bytes.", code: "incomplete_body")
        }
        return try decode(try parse(collected))
    }

    private func reserve(_ count: Int) throws(APIError) {
        let fits = held.withLock { held in
            guard held + count <= totalLimit else { return false }
            held += count
            return true
        }
        if !fits { throw .unavailable("Too many large requests are being received; try again in a while.", retryAfter: 5) }
    }

    private func release(_ count: Int) {
        held.withLock { $0 -= count }
    }
}

extension APIError {
    static func malformedJSON(_ error: ModelFileError) -> APIError {
        let place = error.offset.map { "At byte \($0) the body" } ?? "The body"
        let reason =
            switch error.problem {
            case .invalid(_, let reason): reason
            case .nestedTooDeeply(let limit): "has values nested more than \(limit) deep"
            default: "cannot be read"
            }
        return .invalid("The request is not well-formed JSON. \(place) \(reason).", code: "malformed_json")
    }
}
