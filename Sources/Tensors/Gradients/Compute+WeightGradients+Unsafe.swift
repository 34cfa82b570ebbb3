import CKernels

extension Compute {
    /// The gradients of weights that were multiplied by the same x [tokens, columns]: `outputGradients[i]ᵀ · x` [rows_i, columns] is added to
    /// `gradients[i]`. Nothing is turned in memory, and the threads meet once.
    /// - Parameter precision: what products are computed in: float32, or bfloat16 where the processor has tiles for it. Sums are always
    ///   float32.
    package func addWeightGradients(_ x: Tensor, outputGradients: [Tensor], to gradients: [Tensor], precision: StorageType) {
        precondition(
            outputGradients.count == gradients.count, "\(outputGradients.count) gradients of results, \(gradients.count) of weights")
        precondition(precision == .f32 || precision == .bf16, "gradients computed in \(precision)")
        guard let kernels = weight_gradient_kernels(kernels.family, precision == .bf16)?.pointee else {
            preconditionFailure("no gradients of weights for \(kernels)")
        }
        let tasks = zip(outputGradients, gradients).map { ahead, gradient in
            precondition(
                ahead.rows == x.rows && gradient.rows == ahead.columns && gradient.columns == x.columns,
                "[\(ahead.rows), \(ahead.columns)] and [\(x.rows), \(x.columns)] into [\(gradient.rows), \(gradient.columns)]")
            return WeightGradient(
                x: x.values, ahead: ahead.values, tokens: x.rows, rows: ahead.columns, columns: x.columns, gradient: gradient.values)
        }
        let pieces = tasks.indices.flatMap { task in
            stride(from: 0, to: tasks[task].rows, by: Int(GRADIENT_ROWS)).map { (task: task, first: $0) }
        }
        let byteCount = kernels.bytes(x.columns)
        pool.forEach(pieces.count) { index, thread in
            let (task, first) = pieces[index], memory = byteCount > 0 ? pool.scratch(thread: thread, byteCount: byteCount) : nil
            withUnsafePointer(to: tasks[task]) { kernels.add($0, first, min(first + Int(GRADIENT_ROWS), $0.pointee.rows), memory) }
        }
    }

    /// The gradient of the weights of one product.
    package func addWeightGradient(_ x: Tensor, outputGradient: Tensor, to gradient: Tensor, precision: StorageType) {
        addWeightGradients(x, outputGradients: [outputGradient], to: [gradient], precision: precision)
    }
}
