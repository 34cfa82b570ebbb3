import HTTPTypes
import Hummingbird

/// All routes of the server, from which the router is made: paths answer methods that they do not know with a list of those that they do.
struct RouteTable {
    typealias Handler = @Sendable (Request, ServingContext) async throws -> Response

    private struct Route {
        let method: HTTPRequest.Method
        let path: String
        let handler: Handler
    }

    private var routes: [Route] = []

    mutating func get(_ path: String, _ handler: @escaping Handler) { routes.append(Route(method: .get, path: path, handler: handler)) }

    mutating func post(_ path: String, _ handler: @escaping Handler) { routes.append(Route(method: .post, path: path, handler: handler)) }

    mutating func delete(_ path: String, _ handler: @escaping Handler) {
        routes.append(Route(method: .delete, path: path, handler: handler))
    }

    /// Methods by path, parameters written as `:name`.
    var methods: [String: Set<HTTPRequest.Method>] {
        Dictionary(routes.map { ($0.path, [$0.method]) }) { $0.union($1) }
    }

    private static let allMethods: [HTTPRequest.Method] =
        [.get, .head, .post, .put, .patch, .delete, .options, .connect, .trace] + [HTTPRequest.Method("QUERY")].compactMap { $0 }

    /// - Parameter middleware: what every request goes through, outermost first.
    func router(middleware: [any MiddlewareProtocol<Request, Response, ServingContext>]) -> Router<ServingContext> {
        let router = Router(context: ServingContext.self)
        for middleware in middleware { router.add(middleware: middleware) }
        for route in routes { router.on(RouterPath(route.path), method: route.method, use: route.handler) }
        for (path, known) in methods {
            let answered = known.contains(.get) ? known.union([.head]) : known
            if answered != known { router.on(RouterPath(path), method: .head, use: head(path)) }
            for method in Self.allMethods where !answered.contains(method) {
                router.on(RouterPath(path), method: method) { _, _ -> Response in
                    throw APIError.methodNotAllowed(method, allowed: Array(answered))
                }
            }
        }
        return router
    }

    /// The answer to GET without its body.
    private func head(_ path: String) -> Handler {
        let get = routes.first { $0.path == path && $0.method == .get }?.handler
        return { request, context in
            guard let response = try await get?(request, context) else { throw APIError.internal }
            return response.createHeadResponse()
        }
    }
}
