import CKernels
import Diagnostics

/// Which keys of its sequence a query sees, as training computes it.
package enum PackedPattern: Hashable, Sendable {
    /// Those up to its own, or the last of them only, its own included.
    case causal(window: Int?)
    /// All.
    case whole
    /// So many on either side of its own. The first tokens of the sequence see all and are seen by all.
    /// (Beltagy et al., Longformer: The Long-Document Transformer, 2020.)
    case window(side: Int, globals: Int)
    /// Blocks: its own, the neighbours of that, the first and the last, and some drawn by chance; the first and the last block see all.
    /// (Zaheer et al., Big Bird: Transformers for Longer Sequences, 2020.)
    case blocks(random: Int, seed: UInt64)

    /// Tokens of a block.
    package static let block = Int(TRAINING_BLOCK)

    /// The blocks of keys that a block of queries sees, in a sequence of so many blocks; nil for patterns that are not made of blocks.
    package func keyBlocks(ofQueries query: Int, blocks: Int) -> Set<Int>? {
        guard case .blocks(let random, let seed) = self else { return nil }
        guard query > 0, query < blocks - 1 else { return Set(0..<blocks) }
        let kept: Set = [0, query - 1, query, query + 1, blocks - 1]
        var others = (0..<blocks).filter { !kept.contains($0) }, generator = SplitMix64(seed: seed ^ UInt64(query) << 32)
        for place in others.indices.prefix(random) {
            others.swapAt(place, place + Int(generator.next() % UInt64(others.count - place)))
        }
        return kept.union(others.prefix(random))
    }

    func table(tokens: Int) -> KeyBlockTable? {
        let blocks = (tokens + Self.block - 1) / Self.block
        guard blocks > 0, keyBlocks(ofQueries: 0, blocks: blocks) != nil else { return nil }
        return KeyBlockTable((0..<blocks).map { keyBlocks(ofQueries: $0, blocks: blocks) ?? [] })
    }
}

/// For each block of queries the blocks of keys that it sees: a row of bits each, filled up to whole words, in memory that stays where it is
/// while kernels read it.
// Sendable because nothing changes it once it is made.
final class KeyBlockTable: @unchecked Sendable {
    private let words: UnsafeMutablePointer<UInt64>

    init(_ rows: [Set<Int>]) {
        let wordsPerRow = (rows.count + 63) / 64, count = rows.count * wordsPerRow
        words = .allocate(capacity: count)
        words.initialize(repeating: 0, count: count)
        for (row, keys) in rows.enumerated() {
            for key in keys { words[row * wordsPerRow + key / 64] |= 1 << UInt64(key % 64) }
        }
    }

    deinit { words.deallocate() }

    /// Valid as long as the table lives.
    var pointer: UnsafePointer<UInt64> { UnsafePointer(words) }
}
