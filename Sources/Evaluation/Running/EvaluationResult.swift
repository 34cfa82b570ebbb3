import Diagnostics
import Generation

/// One answered question: a line of `results.jsonl`.
package struct EvaluationResult: Codable, Equatable, Sendable {
    /// Over the model, how it reads, the text and the question: whatever the answer depends on.
    package let key: Fingerprint
    /// Tokens of the whole, room for the reply included.
    package let length: Int
    package let depth: Double?
    package let group: String?
    package let question: String
    package let references: [String]
    package let reply: String
    package let score: Double
    /// Cached keys that the last query's attention visited.
    package let visited: Int
    /// Reading the question and replying, without the text.
    package let seconds: Double
}

extension Fingerprint {
    /// Of a question about a text, asked of a model in one way.
    init(of question: EvaluationQuestion, about tokens: Fingerprint, benchmark: String, replyTokens: Int, identity: Fingerprint) {
        self.init(
            of: [
                benchmark, question.question, question.references.joined(separator: "\u{1}"), "\(tokens)", "\(replyTokens)", "\(identity)",
            ].joined(separator: "\u{0}").utf8)
    }

    init(of tokens: [Int32]) {
        self.init()
        tokens.withUnsafeBytes { add($0) }
    }
}
