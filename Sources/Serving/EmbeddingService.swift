import Diagnostics
import Foundation
import ModelFiles
import Retrieval
import Synchronization

/// The model that makes vectors of texts, as the server offers it.
final class EmbeddingService: Sendable {
    let embedder: Embedder
    /// What requests call the model.
    let id: String
    private let created = Int(Date.now.timeIntervalSince1970)
    private let underWay = Mutex(0)

    /// Requests that may wait for one another; more are refused.
    private static let mostUnderWay = 64

    init(_ embedder: Embedder) {
        self.embedder = embedder
        id = ModelService.id(of: embedder.path)
    }

    /// As `/v1/models` lists it.
    var json: JSONValue {
        [
            "id": .string(id), "object": "model", "created": .integer(created), "owned_by": "apus",
            "context_length": .integer(embedder.window),
        ]
    }

    /// The texts of a request as the model is to see them.
    func prepare(_ input: EmbeddingRequest.Input) throws -> [PreparedText] {
        do {
            switch input {
            case .texts(let texts): return try embedder.prepare(texts)
            case .tokens(let tokens): return try embedder.prepare(tokens: tokens)
            }
        } catch EmbeddingError.textTooLong(let number, let tokens, let window) {
            throw APIError.invalid(
                "Text \(number) has \(tokens) tokens and the model reads at most \(window); split the text.", parameter: "input",
                code: "context_length_exceeded")
        } catch let error as EmbeddingError {
            throw APIError.invalid(error.description, parameter: "input", code: "invalid_value")
        }
    }

    /// One request after the other; a task that is cancelled ends between two passes.
    func embed(_ texts: [PreparedText]) async throws -> [[Float]] {
        let mayWait = underWay.withLock { count in
            guard count < Self.mostUnderWay else { return false }
            count += 1
            return true
        }
        guard mayWait else { throw APIError.tooMany("\(Self.mostUnderWay) requests are being embedded already.", retryAfter: 2) }
        defer { underWay.withLock { $0 -= 1 } }
        let cancellation = Cancellation()
        return try await withTaskCancellationHandler {
            try await embedder.embed(texts, cancellation: cancellation)
        } onCancel: {
            cancellation.cancel()
        }
    }
}
