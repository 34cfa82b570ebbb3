import Diagnostics
import Tensors

/// Made-up weights of one storage type, as many bytes as a measurement wants: a few rows are drawn and quantised, and repeated.
struct WeightSamples {
    private let memory: Memory
    /// Rows that are drawn.
    private static let distinct = 16

    /// Room for weights of so many bytes, for one type after another.
    init(byteCount: Int) throws(MemoryError) { memory = try Memory.allocate(byteCount: byteCount) }

    /// Matrices of one shape, as many as so many bytes hold, at least one, filled with numbers.
    func matrices(_ type: StorageType, rows: Int, columns: Int, byteCount: Int, pool: WorkerPool) -> [Matrix] {
        guard let rowBytes = type.byteCount(of: columns) else { return [] }
        let matrixBytes = (rows * rowBytes + 63) / 64 * 64, count = max(1, min(byteCount, memory.byteCount) / matrixBytes)
        guard count * matrixBytes <= memory.byteCount else { return [] }
        fill(rowBytes: rowBytes, byteCount: count * matrixBytes, drawing: type, columns: columns, pool: pool)
        return (0..<count).map { Matrix(type: type, rows: rows, columns: columns, memory: memory, offset: $0 * matrixBytes) }
    }

    private func fill(rowBytes: Int, byteCount: Int, drawing type: StorageType, columns: Int, pool: WorkerPool) {
        var random = SplitMix64(seed: 1)
        let numbers = (0..<Self.distinct * columns).map { _ in Float(Int(random.next() >> 40) - 1 << 23) / Float(1 << 26) }
        let drawn = Tensor(rows: Self.distinct, columns: columns, numbers)
        _ = drawn.matrix.encode(rows: 0..<Self.distinct, as: type, into: memory.base, pool: pool)
        // What is filled doubles, until all is.
        var filled = min(Self.distinct * rowBytes, byteCount)
        while filled < byteCount {
            let more = min(filled, byteCount - filled)
            (memory.base + filled).copyMemory(from: memory.base, byteCount: more)
            filled += more
        }
    }
}
