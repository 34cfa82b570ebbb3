import ApusTesting
import Diagnostics
import Documents
import Generation

/// A tiny model with a long window, a text, and a folder for what tests write.
struct ReadingFixture {
    let folder: TemporaryFolder
    let modelPath: String
    let model: Model

    init(seed: UInt64 = 1, type: TinyModel.Family = .llama, window: Int = 16384) throws {
        folder = try TemporaryFolder()
        modelPath = try TinyModel(
            family: type, layers: 1, width: 32, heads: 2, keyValueHeads: 1, feedForward: 32, contextLength: window, seed: seed
        )
        .write(to: folder.file("tiny.gguf"))
        model = try Model(at: modelPath, threads: 2)
    }

    /// About `bytes` bytes of sentences that differ; with the tiny model's byte vocabulary, as many tokens.
    static func text(bytes: Int, from first: Int = 0) throws -> DocumentSet {
        var text = "", number = first
        while text.utf8.count < bytes {
            text += "In the year \(1500 + number * 37 % 500) the keeper of gate \(number) was called N\(number * 7919 % 1009). "
            number += 1
        }
        return try DocumentSet(text: String(text.prefix(bytes)), name: "chronicle.txt")
    }

    /// The greedy answer to a question.
    func answer(_ reading: Reading, _ question: String = "Who?", tokens: Int = 12, sources: Int = 0) async throws -> GenerationReport {
        try await Self.report(of: reading.ask(question, options: GenerationOptions(maxTokens: tokens, sources: sources)))
    }

    static func report(of stream: AsyncThrowingStream<GeneratedPiece, any Error>) async throws -> GenerationReport {
        var text = ""
        for try await piece in stream {
            text += piece.text
            if let report = piece.report {
                guard report.text == text else { throw StreamDiffers(streamed: text, reported: report.text) }
                return report
            }
        }
        throw StreamDiffers(streamed: text, reported: nil)
    }

    struct StreamDiffers: Error {
        let streamed: String
        let reported: String?
    }
}
