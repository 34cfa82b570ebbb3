import Foundation

/// Logits that a decoder must find, written down beside a model by `Scripts/make-decoder-goldens.py`.
///
/// They come from a float64 forward pass in numpy; `peer` states how far llama.cpp lies from it, and its logits stand in
/// `Row.peerLogits`.
struct GoldenLogits: Codable, Sendable {
    /// A run of tokens, and what a decoder says after each.
    struct Case: Codable, Sendable {
        /// The text behind the tokens, where there is one.
        let prompt: String?
        let tokens: [Int32]
        /// The likeliest next token after each position [tokens].
        let argmax: [Int32]
        /// By how much the likeliest logit leads the next one, at the least, over all positions and the greedy tokens.
        let smallestLead: Double
        /// The continuation after all tokens that takes the likeliest each time.
        let greedy: [Int32]
        let rows: [Row]
    }

    /// Logits after one position.
    struct Row: Codable, Sendable {
        let position: Int
        /// The ten likeliest tokens, best first, and their logits.
        let topTokens: [Int]
        let topLogits: [Double]
        /// `logits` holds those of the tokens 0, `stride`, 2·`stride` …
        let stride: Int
        let logits: [Double]
        /// The same tokens' logits by llama.cpp, run on a float32 copy of the model.
        let peerLogits: [Double]?
    }

    /// How another program's logits compare with these.
    struct Peer: Codable, Sendable {
        struct Difference: Codable, Sendable {
            /// Over all tokens of all positions of all cases.
            let largestDifference: Double
            /// At how many positions the likeliest token is the same.
            let equalArgmax: Int
        }

        let name: String
        /// On the same numbers widened to float32.
        let float32Copy: Difference
        /// On the file as it stands, where that program rounds activations too.
        let asStored: Difference?
    }

    /// The file that the logits belong to.
    let model: String
    let sha256: String
    /// The storage type of the model's matrices.
    let weights: String
    let cases: [Case]
    let peer: Peer?
}

extension GoldenLogits {
    /// The models in `Tests/Fixtures/decoders`: Qwen2 (biases, paired halves, tied, Q8_0) and Llama 3 (interleaved pairs,
    /// frequency factors, its own output head, F16).
    static let tinyModels = ["qwen2-tiny", "llama3-tiny"]

    /// Loads the golden called `name`.
    static func named(_ name: String) throws -> GoldenLogits {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Self.self, from: Data(contentsOf: TestFiles.decoders.appending(path: name + ".json")))
    }

    /// Where the tiny model called `name` lies.
    static func modelPath(_ name: String) -> String { TestFiles.decoders.appending(path: name + ".gguf").path }
}

extension GoldenLogits.Row {
    /// The largest absolute difference between `logits` [vocabulary] and the golden ones.
    func largestDifference(from logits: [some BinaryFloatingPoint]) -> Double {
        let sampled = zip(self.logits, Swift.stride(from: 0, to: logits.count, by: stride)).map { abs($0 - Double(logits[$1])) }
        let top = zip(topLogits, topTokens).map { abs($0 - Double(logits[$1])) }
        return (sampled + top).max() ?? .infinity
    }
}

/// The token with the highest logit; the first of equal ones.
func likeliest(_ logits: [some BinaryFloatingPoint]) -> Int32 {
    logits.indices.max { logits[$0] < logits[$1] }.map(Int32.init) ?? -1
}

/// Where the tests of this target find their files.
enum TestFiles {
    /// The root of the package.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let decoders = root.appending(path: "Tests/Fixtures/decoders")
    /// The real model stories260K, which lies beside the package; tests that need it are skipped where it is missing.
    static let stories = root.deletingLastPathComponent().appending(path: "shared/data/models/stories260K")
    static let storyModelPath = stories.appending(path: "stories260K-f32.gguf").path
    static var hasStories: Bool { FileManager.default.fileExists(atPath: storyModelPath) }
}

/// The story that stories260K tells when it always takes the likeliest token (`expected-greedy.json` beside the model).
struct GreedyStory: Codable, Sendable {
    let promptIds: [Int32]
    let generatedIds: [Int32]
    let text: String

    static func load() throws -> GreedyStory {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Self.self, from: Data(contentsOf: TestFiles.stories.appending(path: "expected-greedy.json")))
    }
}
