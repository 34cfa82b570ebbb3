import CKernels

extension Compute {
    /// Calls `body` for runs of values that together are all of them. Where they are cut depends on their number alone.
    func forEachRun(of count: Int, length: Int = 1 << 14, _ body: (_ run: Range<Int>) -> Void) {
        pool.forEach((count + length - 1) / length) { piece, _ in
            body(piece * length..<min((piece + 1) * length, count))
        }
    }

    /// Calls `body` for every row with memory to which the rows of a piece add their share of `width` sums; adds the shares to `sums`
    /// in the order of the pieces, which depend on the number of rows alone.
    func addOverRows(
        _ rows: Int, width: Int, to sums: UnsafeMutablePointer<Float>, _ body: (_ row: Int, _ share: UnsafeMutablePointer<Float>) -> Void
    ) {
        let pieceRows = max(16, (rows + 63) / 64), pieces = (rows + pieceRows - 1) / pieceRows
        let shares = pool.sharedScratch(byteCount: pieces * width * MemoryLayout<Float>.stride).assumingMemoryBound(to: Float.self)
        pool.forEach(pieces) { piece, _ in
            let share = shares + piece * width
            share.update(repeating: 0, count: width)
            for row in piece * pieceRows..<min((piece + 1) * pieceRows, rows) { body(row, share) }
        }
        for piece in 0..<pieces { kernels.elementwise.add(shares + piece * width, width, sums) }
    }

    /// The sum of `body` over runs of values, added up in their order.
    func sum(over count: Int, length: Int, _ body: (_ run: Range<Int>) -> Double) -> Double {
        let pieces = (count + length - 1) / length
        let parts = pool.sharedScratch(byteCount: pieces * MemoryLayout<Double>.stride).assumingMemoryBound(to: Double.self)
        forEachRun(of: count, length: length) { run in parts[run.lowerBound / length] = body(run) }
        return (0..<pieces).reduce(0) { $0 + parts[$1] }
    }
}
