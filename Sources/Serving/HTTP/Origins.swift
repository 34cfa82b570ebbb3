import HTTPTypes
import Hummingbird

/// Which web pages may use the server: its own, and those from the origins that are named.
///
/// A browser tells with a request from which origin the page comes. Requests from other pages are refused, not only kept from being read,
/// since a request alone costs work. A server on loopback also looks at the name that it is called by, so that a page cannot reach
/// it through a name of its own that leads to this machine.
struct Origins: RouterMiddleware {
    typealias Context = ServingContext

    /// Origins that are allowed beside the server's own: "https://example.org"; "*" for all.
    let allowed: [String]
    /// Whether the server listens on loopback alone.
    let isLoopback: Bool

    private static let methods = "GET, POST, DELETE, OPTIONS"
    private static let headers = "authorization, content-type, x-request-id"

    func handle(
        _ request: Request, context: ServingContext, next: (Request, ServingContext) async throws -> Response
    ) async throws -> Response {
        if isLoopback, let host = request.head.authority, !Self.isLoopbackName(host) {
            throw APIError.forbidden("This server listens on this machine alone and answers to localhost, not to \"\(host)\".")
        }
        guard let origin = request.headers[.origin] else { return try await next(request, context) }
        if Self.isOwn(origin, authority: request.head.authority) { return try await next(request, context) }
        guard allowed.contains("*") || allowed.contains(origin) else {
            throw APIError.forbidden("Pages from \(origin) may not use this server; start it with --cors-origin \(origin) to allow them.")
        }
        var response =
            request.method == .options
            ? Response(status: .noContent, headers: Self.preflight) : try await answer(request, context, next)
        response.headers[.accessControlAllowOrigin] = origin
        response.headers[.vary] = "Origin"
        response.headers[.accessControlExposeHeaders] = "x-request-id, retry-after"
        return response
    }

    /// Errors too must carry the headers, or the page cannot read them.
    private func answer(
        _ request: Request, _ context: ServingContext, _ next: (Request, ServingContext) async throws -> Response
    ) async throws -> Response {
        try await ErrorResponses().handle(request, context: context, next: next)
    }

    private static let preflight: HTTPFields = [
        .accessControlAllowMethods: methods, .accessControlAllowHeaders: headers, .accessControlMaxAge: "600",
    ]

    private static func isOwn(_ origin: String, authority: String?) -> Bool {
        guard let authority else { return false }
        return origin == "http://" + authority || origin == "https://" + authority
    }

    /// Whether a host, with or without a port, is this machine for itself.
    static func isLoopbackName(_ authority: String) -> Bool {
        let name: Substring
        if authority.hasPrefix("[") {
            name = authority.dropFirst().prefix { $0 != "]" }
        } else {
            let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
            name = parts.count > 2 ? authority[...] : parts.first ?? ""
        }
        let lower = name.lowercased()
        return lower == "localhost" || lower.hasSuffix(".localhost") || lower == "::1" || isLoopbackNumber(lower)
    }

    private static func isLoopbackNumber(_ name: String) -> Bool {
        let numbers = name.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return numbers.count == 4 && !numbers.contains(nil) && numbers[0] == 127
    }
}
