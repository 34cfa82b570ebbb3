/// How the vectors of a passage's blocks come to stand for the passage.
package enum BlockAggregation: String, CaseIterable, Codable, Hashable, Sendable {
    /// Their mean.
    case mean
    /// None: each stands for itself, and the passage is as near as its nearest block.
    case max
    /// The first block's alone, as if the text were cut there: what others are measured against.
    case first

    /// What is stored for a passage: the number of a block, or `VectorMatch.wholePassage`, and a vector of length 1.
    ///
    /// - Parameter blocks: as the model made them, of any length; one at least.
    package func vectors(of blocks: [[Float]]) -> [(block: Int32, vector: [Float])] {
        guard blocks.count > 1 else { return blocks.map { (VectorMatch.wholePassage, $0.normalized) } }
        switch self {
        case .mean: return [(VectorMatch.wholePassage, Self.mean(blocks).normalized)]
        case .max: return blocks.enumerated().map { (Int32($0), $1.normalized) }
        case .first: return [(VectorMatch.wholePassage, blocks[0].normalized)]
        }
    }

    static func mean(_ blocks: [[Float]]) -> [Float] {
        BlockFusion.weightedSum(blocks, weights: blocks.map { _ in 1 / Double(blocks.count) })
    }
}
