import BuiltInModel
import Foundation
import ModelFiles
import Retrieval
import Testing

@testable import Serving

@Suite("Embeddings over HTTP")
struct EmbeddingRouteTests {
    private static func run(_ test: @escaping @Sendable (TestClient, Embedder) async throws -> Void) async throws {
        let embedder = try Embedder(at: BuiltInModel.path(), pooling: .mean, threads: 2)
        try await LiveServer.run({ $0.embedder = embedder }) { try await test($0, embedder) }
    }

    private static func vectors(_ response: TestResponse) throws -> [[Float]] {
        try (response.json["data"]?.array ?? []).map { ($0["embedding"]?.array ?? []).compactMap { $0.number.map(Float.init) } }
    }

    @Test("Texts become vectors in their order, alone and together, and so do tokens")
    func vectors() async throws {
        try await Self.run { client, embedder in
            let texts = ["The keeper has the key.", "A box"]
            let response = try await client.post("/v1/embeddings", ["input": .array(texts.map { .string($0) })])
            let vectors = try Self.vectors(response), json = try response.json
            #expect(response.status == 200 && json["object"] == "list" && json["data"]?[1]?["index"] == 1)
            #expect(vectors.map(\.count) == [embedder.dimensions, embedder.dimensions])
            let expected = try await embedder.embed(embedder.prepare(texts.map { Array($0.utf8) }))
            #expect(vectors == expected)
            let tokens = try await client.post("/tokenize", ["content": .string(texts[1])]).json["tokens"] ?? []
            let fromTokens = try Self.vectors(await client.post("/v1/embeddings", ["input": tokens]))
            let alone = try Self.vectors(await client.post("/v1/embeddings", ["input": .string(texts[1])]))
            #expect(fromTokens == alone && alone.count == 1)
            #expect(zip(alone[0], vectors[1]).allSatisfy { abs($0 - $1) < 1e-4 })
            let counts = try embedder.prepare(texts.map { Array($0.utf8) }).map(\.tokens.count)
            #expect(json["usage"]?["prompt_tokens"]?.integer == counts.reduce(0, +))
        }
    }

    @Test("In base64 they are the same numbers")
    func base64() async throws {
        try await Self.run { client, _ in
            let plain = try Self.vectors(await client.post("/v1/embeddings", ["input": "A box"]))
            let coded = try await client.post("/v1/embeddings", ["input": "A box", "encoding_format": "base64"])
            let written = try #require(coded.json["data"]?[0]?["embedding"]?.string), bytes = try #require(Data(base64Encoded: written))
            let numbers = stride(from: 0, to: bytes.count, by: 4).map { start in
                Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << (8 * UInt32($1)) })
            }
            #expect(numbers == plain[0])
        }
    }

    @Test("What cannot be embedded is refused")
    func refusals() async throws {
        try await Self.run { client, _ in
            let long = JSONValue.string(String(repeating: "The keeper of the gate. ", count: 400))
            let cases: [(request: JSONValue, status: Int, code: JSONValue)] = [
                (["input": ""], 400, "invalid_value"), (["input": []], 400, "invalid_value"), (["input": ["a", 1]], 400, "invalid_value"),
                ([:], 400, "missing_required_parameter"), (["input": long], 400, "context_length_exceeded"),
                (["input": [1, 1_000_000]], 400, "invalid_value"), (["input": "a", "dimensions": 7], 400, "invalid_value"),
                (["input": "a", "encoding_format": "hex"], 400, "invalid_value"),
                (["input": "a", "model": "other"], 404, "model_not_found"), (["input": "a", "imput": "b"], 400, "unknown_parameter"),
            ]
            for (request, status, code) in cases {
                let response = try await client.post("/v1/embeddings", request)
                #expect(response.status == status, "\(response.body)")
                #expect(try response.json["error"]?["code"] == code, "\(response.body)")
            }
        }
    }
}
