/// Activations: float32 [rows, columns], row-major without gaps, aligned to 64 bytes.
///
/// Not Sendable: a tensor belongs to the one computation that writes it.
package final class Tensor {
    package let rows: Int
    package let columns: Int
    package let values: UnsafeMutablePointer<Float>

    private let memory: Memory
    private let pool: TensorPool?

    init(rows: Int, columns: Int, memory: Memory, pool: TensorPool?) {
        self.rows = rows
        self.columns = columns
        self.memory = memory
        self.pool = pool
        values = memory.base.bindMemory(to: Float.self, capacity: max(rows * columns, 1))
    }

    deinit { pool?.takeBack(memory) }

    /// Zeros in memory of their own.
    package convenience init(rows: Int, columns: Int) {
        let byteCount = Tensor.byteCount(rows: rows, columns: columns)
        self.init(rows: rows, columns: columns, memory: .required(byteCount: byteCount), pool: nil)
    }

    /// A copy of the numbers.
    package convenience init(rows: Int, columns: Int, _ numbers: [Float]) {
        precondition(numbers.count == rows * columns, "\(numbers.count) numbers for a tensor [\(rows), \(columns)]")
        self.init(rows: rows, columns: columns)
        values.update(from: numbers, count: numbers.count)
    }

    /// All of a weight matrix as float32: norms, biases and other small weights are decoded once, when they are loaded.
    package convenience init(decoding matrix: Matrix) {
        self.init(rows: matrix.rows, columns: matrix.columns)
        for row in 0..<rows { matrix.decodeRow(row, into: values + row * columns) }
    }

    package var count: Int { rows * columns }

    /// The first value of a row.
    package func row(_ row: Int) -> UnsafeMutablePointer<Float> {
        precondition(row >= 0 && row < rows, "row \(row) of a tensor with \(rows)")
        return values + row * columns
    }

    /// Lends a row, `[columns]`, to `body`, for as long as that runs.
    package func withRow<Result, Problem: Error>(
        _ row: Int, _ body: (UnsafeBufferPointer<Float>) throws(Problem) -> Result
    ) throws(Problem) -> Result {
        defer { withExtendedLifetime(self) {} }
        return try body(UnsafeBufferPointer(start: self.row(row), count: columns))
    }

    /// Copies a run of rows into another tensor of as many columns, where they begin at the row `first`.
    package func copyRows(_ rows: Range<Int>, to other: Tensor, at first: Int = 0) {
        precondition(
            columns == other.columns && rows.lowerBound >= 0 && rows.upperBound <= self.rows && first >= 0
                && first + rows.count <= other.rows, "rows \(rows) of [\(self.rows), \(columns)] into [\(other.rows), \(other.columns)]")
        (other.values + first * columns).update(from: values + rows.lowerBound * columns, count: rows.count * columns)
    }

    package subscript(row: Int, column: Int) -> Float {
        get { values[index(row, column)] }
        set { values[index(row, column)] = newValue }
    }

    /// A copy of all values, row by row.
    package var array: [Float] { Array(UnsafeBufferPointer(start: values, count: count)) }

    private func index(_ row: Int, _ column: Int) -> Int {
        precondition(row >= 0 && row < rows && column >= 0 && column < columns, "[\(row), \(column)] of a tensor [\(rows), \(columns)]")
        return row * columns + column
    }

    static func byteCount(rows: Int, columns: Int) -> Int {
        precondition(rows >= 0 && columns >= 0, "a tensor [\(rows), \(columns)]")
        return rows * columns * MemoryLayout<Float>.stride
    }
}
