import CKernels

extension Compute {
    /// into = x * weight / sqrt(mean(x²) + epsilon), the mean over each run of `weight.columns` values: a whole row, or a head where
    /// heads are normalised apart. `into` may be x.
    package func rmsNorm(_ x: Tensor, weight: Tensor, epsilon: Float, into: Tensor) {
        requireSameShape(x, into)
        let width = weight.count
        precondition(width > 0 && x.columns.isMultiple(of: width), "rows of \(x.columns) normalised by \(width) weights")
        forEachRow(of: x) { row in
            for start in stride(from: row * x.columns, to: (row + 1) * x.columns, by: width) {
                kernels.elementwise.rms_norm(x.values + start, weight.values, width, epsilon, into.values + start)
            }
        }
    }

    /// Adds one bias [columns] to every row of x.
    package func addBias(_ x: Tensor, _ bias: Tensor) {
        precondition(bias.count == x.columns, "a bias of \(bias.count) for rows of \(x.columns)")
        forEachRow(of: x) { row in kernels.elementwise.add(bias.values, x.columns, x.values + row * x.columns) }
    }

    /// target += x.
    package func add(_ x: Tensor, to target: Tensor) {
        requireSameShape(x, target)
        forEachRow(of: x) { row in kernels.elementwise.add(x.values + row * x.columns, x.columns, target.values + row * x.columns) }
    }

    /// x *= factor.
    package func scale(_ x: Tensor, by factor: Float) {
        forEachRow(of: x) { row in kernels.elementwise.scale(factor, x.columns, x.values + row * x.columns) }
    }

    /// into = gate * sigmoid(gate) * up; `into` may be either (Shazeer 2020, arXiv:2002.05202).
    package func swiGLU(gate: Tensor, up: Tensor, into: Tensor) {
        requireSameShape(gate, up)
        requireSameShape(gate, into)
        forEachRow(of: gate) { row in
            let start = row * gate.columns
            kernels.elementwise.swiglu(gate.values + start, up.values + start, gate.columns, into.values + start)
        }
    }

    /// Every row of x becomes exp(x) over the sum of the row; a row of minus infinities becomes 0.
    package func softmax(_ x: Tensor) {
        forEachRow(of: x) { row in kernels.elementwise.softmax(x.columns, x.values + row * x.columns) }
    }

    /// The column of the first largest value of a row.
    package func argmax(_ x: Tensor, row: Int) -> Int { kernels.elementwise.argmax(x.row(row), x.columns) }

    /// Row i of `into` becomes the table's row of token i, as float32.
    package func embed(tokens: [Int32], table: Matrix, into: Tensor) {
        precondition(
            into.rows == tokens.count && into.columns == table.columns, "\(tokens.count) embeddings in [\(into.rows), \(into.columns)]")
        forEachRow(of: into) { row in
            table.decodeRow(Int(tokens[row]), into: into.values + row * into.columns, kernels: kernels)
        }
    }

    /// Small tensors are done by the caller at once; others in runs of rows by all threads.
    private func forEachRow(of x: Tensor, _ body: (_ row: Int) -> Void) {
        let rowsAtOnce = max(1, 4096 / max(x.columns, 1))
        if x.count <= 8192 {
            for row in 0..<x.rows { body(row) }
        } else {
            pool.forEach((x.rows + rowsAtOnce - 1) / rowsAtOnce) { piece, _ in
                for row in piece * rowsAtOnce..<min((piece + 1) * rowsAtOnce, x.rows) { body(row) }
            }
        }
    }

    private func requireSameShape(_ a: Tensor, _ b: Tensor) {
        precondition(
            a.rows == b.rows && a.columns == b.columns, "[\(a.rows), \(a.columns)] where [\(b.rows), \(b.columns)] is needed")
    }
}
