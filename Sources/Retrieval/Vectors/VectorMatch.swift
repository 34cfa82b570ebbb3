/// A stored vector that is near a query's.
package struct VectorMatch: Hashable, Sendable {
    /// The passage that it stands for.
    package let passage: Int64
    /// The block of it, or `wholePassage`.
    package let block: Int32
    /// The cosine between the two.
    package let score: Float

    package init(passage: Int64, block: Int32, score: Float) {
        self.passage = passage
        self.block = block
        self.score = score
    }

    package static let wholePassage: Int32 = -1
}

/// The best of many matches, one for each passage.
package struct BestMatches {
    private let capacity: Int
    private var kept: [VectorMatch] = []
    /// What a match must pass to be among the best.
    private var threshold = -Float.infinity

    package init(capacity: Int) { self.capacity = max(1, capacity) }

    package mutating func add(_ match: VectorMatch) {
        guard match.score >= threshold, !match.score.isNaN else { return }
        kept.append(match)
        if kept.count >= 4 * capacity + 64 { prune() }
    }

    /// Best first; equal ones in the order of their passages.
    package var sorted: [VectorMatch] {
        var pruned = self
        pruned.prune()
        return pruned.kept
    }

    /// What falls out could not come back: of a passage only its best counts, and later matches only push others down.
    private mutating func prune() {
        var seen: Set<Int64> = [], pruned: [VectorMatch] = []
        kept.sort { ($1.score, $0.passage, $0.block) < ($0.score, $1.passage, $1.block) }
        for match in kept where pruned.count < capacity && seen.insert(match.passage).inserted { pruned.append(match) }
        kept = pruned
        if kept.count == capacity, let last = kept.last { threshold = last.score }
    }
}
