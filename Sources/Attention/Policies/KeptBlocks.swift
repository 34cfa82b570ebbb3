import KeyValues
import Tensors

/// What HiP remembers: the blocks of keys that each head found last.
struct KeptBlocks: SequenceMemory {
    /// One key/value head.
    struct Head: Hashable, Sendable {
        /// The positions that the search is good for.
        var positions = 0..<0
        /// Everything from this slot on is seen.
        var windowStart = 0
        /// Ascending.
        var blocks: [Int] = []
        /// Comparisons of a search that has just been made, until they are counted.
        var compared = 0
    }

    /// `[layers][key/value heads]`.
    var heads: [[Head]]
    /// The name of the method with its options.
    private let method: String

    init(method: String, for cache: KeyValueCache) {
        self.method = method
        heads = cache.specs.map { Array(repeating: Head(), count: $0.heads) }
    }

    var byteCount: Int { heads.joined().reduce(0) { $0 + $1.blocks.count * MemoryLayout<Int>.stride } }

    mutating func truncate(to tokens: Int) -> Bool {
        for layer in heads.indices {
            for head in heads[layer].indices where heads[layer][head].positions.lowerBound >= tokens { heads[layer][head] = Head() }
        }
        return true
    }

    // MARK: Saving

    var record: MemoryRecord {
        var record = MemoryRecord(method: method, tokens: heads.joined().map(\.positions.lowerBound).max() ?? 0)
        for (layer, heads) in heads.enumerated() {
            for (index, head) in heads.enumerated() {
                let numbers = [head.positions.lowerBound, head.positions.upperBound, head.windowStart] + head.blocks
                record.integers["blocks.\(layer).\(index)"] = numbers.map(Int32.init)
            }
        }
        return record
    }

    /// - Returns: nil where the record doesn't fit the cache.
    init?(_ record: MemoryRecord, for cache: KeyValueCache) {
        self.init(method: record.method, for: cache)
        for layer in heads.indices {
            for head in heads[layer].indices {
                guard let numbers = record.integers["blocks.\(layer).\(head)"]?.map(Int.init), numbers.count >= 3,
                    numbers.allSatisfy({ $0 >= 0 }),
                    (0...numbers[1]).contains(numbers[0]), (0...numbers[0]).contains(numbers[2]),
                    zip(numbers.dropFirst(3), numbers.dropFirst(4)).allSatisfy(<),
                    numbers.dropFirst(3).allSatisfy((0...numbers[2]).contains)
                else { return nil }
                heads[layer][head] = Head(positions: numbers[0]..<numbers[1], windowStart: numbers[2], blocks: Array(numbers[3...]))
            }
        }
    }
}
