import HTTPTypes
import Hummingbird
import Logging

/// Gives every error the shape that OpenAI's API has for them.
struct ErrorResponses: RouterMiddleware {
    typealias Context = ServingContext

    func handle(
        _ request: Request, context: ServingContext, next: (Request, ServingContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let failure = APIError(of: error)
            // What a failure says of the machine belongs in the log, and what it says of the request does not.
            if failure.isInternal { context.logger.error("request failed", metadata: ["error": "\(error)"]) }
            return Response(failure)
        }
    }
}
