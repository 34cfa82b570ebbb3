/// Cuts code where its statements begin, for encoders that read short texts (SEA: Hu et al., Revisiting Code Search in a Two-Stage
/// Paradigm; Tackling Long Code Search, 2022, arXiv:2208.11271).
///
/// The paper cuts where nodes of a syntax tree begin. Statements by brackets and indentation stand in for these, so that no parser for
/// each language is needed.
package enum CodePieces {
    /// Statements nested deeper begin no piece.
    private static let deepest = 4
    /// A piece begins more than so many rows below the one before.
    package static let fewestRows = 3

    /// Consecutive ranges of the text whose sum is the whole. Code whose brackets do not match is one piece.
    package static func split(_ bytes: [UInt8], language: CodeLanguage) -> [Range<Int>] {
        split(CodeStructure(bytes, language: language), rows: nil)
    }

    /// The same for some lines of a program.
    static func split(_ structure: CodeStructure, rows: Range<Int>?) -> [Range<Int>] {
        let rows = rows ?? structure.lines.indices
        guard let first = rows.first else { return [] }
        let lines = structure.lines, whole = lines[first].range.lowerBound..<lines[rows.upperBound - 1].range.upperBound
        guard structure.isBalanced else { return [whole] }
        let base = rows.lazy.filter { lines[$0].isStart }.map { lines[$0].depth }.min() ?? 0
        var starts = [first], last = first
        for row in rows where lines[row].isStart && lines[row].depth - base <= deepest && row - last > fewestRows {
            starts.append(row)
            last = row
        }
        let offsets = starts.map { lines[$0].range.lowerBound } + [whole.upperBound]
        return zip(offsets, offsets.dropFirst()).map { $0..<$1 }
    }
}

/// How consecutive pieces are put together to blocks, of which neighbours share half.
package enum BlockWindow: Hashable, Sendable {
    /// As many pieces as have room in a block; the next block begins in the middle.
    case tokens
    /// So many pieces, the next block beginning `step` further, as the paper has it.
    case pieces(count: Int, step: Int)

    /// The paper's.
    package static let paper = BlockWindow.pieces(count: 32, step: 16)

    /// Runs of pieces, by their numbers. Every piece is in one at least.
    ///
    /// - Parameters:
    ///   - costs: the tokens of each piece.
    ///   - limit: the most tokens of a block.
    package func blocks(_ costs: [Int], limit: Int) -> [Range<Int>] {
        guard !costs.isEmpty else { return [] }
        switch self {
        case .tokens: return Self.filled(costs, limit: limit)
        case .pieces(let count, let step):
            let starts = stride(from: 0, to: max(1, costs.count - 1), by: max(1, step))
            return starts.map { $0..<min(costs.count, $0 + max(count, step, 2)) }
        }
    }

    private static func filled(_ costs: [Int], limit: Int) -> [Range<Int>] {
        var blocks: [Range<Int>] = [], start = 0
        while true {
            var end = start + 1, sum = costs[start]
            while end < costs.count, sum + costs[end] <= limit {
                sum += costs[end]
                end += 1
            }
            blocks.append(start..<end)
            guard end < costs.count else { return blocks }
            // The next begins where half of this one's tokens are behind it, and leaves nothing out.
            var middle = start, passed = 0
            while middle < end, passed + costs[middle] <= sum / 2 {
                passed += costs[middle]
                middle += 1
            }
            start = min(end, max(start + 1, middle))
            while start < end, costs[start...end].reduce(0, +) > limit { start += 1 }
        }
    }
}
