extension Matrix {
    /// One row of numbers, as float32.
    package init(_ numbers: [Float]) throws(MemoryError) {
        let memory = try Memory.allocate(byteCount: numbers.count * StorageType.f32.blockBytes)
        numbers.withUnsafeBytes { if let base = $0.baseAddress { memory.base.copyMemory(from: base, byteCount: $0.count) } }
        self.init(type: .f32, rows: 1, columns: numbers.count, memory: memory)
    }

    /// The numbers with `addend` added to each, as float32.
    package func adding(_ addend: Float) throws(MemoryError) -> Matrix {
        let copy = try Matrix.allocate(type: .f32, rows: rows, columns: columns)
        let values = copy.memory.base.assumingMemoryBound(to: Float.self)
        for row in 0..<rows {
            decodeRow(row, into: values + row * columns)
            for column in 0..<columns { values[row * columns + column] += addend }
        }
        return copy
    }

    /// The mean of matrices of one shape, each number the sum in their order divided by their count, as float32.
    package static func mean(of parts: [Matrix]) throws(MemoryError) -> Matrix {
        guard let first = parts.first else { return try allocate(type: .f32, rows: 0, columns: 0) }
        precondition(parts.allSatisfy { $0.rows == first.rows && $0.columns == first.columns }, "matrices of several shapes have no mean")
        let mean = try allocate(type: .f32, rows: first.rows, columns: first.columns),
            row = try allocate(type: .f32, rows: 1, columns: first.columns)
        let sums = mean.memory.base.assumingMemoryBound(to: Float.self), values = row.memory.base.assumingMemoryBound(to: Float.self)
        for number in 0..<first.rows {
            let sum = sums + number * first.columns
            first.decodeRow(number, into: sum)
            for part in parts.dropFirst() {
                part.decodeRow(number, into: values)
                for column in 0..<first.columns { sum[column] += values[column] }
            }
            for column in 0..<first.columns { sum[column] /= Float(parts.count) }
        }
        return mean
    }

    /// Columns as rows. Only of plain numbers: blocks cannot be cut.
    package func transposed() throws(MemoryError) -> Matrix {
        precondition(type.blockLength == 1, "a \(type) matrix cannot be transposed")
        let copy = try Matrix.allocate(type: type, rows: columns, columns: rows), size = type.blockBytes
        for row in 0..<rows {
            for column in 0..<columns {
                (copy.memory.base + (column * rows + row) * size).copyMemory(from: base + (row * columns + column) * size, byteCount: size)
            }
        }
        return copy
    }

    /// Row `i` of the copy is row `order[i]`.
    package func reordered(_ order: [Int]) throws(MemoryError) -> Matrix {
        let copy = try Matrix.allocate(type: type, rows: order.count, columns: columns)
        for (place, row) in order.enumerated() {
            precondition(row >= 0 && row < rows, "row \(row) of a matrix with \(rows)")
            (copy.memory.base + place * rowBytes).copyMemory(from: base + row * rowBytes, byteCount: rowBytes)
        }
        return copy
    }

    /// Matrices of one type and width under each other.
    package static func joined(_ parts: [Matrix]) throws(MemoryError) -> Matrix {
        guard let first = parts.first else { return try allocate(type: .f32, rows: 0, columns: 0) }
        precondition(parts.allSatisfy { $0.type == first.type && $0.columns == first.columns }, "matrices that do not fit under each other")
        let copy = try allocate(type: first.type, rows: parts.reduce(0) { $0 + $1.rows }, columns: first.columns)
        var row = 0
        for part in parts {
            (copy.memory.base + row * first.rowBytes).copyMemory(from: part.base, byteCount: part.rows * first.rowBytes)
            row += part.rows
        }
        return copy
    }

    private static func allocate(type: StorageType, rows: Int, columns: Int) throws(MemoryError) -> Matrix {
        guard let rowBytes = type.byteCount(of: columns) else { preconditionFailure("\(columns) columns of \(type)") }
        return Matrix(type: type, rows: rows, columns: columns, memory: try Memory.allocate(byteCount: rows * rowBytes))
    }
}
