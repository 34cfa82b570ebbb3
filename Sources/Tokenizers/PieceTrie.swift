/// Finds all pieces that a place in a text begins with, in one walk: a tree of bytes whose nodes lie in the order of breadth,
/// so that the children of each are neighbours, at nine bytes a node.
struct PieceTrie: Sendable {
    /// By node: the byte that leads to it.
    private var labels: [UInt8] = [0]
    /// By node: the piece that ends there; -1 where none does.
    private var pieces: [Int32] = [-1]
    /// By node: its first child. Those of the next node follow, so that an entry more gives the end of the last.
    private var firstChildren: [Int32] = []
    /// By byte: the child of the root; 0 where there is none.
    private var initial = [Int32](repeating: 0, count: 256)

    static let root: Int32 = 0

    /// Of equal pieces the last is found, and empty ones never are.
    init(_ list: PieceList, where isWanted: (Int) -> Bool) {
        var order = (0..<list.count).filter { isWanted($0) && !list.range($0).isEmpty }
        let bytes = list.bytes
        order.sort { first, second in
            let (left, right) = (list.range(first), list.range(second))
            return bytes[left] == bytes[right] ? first < second : bytes[left].lexicographicallyPrecedes(bytes[right])
        }
        /// The pieces that begin with what leads to each node of a level, as runs of `order`.
        var level = [0..<order.count]
        var depth = 0
        while !level.isEmpty {
            var next: [Range<Int>] = []
            for run in level {
                firstChildren.append(Int32(labels.count))
                addChildren(of: run.drop { list.range(order[$0]).count <= depth }, depth: depth, list, order, &next)
            }
            level = next
            depth += 1
        }
        firstChildren.append(Int32(labels.count))
        for child in Int(firstChildren[0])..<Int(firstChildren[1]) { initial[Int(labels[child])] = Int32(child) }
    }

    private mutating func addChildren(
        of run: Range<Int>, depth: Int, _ list: PieceList, _ order: [Int], _ next: inout [Range<Int>]
    ) {
        var start = run.lowerBound
        while start < run.upperBound {
            let label = list.bytes[list.range(order[start]).lowerBound + depth]
            var end = start
            var piece: Int32 = -1
            while end < run.upperBound, list.bytes[list.range(order[end]).lowerBound + depth] == label {
                if list.range(order[end]).count == depth + 1 { piece = Int32(order[end]) }
                end += 1
            }
            labels.append(label)
            pieces.append(piece)
            next.append(start..<end)
            start = end
        }
    }

    /// The node that `byte` leads to from `node`; nil where no piece goes on so.
    @inline(__always)
    func child(of node: Int32, by byte: UInt8) -> Int32? {
        if node == Self.root {
            let child = initial[Int(byte)]
            return child == 0 ? nil : child
        }
        var low = Int(firstChildren[Int(node)])
        var high = Int(firstChildren[Int(node) + 1])
        while high - low > 4 {
            let middle = (low + high) / 2
            if labels[middle] <= byte { low = middle } else { high = middle }
        }
        while low < high {
            if labels[low] == byte { return Int32(low) }
            low += 1
        }
        return nil
    }

    /// The piece that ends at `node`.
    @inline(__always)
    func piece(at node: Int32) -> Int32? {
        let piece = pieces[Int(node)]
        return piece < 0 ? nil : piece
    }

    /// The longest piece that `bytes` have from `start` on, and where it ends.
    func longestPiece(in bytes: [UInt8], from start: Int, limit: Int) -> (piece: Int32, end: Int)? {
        var node = Self.root
        var index = start
        var found: (piece: Int32, end: Int)?
        while index < limit, let next = child(of: node, by: bytes[index]) {
            node = next
            index += 1
            if let piece = piece(at: node) { found = (piece, index) }
        }
        return found
    }
}
