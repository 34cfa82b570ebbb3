import Generation
import Hummingbird
import ModelFiles
import NIOPosix
import Tokenizers

/// What there is: the model, the ways to read, and its tokens.
struct ModelRoutes: Sendable {
    let service: ModelService
    let embeddings: EmbeddingService?
    let bodies: RequestBodies

    /// A file that does both is listed once.
    private var other: EmbeddingService? { embeddings.flatMap { $0.id == service.id ? nil : $0 } }

    func add(to routes: inout RouteTable) {
        routes.get("/v1/models") { _, _ in
            .json(["object": "list", "data": .array([service.json] + [other?.json].compactMap(\.self))])
        }
        routes.get("/v1/models/:model") { _, context in
            if let other, context.parameters.get("model") == other.id { return .json(other.json) }
            try service.check(context.parameters.get("model"))
            return .json(service.json)
        }
        routes.get("/v1/methods") { _, _ in .json(["object": "list", "data": .array(MethodList.all)]) }
        routes.post("/tokenize", tokenize)
        routes.post("/detokenize", detokenize)
    }

    private func tokenize(_ request: Request, _ context: ServingContext) async throws -> Response {
        let wanted = try await bodies.json(of: request) { try TokenizeRequest($0) }, tokenizer = service.tokenizer
        // A long text takes its time, in which others want to be answered.
        let tokens = try await NIOThreadPool.singleton.runIfActive {
            tokenizer.encode(wanted.content, addSpecial: wanted.addsSpecial, parseSpecial: wanted.parsesSpecial)
        }
        return .json(["tokens": .array(tokens.map { .integer(Int($0)) })])
    }

    private func detokenize(_ request: Request, _ context: ServingContext) async throws -> Response {
        let bytes = try await bodies.json(of: request) { value in
            var fields = try Fields(value)
            guard let values = try fields.array("tokens") else { throw fields.missing("tokens") }
            let range = 0..<service.tokenizer.vocabularyCount
            let tokens = values.compactMap(\.wholeNumber).filter(range.contains).map(Int32.init)
            guard tokens.count == values.count else {
                throw fields.mistyped("tokens", "an array of numbers from 0 to \(range.upperBound - 1)")
            }
            try fields.finish()
            return service.tokenizer.decode(tokens)
        }
        return .json(["content": .string(String(decoding: bytes, as: UTF8.self))])
    }
}

/// A text whose tokens are wanted.
private struct TokenizeRequest: Sendable {
    let content: String
    let addsSpecial: Bool
    let parsesSpecial: Bool

    init(_ value: JSONValue) throws(APIError) {
        var fields = try Fields(value)
        content = try fields.requiredString("content")
        addsSpecial = try fields.bool("add_special") ?? false
        parsesSpecial = try fields.bool("parse_special") ?? false
        try fields.finish()
    }
}
