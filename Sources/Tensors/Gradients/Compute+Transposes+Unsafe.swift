import CKernels

extension Compute {
    /// Columns as rows: x [rows, columns] becomes [columns, rows].
    package func transpose(_ x: Tensor, into turned: Tensor) {
        precondition(
            turned.rows == x.columns && turned.columns == x.rows,
            "[\(x.rows), \(x.columns)] turned into [\(turned.rows), \(turned.columns)]")
        transpose(x) { rows in
            kernels.transposes.transpose(
                x.values + rows.lowerBound * x.columns, rows.count, x.columns, x.rows, turned.values + rows.lowerBound)
        }
    }

    /// The same into a matrix of float32 or bfloat16 (rounded to nearest) whose memory is the caller's to write.
    package func transpose(_ x: Tensor, into turned: Matrix) {
        requireWritable(turned, rows: x.columns, columns: x.rows)
        transpose(x) { rows in
            let from = x.values + rows.lowerBound * x.columns
            if turned.type == .bf16 {
                kernels.transposes.transpose_short(from, rows.count, x.columns, x.rows, turned.mutableValues(UInt16.self) + rows.lowerBound)
            } else {
                kernels.transposes.transpose(from, rows.count, x.columns, x.rows, turned.mutableValues(Float.self) + rows.lowerBound)
            }
        }
    }

    /// x [rows, columns] as a new matrix [columns, rows] of float32 or bfloat16.
    package func transposed(_ x: Tensor, as type: StorageType) -> Matrix {
        let turned = Matrix.plain(type, rows: x.columns, columns: x.rows)
        transpose(x, into: turned)
        return turned
    }

    /// x as a matrix of float32 or bfloat16 (rounded to nearest) whose memory is the caller's to write.
    package func convert(_ x: Tensor, into matrix: Matrix) {
        requireWritable(matrix, rows: x.rows, columns: x.columns)
        forEachRun(of: x.count) { run in
            if matrix.type == .bf16 {
                kernels.transposes.shorten(x.values + run.lowerBound, run.count, matrix.mutableValues(UInt16.self) + run.lowerBound)
            } else {
                (matrix.mutableValues(Float.self) + run.lowerBound).update(from: x.values + run.lowerBound, count: run.count)
            }
        }
    }

    /// Calls `body` for runs of rows: long enough that what is written of a column fills lines, short enough to stay in a cache.
    private func transpose(_ x: Tensor, _ body: (_ rows: Range<Int>) -> Void) {
        forEachRun(of: x.rows, length: 64, body)
    }

    private func requireWritable(_ matrix: Matrix, rows: Int, columns: Int) {
        precondition(matrix.type == .f32 || matrix.type == .bf16, "\(matrix.type) numbers are not written here")
        precondition(matrix.rows == rows && matrix.columns == columns, "[\(rows), \(columns)] into [\(matrix.rows), \(matrix.columns)]")
    }
}

extension Matrix {
    /// Zeros of a type whose blocks are single numbers, in memory of their own.
    package static func plain(_ type: StorageType, rows: Int, columns: Int) -> Matrix {
        precondition(type.blockLength == 1, "a new matrix of \(type) blocks")
        return Matrix(type: type, rows: rows, columns: columns, memory: .required(byteCount: rows * columns * type.blockBytes))
    }

    fileprivate func mutableValues<Number>(_ type: Number.Type) -> UnsafeMutablePointer<Number> {
        (memory.base + offset).assumingMemoryBound(to: type)
    }
}
