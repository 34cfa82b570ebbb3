/// A pair of neighbouring pieces.
struct PiecePair: Hashable, Comparable {
    let left: Int32
    let right: Int32

    static func < (one: PiecePair, other: PiecePair) -> Bool { (one.left, one.right) < (other.left, other.right) }
}

/// A binary heap of pairs that gives the most frequent first, and of equally frequent ones the smallest.
struct PairQueue {
    struct Entry: Equatable {
        let count: Int
        let pair: PiecePair

        /// Whether this one comes first.
        func precedes(_ other: Entry) -> Bool {
            count != other.count ? count > other.count : pair < other.pair
        }
    }

    private var entries: [Entry] = []

    /// Adds an entry in O(log n).
    mutating func push(_ entry: Entry) {
        entries.append(entry)
        var child = entries.count - 1
        while child > 0, entry.precedes(entries[(child - 1) / 2]) {
            entries[child] = entries[(child - 1) / 2]
            child = (child - 1) / 2
        }
        entries[child] = entry
    }

    /// Takes the first entry in O(log n).
    mutating func pop() -> Entry? {
        guard let first = entries.first, let moved = entries.popLast() else { return nil }
        guard !entries.isEmpty else { return first }
        var parent = 0
        while true {
            var child = parent * 2 + 1
            guard child < entries.count else { break }
            if child + 1 < entries.count, entries[child + 1].precedes(entries[child]) { child += 1 }
            guard entries[child].precedes(moved) else { break }
            entries[parent] = entries[child]
            parent = child
        }
        entries[parent] = moved
        return first
    }
}
