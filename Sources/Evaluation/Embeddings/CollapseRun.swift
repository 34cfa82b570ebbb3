import Diagnostics
import Training

/// How alike the vectors of different texts of one length are.
package struct CollapseScore: Sendable {
    /// Tokens of a text.
    package let length: Int
    package let texts: Int
    /// The mean cosine of all pairs.
    package let meanCosine: Double
    /// The mean distance of vectors, brought to a length of 1, to their centre.
    package let meanDistance: Double
}

/// How alike a model's vectors become with the length of texts: the longer they are, the more their vectors point the same way.
/// (Zhou et al., Length-Induced Embedding Collapse in PLM-based Models, 2024.)
package struct CollapseRun: Sendable {
    private let subject: any EmbeddingSubject
    private let lengths: [Int]
    private let count: Int
    private let seed: UInt64
    private let texts: [CorpusText]

    /// Tokens of the texts that stretches are cut out of: for each stretch so many times its length.
    private static let room = 2

    /// - Parameters:
    ///   - lengths: tokens of a text.
    ///   - count: texts of each length, at least 2.
    ///   - texts: what they are cut out of.
    package init(_ subject: any EmbeddingSubject, lengths: [Int], count: Int, seed: UInt64 = 0, texts: [CorpusText]) {
        precondition(count >= 2, "\(count) texts have no pairs")
        self.subject = subject
        self.lengths = lengths
        self.count = count
        self.seed = seed
        self.texts = texts
    }

    /// - Parameter found: is told each score as it comes.
    /// - Throws: `EvaluationError` for a length without room; `Interrupted`.
    package func perform(
        progress: @escaping ProgressHandler, cancellation: Cancellation, found: (CollapseScore) throws -> Void
    ) async throws {
        let hay = try SentenceHay(texts, tokens: Self.room * count * (lengths.max() ?? 0), subject: subject)
        let framing = subject.framingTokens(prefix: nil)
        for length in lengths {
            guard length > framing else { throw EvaluationError.tooShort("collapse", length: length, needed: framing + 1) }
            var random = CorpusRandom(seed: seed, length)
            let stretches = (0..<count).map { number in
                // Each in a part of its own, so that no two share a sentence where the text is long enough.
                let part = max(1, hay.sentences.count / count)
                return stretch(of: hay, from: number * part + random.below(max(1, part / 2)), tokens: length - framing)
            }
            let (vectors, _) = try await subject.vectors(of: stretches, prefix: nil, progress: progress, cancellation: cancellation)
            try found(Self.score(vectors, length: length))
        }
    }

    /// So many tokens from a sentence on, or a word less.
    private func stretch(of hay: SentenceHay, from first: Int, tokens: Int) -> String {
        let longest = hay.sentences.map(\.tokens).max() ?? 0
        let words = hay.run(from: first, tokens: tokens + longest).joined().split(separator: " ")
        func beginning(_ count: Int) -> String { words.prefix(count).joined(separator: " ") }
        return beginning(largest(in: 0...words.count) { subject.tokenCount(of: beginning($0)) <= tokens } ?? 0)
    }

    static func score(_ vectors: [[Float]], length: Int) -> CollapseScore {
        let unit = vectors.map { vector in
            let size = vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
            return vector.map { size > 0 ? Double($0) / size : 0 }
        }
        let count = Double(unit.count), columns = unit.first?.indices ?? 0..<0
        let centre = columns.map { column in unit.reduce(0) { $0 + $1[column] } / count }
        // The sum over all pairs is the square of the sum, less the vectors' own squares.
        let squares = centre.reduce(0) { $0 + $1 * $1 } * count * count
        let own = unit.reduce(0) { $0 + $1.reduce(0) { $0 + $1 * $1 } }
        let distances = unit.map { vector in zip(vector, centre).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot() }
        return CollapseScore(
            length: length, texts: unit.count, meanCosine: (squares - own) / (count * (count - 1)),
            meanDistance: distances.reduce(0, +) / count)
    }
}
