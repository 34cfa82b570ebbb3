import Diagnostics

/// How many questions of which lengths, and what else decides them: all that is needed to run the same again.
package struct EvaluationSettings: Codable, Hashable, Sendable {
    /// Tokens of a text with its question and the reply.
    package var lengths: [Int]
    /// Questions of each length.
    package var cases: Int
    package var seed: UInt64
    /// The command that runs it again; nil where no command ran it.
    package var command: String?

    package init(lengths: [Int], cases: Int, seed: UInt64, command: String? = nil) {
        self.lengths = lengths
        self.cases = cases
        self.seed = seed
        self.command = command
    }
}

/// A file that texts were made of.
package struct EvaluationSource: Codable, Hashable, Sendable {
    package let name: String
    package let byteCount: Int
    package let fingerprint: Fingerprint

    package init(name: String, bytes: [UInt8]) {
        self.name = name
        byteCount = bytes.count
        fingerprint = Fingerprint(of: bytes)
    }

    /// "moby.txt (1215236 bytes, fingerprint 0123456789abcdef)".
    package var sentence: String { "\(name) (\(byteCount) bytes, fingerprint \(fingerprint))" }
}
