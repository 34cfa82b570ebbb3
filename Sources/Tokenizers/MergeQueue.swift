/// A binary heap of 64-bit keys that gives the smallest first.
struct MergeQueue {
    private var keys: [UInt64] = []

    /// Keys taken in so far: the work of merging, which tests bound.
    private(set) var pushCount = 0

    /// Adds a key in O(log n).
    mutating func push(_ key: UInt64) {
        pushCount += 1
        keys.append(key)
        var child = keys.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard key < keys[parent] else { break }
            keys[child] = keys[parent]
            child = parent
        }
        keys[child] = key
    }

    /// Takes the smallest key in O(log n).
    mutating func pop() -> UInt64? {
        guard let smallest = keys.first, let moved = keys.popLast() else { return nil }
        guard !keys.isEmpty else { return smallest }
        var parent = 0
        while true {
            var child = parent * 2 + 1
            guard child < keys.count else { break }
            if child + 1 < keys.count, keys[child + 1] < keys[child] { child += 1 }
            guard keys[child] < moved else { break }
            keys[parent] = keys[child]
            parent = child
        }
        keys[parent] = moved
        return smallest
    }
}
