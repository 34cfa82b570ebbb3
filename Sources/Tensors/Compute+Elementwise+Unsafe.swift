import CKernels

extension Compute {
    /// into = x * weight / sqrt(mean(x²) + epsilon), the mean over runs of `weight.columns` values: a whole row, or a head where
    /// heads are normalised apart. The rows of `weight` take turns over the runs of a row of x. `into` may be x.
    package func rmsNorm(_ x: Tensor, weight: Tensor, epsilon: Float, into: Tensor) {
        forEachRun(of: x, weight: weight, into: into) { x, place, into in
            kernels.elementwise.rms_norm(x, weight.values + place, weight.columns, epsilon, into)
        }
    }

    /// into = (x - mean) * weight / sqrt(variance + epsilon) + bias, over the same runs; `bias` has the shape of `weight`.
    package func layerNorm(_ x: Tensor, weight: Tensor, bias: Tensor?, epsilon: Float, into: Tensor) {
        if let bias { requireSameShape(weight, bias) }
        forEachRun(of: x, weight: weight, into: into) { x, place, into in
            kernels.activations.layer_norm(x, weight.values + place, bias.map { $0.values + place }, weight.columns, epsilon, into)
        }
    }

    /// Calls `body` for every run of `weight.columns` values of x and `into`, with the place of its weights.
    private func forEachRun(
        of x: Tensor, weight: Tensor, into: Tensor, _ body: (UnsafePointer<Float>, _ place: Int, UnsafeMutablePointer<Float>) -> Void
    ) {
        requireSameShape(x, into)
        precondition(
            weight.count > 0 && x.columns.isMultiple(of: weight.count), "rows of \(x.columns) normalised by \(weight.count) weights")
        forEachRow(of: x) { row in
            for column in stride(from: 0, to: x.columns, by: weight.columns) {
                let start = row * x.columns + column
                body(x.values + start, column % weight.count, into.values + start)
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

    /// target += factor · x.
    package func add(_ x: Tensor, times factor: Float, to target: Tensor) {
        requireSameShape(x, target)
        forEachRow(of: x) { row in add(row: row, of: x, times: factor, toRow: row, of: target) }
    }

    /// One row of x, times a factor, is added to one row of target.
    package func add(row: Int, of x: Tensor, times factor: Float, toRow place: Int, of target: Tensor) {
        precondition(x.columns == target.columns, "a row of \(x.columns) added to one of \(target.columns)")
        kernels.elementwise.add_scaled(x.row(row), factor, x.columns, target.row(place))
    }

    /// x *= factor.
    package func scale(_ x: Tensor, by factor: Float) {
        forEachRow(of: x) { row in kernels.elementwise.scale(factor, x.columns, x.values + row * x.columns) }
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
    func forEachRow(of x: Tensor, _ body: (_ row: Int) -> Void) {
        let rowsAtOnce = max(1, 4096 / max(x.columns, 1))
        if x.count <= 8192 {
            for row in 0..<x.rows { body(row) }
        } else {
            pool.forEach((x.rows + rowsAtOnce - 1) / rowsAtOnce) { piece, _ in
                for row in piece * rowsAtOnce..<min((piece + 1) * rowsAtOnce, x.rows) { body(row) }
            }
        }
    }

    func requireSameShape(_ a: Tensor, _ b: Tensor) {
        precondition(
            a.rows == b.rows && a.columns == b.columns, "[\(a.rows), \(a.columns)] where [\(b.rows), \(b.columns)] is needed")
    }
}
