/// Activations: float32 [rows, columns], row-major without gaps, aligned to 64 bytes.
///
/// Not Sendable: a tensor belongs to the one computation that writes it.
package final class Tensor {
    package let rows: Int
    package let columns: Int
    package let values: UnsafeMutablePointer<Float>

    private let memory: Memory
    private let owner: Owner
    /// Who decides what becomes of the memory.
    private enum Owner {
        case itself
        case pool(TensorPool)
        /// Another tensor, a part of which this one is.
        case tensor(Tensor)
    }

    init(rows: Int, columns: Int, memory: Memory, pool: TensorPool?) {
        self.rows = rows
        self.columns = columns
        self.memory = memory
        owner = pool.map(Owner.pool) ?? .itself
        values = memory.base.bindMemory(to: Float.self, capacity: max(rows * columns, 1))
    }

    /// A part of another tensor, which it keeps alive: rows of so many columns from the value `first` on.
    private init(rows: Int, columns: Int, of tensor: Tensor, from first: Int) {
        precondition(
            rows >= 0 && columns >= 0 && first >= 0 && first + rows * columns <= tensor.count,
            "[\(rows), \(columns)] from value \(first) of [\(tensor.rows), \(tensor.columns)]")
        self.rows = rows
        self.columns = columns
        memory = tensor.memory
        owner = .tensor(tensor)
        values = tensor.values + first
    }

    deinit {
        if case .pool(let pool) = owner { pool.takeBack(memory) }
    }

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

    /// A run of rows that shares this tensor's memory.
    package func rows(_ range: Range<Int>) -> Tensor {
        Tensor(rows: range.count, columns: columns, of: self, from: range.lowerBound * columns)
    }

    /// A run of values, counted through all rows, as one row that shares this tensor's memory.
    package func values(_ range: Range<Int>) -> Tensor { Tensor(rows: 1, columns: range.count, of: self, from: range.lowerBound) }

    /// The same numbers in rows of another length, in the same memory.
    package func reshaped(rows: Int, columns: Int) -> Tensor {
        precondition(rows * columns == count, "[\(self.rows), \(self.columns)] as [\(rows), \(columns)]")
        return Tensor(rows: rows, columns: columns, of: self, from: 0)
    }

    /// The numbers as weights that share this tensor's memory: they follow its changes. The tensor must outlive them if its memory comes
    /// from a pool.
    package var matrix: Matrix { matrix(as: .f32, rows: rows, columns: columns) }

    /// The tensor's memory as weights of another type or shape, which must find room in it; otherwise the same.
    package func matrix(as type: StorageType, rows: Int, columns: Int) -> Matrix {
        Matrix(type: type, rows: rows, columns: columns, memory: memory, offset: UnsafeRawPointer(values) - UnsafeRawPointer(memory.base))
    }

    /// Every value becomes zero.
    package func clear() { values.update(repeating: 0, count: count) }

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
