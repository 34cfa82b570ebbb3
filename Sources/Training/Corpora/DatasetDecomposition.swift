/// Cuts documents into pieces of 2ᵏ + 1 tokens: 2ᵏ inputs, each with its target.
///
/// Pouransari et al., "Dataset Decomposition: Faster LLM Training with Variable Sequence Length Curriculum" (2024), arXiv:2405.13226. No
/// piece mixes two documents, and none is padded; fewer than 2 to the least exponent, plus 1, tokens of a document are left over.
package struct DatasetDecomposition: Sendable {
    /// Exponents k of the lengths 2ᵏ.
    package let exponents: ClosedRange<Int>
    /// Where pieces begin in the corpus, by exponent.
    package private(set) var buckets: [[Int]]
    /// Tokens of documents that are in no piece.
    package private(set) var droppedTokens = 0
    /// Documents that gave no piece.
    package private(set) var droppedDocuments = 0

    /// - Parameter randomizes: whether documents that are longer than the longest piece are cut at random into pieces of all lengths, such
    ///   that each bucket gets as many tokens as the others, on average; otherwise into the longest.
    package init(_ corpus: TokenCorpus, exponents: ClosedRange<Int>, randomizes: Bool = true, seed: UInt64 = 0) {
        self.exponents = exponents
        buckets = Array(repeating: [], count: exponents.count)
        var random = CorpusRandom(seed: seed)
        for document in corpus.documents {
            let pieces = Self.pieces(of: document.range.count, exponents: exponents) { count in
                randomizes ? Self.exponent(count, &random) : count.upperBound
            }
            for piece in pieces {
                buckets[piece.exponent - exponents.lowerBound].append(document.range.lowerBound + piece.range.lowerBound)
            }
            droppedTokens += document.range.count - (pieces.last?.range.upperBound ?? 0)
            if pieces.isEmpty { droppedDocuments += 1 }
        }
    }

    /// A piece of one document.
    package struct Piece: Hashable, Sendable {
        package let exponent: Int
        /// Its tokens in the document: 2ᵏ + 1.
        package let range: Range<Int>
    }

    /// The pieces of a document of `count` tokens.
    /// - Parameter choose: the exponent for a stretch that is too long for the longest piece.
    package static func pieces(of count: Int, exponents: ClosedRange<Int>, choose: (ClosedRange<Int>) -> Int) -> [Piece] {
        var pieces: [Piece] = []
        var start = 0
        while count - start > 1 {
            let most = Int.bitWidth - 1 - (count - start - 1).leadingZeroBitCount
            guard most >= exponents.lowerBound else { break }
            let exponent = most > exponents.upperBound ? choose(exponents) : most
            let end = start + 1 << exponent + 1
            pieces.append(Piece(exponent: exponent, range: start..<end))
            start = end
        }
        return pieces
    }

    /// An exponent with a probability that is halved with each step up.
    static func exponent(_ exponents: ClosedRange<Int>, _ random: inout CorpusRandom) -> Int {
        exponents.lowerBound + random.place(weights: exponents.map { 1 / Double(1 << ($0 - exponents.lowerBound)) })
    }

    /// Inputs in the pieces of each bucket.
    package var inputCounts: [Int] {
        zip(exponents, buckets).map { exponent, pieces in pieces.count << exponent }
    }
}
