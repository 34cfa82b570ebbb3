import Diagnostics

/// How well one segment of a text was predicted: a line of `results.jsonl`.
struct PerplexityResult: KeyedResult, Equatable, Sendable {
    struct Band: Codable, Equatable, Sendable {
        let firstPosition: Int
        let tokens: Int
        /// In nats.
        let meanLoss: Double
    }

    /// Over the model, how it reads, and the segment.
    let key: Fingerprint
    let text: String
    /// The segment's first token in its text.
    let firstToken: Int
    /// Bytes of the tokens that were predicted.
    let byteCount: Int
    let bands: [Band]

    var tokens: Int { bands.reduce(0) { $0 + $1.tokens } }
    /// In nats, of all tokens.
    var loss: Double { bands.reduce(0) { $0 + $1.meanLoss * Double($1.tokens) } }
}
