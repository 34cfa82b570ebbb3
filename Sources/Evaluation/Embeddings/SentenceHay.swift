import Training

/// Sentences to make long texts of, each with its length.
struct SentenceHay {
    /// With the blank behind each.
    let sentences: [(text: String, tokens: Int)]

    /// The sentences of a text.
    /// - Parameter tokens: how many of them are needed; what comes later is not looked at.
    /// - Throws: `EvaluationError.shortHaystack` for a text without any.
    init(_ texts: [CorpusText], tokens: Int, subject: any EmbeddingSubject) throws(EvaluationError) {
        var sentences: [(text: String, tokens: Int)] = [], total = 0
        for text in texts {
            for sentence in Self.sentences(String(decoding: text.bytes, as: UTF8.self)) where total < tokens {
                let count = subject.tokenCount(of: sentence)
                guard count > 0 else { continue }
                sentences.append((sentence, count))
                total += count
            }
        }
        guard !sentences.isEmpty else { throw .shortHaystack(tokens: total) }
        self.sentences = sentences
    }

    /// A few sentences that say nothing, again and again.
    init(repeating sentences: [String], subject: any EmbeddingSubject) {
        self.sentences = sentences.map { ($0, max(1, subject.tokenCount(of: $0))) }
    }

    /// Whole sentences from one on, as many as so many tokens hold.
    func run(from first: Int, tokens: Int) -> [String] {
        var left = tokens, run: [String] = []
        for number in 0... {
            let next = sentences[(first + number) % sentences.count]
            guard next.tokens <= left else { break }
            left -= next.tokens
            run.append(next.text)
        }
        return run
    }

    /// A text of about so many tokens, never more, that hides a sentence somewhere.
    /// - Parameter depth: 0 for its beginning, up to 1 for its end.
    func text(tokens: Int, hiding item: (text: String, tokens: Int), depth: Double) -> String {
        var run = run(from: 0, tokens: max(0, tokens - item.tokens))
        run.insert(item.text, at: Int((Double(run.count) * depth).rounded()))
        return run.joined()
    }

    /// Parted behind full stops and at the ends of lines.
    private static func sentences(_ text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).flatMap { line in
            line.split(separator: ". ").map { $0.hasSuffix(".") ? "\($0) " : "\($0). " }
        }
    }
}
