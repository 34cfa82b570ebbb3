/// Finds about the best blocks of keys from coarse to fine: near keys have similar scores, so that one block stands for a range.
///
/// A range is halved, each half is scored by the block in its centre, and the best halves go on; `2 · kept` blocks are scored in each of
/// about `log2(blocks / kept)` rounds. (Lee et al., HiP Attention, 2024.)
package struct HierarchicalSearch: Hashable, Sendable {
    /// The blocks to choose from.
    package let blocks: Range<Int>
    /// How many to choose.
    package let kept: Int

    package init(blocks: Range<Int>, kept: Int) {
        precondition(kept > 0, "a search for \(kept) blocks")
        self.blocks = blocks
        self.kept = kept
    }

    /// How many blocks are scored at most.
    package var mostScored: Int {
        guard blocks.count > kept else { return 0 }
        let widest = (blocks.count + kept - 1) / kept
        return 2 * kept * (Int.bitWidth - (widest - 1).leadingZeroBitCount)
    }

    /// - Parameter scores: of some blocks.
    /// - Returns: as many blocks as are to be kept, or all if there are no more, ascending.
    package func run(scores: ([Int]) -> [Float]) -> [Int] {
        guard blocks.count > kept else { return Array(blocks) }
        var nodes = (0..<kept).map { index in
            blocks.lowerBound + blocks.count * index / kept..<blocks.lowerBound + blocks.count * (index + 1) / kept
        }
        while nodes.contains(where: { $0.count > 1 }) {
            let branches = nodes.flatMap(Self.halves)
            nodes = scores(branches.map(Self.centre)).placesOfLargest(kept).map { branches[$0] }
        }
        return nodes.map(\.lowerBound)
    }

    private static func centre(of node: Range<Int>) -> Int { node.lowerBound + node.count / 2 }

    private static func halves(of node: Range<Int>) -> [Range<Int>] {
        guard node.count > 1 else { return [node] }
        return [node.lowerBound..<centre(of: node), centre(of: node)..<node.upperBound]
    }
}
