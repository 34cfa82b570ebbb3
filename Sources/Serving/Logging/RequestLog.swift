import Diagnostics
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Names every request, and says in log and metrics how it went: method, route, status and time, never what a person wrote.
struct RequestLog: RouterMiddleware {
    typealias Context = ServingContext

    let metrics: ServerMetrics
    /// The framework's own log is quieter.
    let logger: Logger
    static let header = HTTPField.Name("x-request-id")

    func handle(
        _ request: Request, context: ServingContext, next: (Request, ServingContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.requestID = Self.identifier(proposed: Self.header.flatMap { request.headers[$0] })
        context.logger = logger
        context.logger[metadataKey: "request_id"] = .string(context.requestID)
        let outcome = RequestOutcome(method: request.method, context: context, metrics: metrics)
        metrics.begin()
        do {
            var response = try await next(request, context)
            if let header = Self.header { response.headers[header] = context.requestID }
            return outcome.following(response)
        } catch {
            outcome.end(status: .internalServerError, isWhole: false)
            throw error
        }
    }

    /// The name that a client gave, if it is one, or a new one.
    static func identifier(proposed: String?) -> String {
        if let proposed, (1...64).contains(proposed.utf8.count), proposed.utf8.allSatisfy(Self.isNameByte) { return proposed }
        return "req-" + RandomName.make()
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}

/// Tells log and metrics how a request ended, once its response has been written.
private struct RequestOutcome: Sendable {
    let method: HTTPRequest.Method
    let context: ServingContext
    let metrics: ServerMetrics
    private let start = ContinuousClock.now

    init(method: HTTPRequest.Method, context: ServingContext, metrics: ServerMetrics) {
        self.method = method
        self.context = context
        self.metrics = metrics
    }

    /// The response, whose end is told: at once where it is there whole, and where it streams when its last part has been written.
    func following(_ response: Response) -> Response {
        guard response.body.contentLength == nil else {
            end(status: response.status, isWhole: true)
            return response
        }
        var response = response
        let body = response.body, status = response.status
        response.body = ResponseBody { writer in
            do {
                try await body.write(writer)
                end(status: status, isWhole: true)
            } catch {
                end(status: status, isWhole: false)
                throw error
            }
        }
        return response
    }

    func end(status: HTTPResponse.Status, isWhole: Bool) {
        let duration = (ContinuousClock.now - start).seconds
        // The route's pattern, not its path: whatever stands there was written by somebody.
        let route = context.endpointPath ?? "none"
        metrics.end(method: method.rawValue, route: route, status: status.code, seconds: duration)
        context.logger.info(
            "request",
            metadata: [
                "method": "\(method.rawValue)", "route": "\(route)", "status": "\(status.code)", "whole": "\(isWhole)",
                "seconds": "\((duration * 1000).rounded() / 1000)",
            ])
    }
}

/// Names that nobody can guess.
enum RandomName {
    private static let letters = Array("0123456789abcdefghijklmnopqrstuvwxyz")

    /// 24 letters and digits: 124 bits of the system's randomness.
    static func make() -> String {
        String((0..<24).compactMap { _ in letters.randomElement() })
    }
}
