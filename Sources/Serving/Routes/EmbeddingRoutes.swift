import Foundation
import Hummingbird
import ModelFiles
import NIOPosix
import Retrieval

/// Vectors of texts: `/v1/embeddings`.
struct EmbeddingRoutes: Sendable {
    let service: EmbeddingService?
    let bodies: RequestBodies
    let connections: Connections

    func add(to routes: inout RouteTable) {
        routes.post("/v1/embeddings", embed)
    }

    private func embed(_ request: Request, _ context: ServingContext) async throws -> Response {
        guard let service else {
            throw APIError.notImplemented("This server makes no embeddings; `apus serve --embedding-model MODEL` does.")
        }
        let wanted = try await bodies.json(of: request) { try EmbeddingRequest($0) }
        if let model = wanted.model, model != service.id {
            throw APIError.notFound(
                "The model for embeddings here is '\(service.id)', not '\(model)'.", parameter: "model", code: "model_not_found")
        }
        if let dimensions = wanted.dimensions, dimensions != service.embedder.dimensions {
            throw APIError.invalid(
                "The model's vectors have \(service.embedder.dimensions) numbers, and can have no other count.", parameter: "dimensions",
                code: "invalid_value")
        }
        return try await connections.whileOpen(context.channel) {
            // Long texts take their time, in which others want to be answered.
            let texts = try await NIOThreadPool.singleton.runIfActive { try service.prepare(wanted.input) }
            let vectors = try await service.embed(texts)
            return .json(Self.reply(vectors, tokens: texts.reduce(0) { $0 + $1.tokens.count }, as: wanted.encoding, by: service.id))
        }
    }

    private static func reply(
        _ vectors: [[Float]], tokens: Int, as encoding: EmbeddingRequest.Encoding, by model: String
    ) -> JSONValue {
        let data = vectors.enumerated().map { index, vector -> JSONValue in
            ["object": "embedding", "index": .integer(index), "embedding": written(vector, as: encoding)]
        }
        return [
            "object": "list", "data": .array(data), "model": .string(model),
            "usage": ["prompt_tokens": .integer(tokens), "total_tokens": .integer(tokens)],
        ]
    }

    private static func written(_ vector: [Float], as encoding: EmbeddingRequest.Encoding) -> JSONValue {
        switch encoding {
        // The shortest decimals that are these numbers.
        case .float: .array(vector.map { .number(Double("\($0)") ?? Double($0)) })
        case .base64:
            .string(
                Data(
                    vector.flatMap { number in
                        let bits = number.bitPattern
                        return (0..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
                    }
                ).base64EncodedString())
        }
    }
}
