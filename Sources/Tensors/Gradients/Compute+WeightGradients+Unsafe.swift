import CKernels

extension Compute {
    /// The gradients of weights that were multiplied by the same x [tokens, columns]: `outputGradients[i]ᵀ · x` [rows_i, columns] is added to
    /// `gradients[i]`. Nothing is turned in memory.
    /// - Parameter precision: what products are computed in: float32, or bfloat16 where the processor has tiles for it. Sums are always
    ///   float32.
    package func addWeightGradients(_ x: Tensor, outputGradients: [Tensor], to gradients: [Tensor], precision: StorageType) {
        precondition(precision == .f32 || precision == .bf16, "gradients computed in \(precision)")
        guard let kernels = weight_gradient_kernels(kernels.family, precision == .bf16)?.pointee else {
            preconditionFailure("no gradients of weights for \(kernels)")
        }
        let work = WeightGradientWork(x, outputGradients, gradients), byteCount = kernels.bytes(x.columns)
        let sums = pool.sharedScratch(byteCount: work.runs * work.sumCount * MemoryLayout<Float>.stride)
            .assumingMemoryBound(to: Float.self)
        pool.forEach(work.runs * work.parts.count) { index, thread in
            let (run, part) = (index / work.parts.count, work.parts[index % work.parts.count])
            let task = work.task(part, run: run, sums: sums)
            task.gradient.update(repeating: 0, count: part.rows.count * x.columns)
            let memory = pool.scratch(thread: thread, byteCount: byteCount)
            withUnsafePointer(to: task) { kernels.add($0, part.rows.lowerBound, part.rows.upperBound, memory) }
        }
        pool.forEach(work.parts.count) { index, _ in
            let part = work.parts[index], target = gradients[part.product].values + part.rows.lowerBound * x.columns
            for run in 0..<work.runs {
                self.kernels.elementwise.add(sums + run * work.sumCount + part.place, part.rows.count * x.columns, target)
            }
        }
    }

    /// The gradient of the weights of one product.
    package func addWeightGradient(_ x: Tensor, outputGradient: Tensor, to gradient: Tensor, precision: StorageType) {
        addWeightGradients(x, outputGradients: [outputGradient], to: [gradient], precision: precision)
    }
}

/// Gradients of weights cut into runs of tokens, each of which is read once, and parts of rows. Sums of runs are added up in their order.
private struct WeightGradientWork {
    /// Rows of one gradient.
    struct Part {
        let product: Int
        let rows: Range<Int>
        /// Where its sums begin among those of a run.
        let place: Int
    }

    let x: Tensor
    let aheads: [Tensor]
    let parts: [Part]
    /// Sums of a run, of all products.
    let sumCount: Int
    let runs: Int

    /// Long enough that adding up the runs costs little, short enough that a few thousand tokens occupy several threads.
    private static let runTokens = 2048

    init(_ x: Tensor, _ aheads: [Tensor], _ gradients: [Tensor]) {
        precondition(aheads.count == gradients.count, "\(aheads.count) gradients of results, \(gradients.count) of weights")
        var parts: [Part] = [], place = 0
        for (product, (ahead, gradient)) in zip(aheads, gradients).enumerated() {
            precondition(
                ahead.rows == x.rows && gradient.rows == ahead.columns && gradient.columns == x.columns,
                "[\(ahead.rows), \(ahead.columns)] and [\(x.rows), \(x.columns)] into [\(gradient.rows), \(gradient.columns)]")
            for first in stride(from: 0, to: gradient.rows, by: Int(GRADIENT_ROWS)) {
                let rows = first..<min(first + Int(GRADIENT_ROWS), gradient.rows)
                parts.append(Part(product: product, rows: rows, place: place))
                place += rows.count * x.columns
            }
        }
        self.x = x
        self.aheads = aheads
        self.parts = parts
        sumCount = place
        runs = (x.rows + Self.runTokens - 1) / Self.runTokens
    }

    func task(_ part: Part, run: Int, sums: UnsafeMutablePointer<Float>) -> WeightGradient {
        let first = run * Self.runTokens, ahead = aheads[part.product]
        return WeightGradient(
            x: x.values + first * x.columns, ahead: ahead.values + first * ahead.columns, tokens: min(Self.runTokens, x.rows - first),
            rows: ahead.columns, columns: x.columns, gradient: sums + run * sumCount + part.place)
    }
}
