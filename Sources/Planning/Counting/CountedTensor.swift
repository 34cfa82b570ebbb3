/// Activations of which only the shape is known. Letting one go gives its memory back, as a tensor would.
final class CountedTensor {
    let rows: Int
    let columns: Int
    private let block: CountedPool.Block
    private let pool: CountedPool

    init(rows: Int, columns: Int, pool: CountedPool) {
        self.rows = rows
        self.columns = columns
        self.pool = pool
        block = pool.take(rows * columns * MemoryLayout<Float>.stride)
    }

    deinit { pool.takeBack(block) }

    var count: Int { rows * columns }
}

/// Keeps accounts as `TensorPool` keeps memory: blocks of powers of two, of which those given back are used again, and none is given up.
final class CountedPool {
    /// A block, of which as much is resident as was ever written.
    final class Block {
        let size: Int
        var written = 0

        init(size: Int) { self.size = size }
    }

    private var free: [Int: [Block]] = [:]
    private var blocks: [Block] = []

    private static let smallestBlock = 4096
    /// Blocks above are zeroed by the system when they are written, in pages of half this size.
    private static let largestCleared = 4 << 20

    /// Bytes that lie in memory.
    var residentBytes: Int {
        let page = Self.largestCleared / 2
        return blocks.reduce(0) { $0 + ($1.size > Self.largestCleared ? ($1.written + page - 1) / page * page : $1.size) }
    }

    func take(_ byteCount: Int) -> Block {
        let needed = max(byteCount, Self.smallestBlock), size = 1 << (Int.bitWidth - (needed - 1).leadingZeroBitCount)
        let block = free[size]?.popLast() ?? Block(size: size)
        if block.written == 0 { blocks.append(block) }
        block.written = max(block.written, needed)
        return block
    }

    func takeBack(_ block: Block) { free[block.size, default: []].append(block) }
}
