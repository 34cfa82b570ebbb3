import HTTPTypes
import Hummingbird
import ModelFiles
import NIOCore

extension Response {
    /// A response that holds one JSON value.
    static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok) -> Response {
        Response(status: status, bytes: ByteBuffer(string: value.serialized()), type: "application/json")
    }

    /// A response with a text of a type.
    static func text(_ text: String, type: String) -> Response {
        Response(status: .ok, bytes: ByteBuffer(string: text), type: type)
    }

    init(_ error: APIError) {
        self = .json(error.json, status: error.status)
        if let seconds = error.retryAfter { headers[.retryAfter] = String(seconds) }
        if let allowed = error.allowed { headers[.allow] = allowed }
        if error.status == .unauthorized { headers[.wwwAuthenticate] = "Bearer" }
    }

    init(status: HTTPResponse.Status, bytes: ByteBuffer, type: String) {
        self.init(
            status: status,
            headers: [.contentType: type, .contentLength: String(bytes.readableBytes), .xContentTypeOptions: "nosniff"],
            body: ResponseBody(byteBuffer: bytes))
    }
}
