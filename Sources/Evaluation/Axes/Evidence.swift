/// The smallest part of a text from which a question can be answered, in figures.
package struct Evidence: Codable, Equatable, Sendable {
    /// Tokens of the evidence.
    package let tokens: Int
    /// Places that it stands in; what is nearer together than `gap` tokens is one.
    package let count: Int
    /// From its first token to its last, as a share of the text.
    package let spread: Double
    /// The longest chain of places of which one must be known to tell what the next is.
    package let hops: Int
    /// Places that look like evidence and are none.
    package let distractors: Int
    /// The share of the question's telling words that stand in the evidence: 1 for a literal match, 0 for a paraphrase.
    package let lexicalCue: Double

    private static let gap = 50
    /// Words of questions that tell nothing.
    private static let plainWords: Set<String> = [
        "about", "above", "all", "answer", "are", "does", "for", "find", "from", "how", "mentioned", "most", "only", "provided", "question",
        "tell", "text", "that", "the", "there", "this", "was", "were", "what", "when", "where", "which", "who", "whose", "with", "you",
    ]

    init(spans: [Range<Int>], textTokens: Int, hops: Int, distractors: Int, lexicalCue: Double) {
        let spans = spans.sorted { $0.lowerBound < $1.lowerBound }
        tokens = spans.reduce(0) { $0 + $1.count }
        count = spans.isEmpty ? 0 : 1 + zip(spans, spans.dropFirst()).count { $1.lowerBound - $0.upperBound >= Self.gap }
        let end = spans.map(\.upperBound).max() ?? 0, start = spans.first?.lowerBound ?? 0
        spread = textTokens > 0 ? Double(end - start) / Double(textTokens) : 0
        self.hops = hops
        self.distractors = distractors
        self.lexicalCue = lexicalCue
    }

    static func lexicalCue(of question: String, in evidence: String) -> Double {
        let asked = words(question).subtracting(plainWords)
        guard !asked.isEmpty else { return 0 }
        return Double(asked.intersection(words(evidence)).count) / Double(asked.count)
    }

    private static func words(_ text: String) -> Set<String> {
        Set(text.lowercased().split { !$0.isLetter && !$0.isNumber }.filter { $0.count > 2 }.map(String.init))
    }
}
