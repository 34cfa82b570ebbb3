import Diagnostics
import Generation

/// How well one segment of a text was predicted: a line of `results.jsonl`.
struct PerplexityResult: KeyedResult, Equatable, Sendable {
    /// Over the model, how it reads, and the segment.
    let key: Fingerprint
    let text: String
    /// The segment's first token in its text.
    let firstToken: Int
    /// Bytes of the tokens that were predicted.
    let byteCount: Int
    /// That it took; nil in what was kept by earlier versions.
    let seconds: Double?
    let bands: [PerplexityReport.Bucket]
}
