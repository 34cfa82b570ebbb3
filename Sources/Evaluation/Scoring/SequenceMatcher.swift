/// How alike two texts are: twice the characters of their matching blocks, as a share of the characters of both. The longest block is found
/// first, then the longest ones before and behind it. (Ratcliff and Metzener, Pattern matching: the Gestalt approach, 1988.)
///
/// Exactly Python's `difflib.SequenceMatcher`, with its rule that characters that make up more than a hundredth of a second text of 200 and
/// more begin no block.
struct SequenceMatcher {
    private let first: CodePoints
    private let second: CodePoints
    /// Where each character stands in the second text, in rising order.
    private let places: [Unicode.Scalar: [Int]]

    private static let popularFrom = 200

    init(_ first: CodePoints, _ second: CodePoints) {
        self.first = first
        self.second = second
        var places = Dictionary(grouping: second.indices) { second[$0] }
        if second.count >= Self.popularFrom {
            let most = second.count / 100 + 1
            places = places.filter { $0.value.count <= most }
        }
        self.places = places
    }

    var ratio: Double {
        let length = first.count + second.count
        return length == 0 ? 1 : 2 * Double(matches) / Double(length)
    }

    /// Characters of all matching blocks.
    private var matches: Int {
        var sum = 0, open = [(first: first.startIndex..<first.endIndex, second: second.startIndex..<second.endIndex)]
        while let part = open.popLast() {
            let block = longestBlock(part.first, part.second)
            guard block.count > 0 else { continue }
            sum += block.count
            open.append((part.first.lowerBound..<block.first, part.second.lowerBound..<block.second))
            open.append((block.first + block.count..<part.first.upperBound, block.second + block.count..<part.second.upperBound))
        }
        return sum
    }

    /// The longest matching block of two parts, of several the one that begins first in the first text, and of those in the second.
    private func longestBlock(_ rows: Range<Int>, _ columns: Range<Int>) -> (first: Int, second: Int, count: Int) {
        var best = (first: rows.lowerBound, second: columns.lowerBound, count: 0)
        // By the column at which they end: how long the blocks are that end at the row before.
        var lengths: [Int: Int] = [:]
        for row in rows {
            var next: [Int: Int] = [:]
            for column in places[first[row]] ?? [] where column >= columns.lowerBound {
                guard column < columns.upperBound else { break }
                let length = (lengths[column - 1] ?? 0) + 1
                next[column] = length
                if length > best.count { best = (row - length + 1, column - length + 1, length) }
            }
            lengths = next
        }
        return extended(best, rows, columns)
    }

    /// A block together with equal characters around it that begin none.
    private func extended(
        _ block: (first: Int, second: Int, count: Int), _ rows: Range<Int>, _ columns: Range<Int>
    ) -> (first: Int, second: Int, count: Int) {
        var block = block
        while block.first > rows.lowerBound, block.second > columns.lowerBound, first[block.first - 1] == second[block.second - 1] {
            block = (block.first - 1, block.second - 1, block.count + 1)
        }
        while block.first + block.count < rows.upperBound, block.second + block.count < columns.upperBound,
            first[block.first + block.count] == second[block.second + block.count]
        { block.count += 1 }
        return block
    }

    /// Whole hundredths, as `fuzzywuzzy` gives them without python-Levenshtein. An empty text is like no other.
    static func similarity(_ first: CodePoints, _ second: CodePoints) -> Double {
        if first == second { return 1 }
        if first.isEmpty || second.isEmpty { return 0 }
        return (SequenceMatcher(first, second).ratio * 100).rounded(.toNearestOrEven) / 100
    }
}
