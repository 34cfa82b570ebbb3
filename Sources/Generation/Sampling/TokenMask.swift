/// Which tokens of a vocabulary may come next: a bit for each.
package struct TokenMask: Hashable, Sendable {
    /// The size of the vocabulary.
    package let tokenCount: Int
    /// Bits of 64 tokens a word, the lowest bit first; those behind the last token are 0.
    private(set) var words: [UInt64]

    /// Allows nothing.
    package init(tokenCount: Int) {
        self.tokenCount = max(tokenCount, 0)
        words = Array(repeating: 0, count: (self.tokenCount + 63) / 64)
    }

    /// Whether the token may come; one outside the vocabulary may not.
    package func contains(_ token: Int32) -> Bool {
        guard (0..<tokenCount).contains(Int(token)) else { return false }
        return words[Int(token) >> 6] >> UInt64(token & 63) & 1 != 0
    }

    /// Allows the token; one outside the vocabulary is left out.
    package mutating func insert(_ token: Int32) {
        guard (0..<tokenCount).contains(Int(token)) else { return }
        words[Int(token) >> 6] |= 1 << UInt64(token & 63)
    }

    /// Allows nothing any more, and keeps its memory.
    package mutating func removeAll() {
        for place in words.indices { words[place] = 0 }
    }

    /// Allows what `other` allows, too. Both are of one vocabulary.
    package mutating func formUnion(_ other: TokenMask) {
        for place in words.indices.prefix(other.words.count) { words[place] |= other.words[place] }
    }

    /// How many tokens may come.
    package var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    package var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

    /// Calls `body` with each token that may come, in rising order.
    package func forEach(_ body: (Int32) -> Void) {
        for (place, word) in words.enumerated() where word != 0 {
            var rest = word
            while rest != 0 {
                body(Int32(truncatingIfNeeded: place << 6 + rest.trailingZeroBitCount))
                rest &= rest - 1
            }
        }
    }

    /// The tokens that may come, in rising order.
    package var tokens: [Int32] {
        var tokens: [Int32] = []
        tokens.reserveCapacity(count)
        forEach { tokens.append($0) }
        return tokens
    }
}
