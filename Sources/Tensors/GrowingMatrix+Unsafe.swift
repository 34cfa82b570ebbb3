/// Rows of float32 that come one after another, in one run of memory so that they can be multiplied by.
///
/// A value: copies share memory until one of them grows.
package struct GrowingMatrix: Sendable {
    package let columns: Int
    package private(set) var rows = 0
    private var memory = Memory.required(byteCount: 0)

    package init(columns: Int) { self.columns = columns }

    private var rowBytes: Int { columns * MemoryLayout<Float>.stride }

    /// What the rows take, in bytes.
    package var byteCount: Int { rows * rowBytes }

    package mutating func append(_ row: [Float]) {
        precondition(row.count == columns, "a row of \(row.count) numbers for a matrix of \(columns) columns")
        let end = rows * rowBytes
        let isShared = !isKnownUniquelyReferenced(&memory)
        if end + rowBytes > memory.byteCount || isShared {
            // A copy is a fork's as a rule, which grows by little more.
            let larger = Memory.required(byteCount: max(isShared ? end + end / 8 : 2 * end, end + rowBytes))
            larger.base.copyMemory(from: memory.base, byteCount: end)
            memory = larger
        }
        row.withUnsafeBytes { bytes in
            if let base = bytes.baseAddress { (memory.base + end).copyMemory(from: base, byteCount: bytes.count) }
        }
        rows += 1
    }

    /// Forgets all rows but the first.
    package mutating func keep(rows count: Int) {
        precondition(count >= 0 && count <= rows, "keeping \(count) of \(rows) rows")
        rows = count
    }

    /// The first rows as a matrix, valid until the next row is appended.
    package func matrix(rows count: Int) -> Matrix {
        precondition(count <= rows, "\(count) rows of a matrix of \(rows)")
        return Matrix(type: .f32, rows: count, columns: columns, memory: memory)
    }

    /// All numbers, row after row.
    package var array: [Float] {
        Array(UnsafeBufferPointer(start: memory.base.assumingMemoryBound(to: Float.self), count: rows * columns))
    }

    /// A matrix of these numbers, row after row.
    package init(columns: Int, _ numbers: [Float]) {
        precondition(columns > 0 && numbers.count.isMultiple(of: columns), "\(numbers.count) numbers in rows of \(columns)")
        self.columns = columns
        for first in stride(from: 0, to: numbers.count, by: columns) { append(Array(numbers[first..<first + columns])) }
    }
}
