import Diagnostics
import HTTPTypes
import Hummingbird

/// The keys that requests may come with; none means that nobody is asked for one.
package struct APIKeys: Sendable {
    /// Digests of the keys, so that a comparison takes the same time whatever was sent.
    private let digests: [SHA256Digest]

    package init(_ keys: [String]) {
        digests = keys.map { SHA256Digest(of: Array($0.utf8)) }
    }

    package var isEmpty: Bool { digests.isEmpty }

    /// The partition of a key, which tells nothing of the key itself; nil for a key that is not one of these.
    func partition(of key: String) -> String? {
        let digest = SHA256Digest(of: Array(key.utf8))
        var isKnown = false
        for known in digests where known.equalsInConstantTime(digest) { isKnown = true }
        return isKnown ? digest.description : nil
    }
}

/// Lets those requests pass that bring a key, where there are keys.
struct KeyCheck: RouterMiddleware {
    typealias Context = ServingContext

    let keys: APIKeys
    /// Paths that anybody may ask for: the page, which then asks for a key, and whether the server lives.
    let open: Set<String>

    func handle(
        _ request: Request, context: ServingContext, next: (Request, ServingContext) async throws -> Response
    ) async throws -> Response {
        if keys.isEmpty { return try await next(request, context) }
        var context = context
        if let key = request.bearerToken {
            guard let partition = keys.partition(of: key) else { throw APIError.unauthorized("The API key is not one of this server's.") }
            context.partition = partition
        } else if !open.contains(request.uri.path) {
            throw APIError.unauthorized("This server wants an API key: send it in the header \"Authorization: Bearer KEY\".")
        }
        return try await next(request, context)
    }
}

extension Request {
    fileprivate var bearerToken: String? {
        guard let header = headers[.authorization] else { return nil }
        let words = header.split(separator: " ", maxSplits: 1)
        guard words.count == 2, words[0].lowercased() == "bearer" else { return nil }
        return String(words[1])
    }
}
