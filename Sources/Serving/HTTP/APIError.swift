import Diagnostics
import HTTPTypes
import ModelFiles

/// Why a request is not served, in the shape that OpenAI's API gives its errors.
///
///     {"error": {"message": …, "type": …, "param": …, "code": …}}
struct APIError: Error, Equatable, Sendable {
    let status: HTTPResponse.Status
    /// One helpful sentence, safe to be shown to whoever sent the request.
    var message: String
    /// The class of the error: "invalid_request_error".
    let type: String
    /// The parameter that is wrong: "messages[0].role".
    var parameter: String?
    /// A word that programs can compare: "model_not_found".
    var code: String?
    /// Seconds after which it is worth trying again.
    var retryAfter: Int?
    /// Methods that the path knows, for a request with another one.
    var allowed: String?

    var json: JSONValue { ["error": .object(body)] }

    private var body: JSONObject {
        [
            "message": .string(message), "type": .string(type), "param": parameter.map(JSONValue.string) ?? .null,
            "code": code.map(JSONValue.string) ?? .null,
        ]
    }
}

// MARK: - The usual ones

extension APIError {
    static let invalidRequest = "invalid_request_error"
    private static let serverError = "server_error"

    /// The request itself is wrong.
    static func invalid(_ message: String, parameter: String? = nil, code: String? = nil) -> APIError {
        APIError(status: .badRequest, message: message, type: invalidRequest, parameter: parameter, code: code)
    }

    /// OpenAI's API knows the parameter, and this server cannot do what it asks for.
    static func unsupported(_ parameter: String, _ reason: String) -> APIError {
        invalid("'\(parameter)' is not supported here: \(reason).", parameter: parameter, code: "unsupported_parameter")
    }

    static func unauthorized(_ message: String) -> APIError {
        APIError(status: .unauthorized, message: message, type: "authentication_error", code: "invalid_api_key")
    }

    static func forbidden(_ message: String) -> APIError {
        APIError(status: .forbidden, message: message, type: invalidRequest, code: "forbidden")
    }

    static func notFound(_ message: String, parameter: String? = nil, code: String = "not_found") -> APIError {
        APIError(status: .notFound, message: message, type: invalidRequest, parameter: parameter, code: code)
    }

    static func conflict(_ message: String, retryAfter: Int? = nil) -> APIError {
        APIError(status: .conflict, message: message, type: invalidRequest, code: "conflict", retryAfter: retryAfter)
    }

    static func methodNotAllowed(_ method: HTTPRequest.Method, allowed: [HTTPRequest.Method]) -> APIError {
        let names = allowed.map(\.rawValue).sorted().joined(separator: ", ")
        return APIError(
            status: .methodNotAllowed, message: "This path does not know the method \(method.rawValue); it takes \(names).",
            type: invalidRequest, code: "method_not_allowed", allowed: names)
    }

    static func tooLarge(limit: Int) -> APIError {
        APIError(
            status: .contentTooLarge, message: "The request is larger than the \(limit) bytes that this server takes.",
            type: invalidRequest,
            code: "request_too_large")
    }

    static func tooMany(_ message: String, retryAfter: Int) -> APIError {
        APIError(status: .tooManyRequests, message: message, type: "rate_limit_error", code: "rate_limit_exceeded", retryAfter: retryAfter)
    }

    static func unavailable(_ message: String, retryAfter: Int) -> APIError {
        APIError(status: .serviceUnavailable, message: message, type: serverError, code: "unavailable", retryAfter: retryAfter)
    }

    static func notImplemented(_ message: String) -> APIError {
        APIError(status: .notImplemented, message: message, type: serverError, code: "not_implemented")
    }

    /// Nobody reads this but the log, which counts it apart from failures.
    static let clientGone = APIError(
        status: HTTPResponse.Status(code: 499, reasonPhrase: "Client Closed Request"), message: "The client went away.",
        type: invalidRequest, code: "client_gone")

    /// Something went wrong that the client has no part in; what exactly stands in the log.
    static let `internal` = APIError(
        status: .internalServerError, message: "The server failed at this request; its log says why.", type: serverError,
        code: "internal_error")
}
