import CKernels

extension Compute {
    /// outputs[i] [n, m_i] = x [n, k] · weights[i] [m_i, k]ᵀ.
    ///
    /// Weights that share their input are best multiplied in one call: the activations are prepared once and the threads meet once.
    package func multiply(_ x: Tensor, _ weights: [Matrix], into outputs: [Tensor]) {
        precondition(weights.count == outputs.count, "\(weights.count) weights and \(outputs.count) results")
        guard x.rows > 0 else { return }
        let products = zip(weights, outputs).map { Product(x, $0, $1, kernels) }
        let prepared = PreparedActivations(x, layouts: products.compactMap(\.kernel.layout), pool: pool)
        let scratchBytes = products.map(\.scratchBytes).max() ?? 0
        let pieces = PieceList(products, threads: pool.threads)
        pool.forEach(pieces.count) { index, thread in
            let (product, rows) = pieces[index]
            let scratch = scratchBytes > 0 ? pool.scratch(thread: thread, byteCount: scratchBytes) : nil
            products[product].compute(rows, prepared.pointer(for: products[product].kernel.layout), scratch)
        }
        withExtendedLifetime((weights, outputs)) {}
    }

    /// out [n, m] = x [n, k] · weights [m, k]ᵀ.
    package func multiply(_ x: Tensor, _ weights: Matrix, into output: Tensor) {
        multiply(x, [weights], into: [output])
    }
}

/// One weight matrix of a call, and the kernel that multiplies by it.
private struct Product {
    let kernel: ProductKernel
    let weights: Weights
    let rowBytes: Int
    let count: Int
    let output: UnsafeMutablePointer<Float>

    /// Weight rows, when there are many activation rows: what kernels keep in the second-level cache.
    private static let largestPiece = 256

    init(_ x: Tensor, _ matrix: Matrix, _ output: Tensor, _ kernels: Kernels) {
        precondition(matrix.columns == x.columns, "activations of \(x.columns) columns times weights of \(matrix.columns)")
        precondition(output.rows == x.rows && output.columns == matrix.rows, "a result [\(output.rows), \(output.columns)]")
        weights = matrix.weights
        kernel = kernels.products.choose(weights.format, x.rows)
        rowBytes = matrix.rowBytes
        count = x.rows
        self.output = output.values
    }

    var scratchBytes: Int { kernel.scratch_bytes?(weights.columns) ?? 0 }

    func compute(_ rows: Range<Int>, _ activations: UnsafeRawPointer, _ scratch: UnsafeMutableRawPointer?) {
        withUnsafePointer(to: weights) { weights in
            kernel.multiply(weights, count, activations, rows.lowerBound, rows.upperBound, scratch, output)
        }
    }

    /// Weight rows that are handed to a thread at once: long enough to stream through memory, short enough that no thread waits
    /// long for the last piece. With many activation rows, which the kernel goes over once for each of its panels, every thread gets
    /// as many pieces as the others.
    func pieceRows(threads: Int) -> Int {
        let grain = Int(kernel.grain)
        guard count <= FEW_ROWS else {
            let largest = Self.largestPiece * threads
            let pieces = max(1, (weights.rows + largest - 1) / largest) * threads
            return ((weights.rows + pieces - 1) / pieces + grain - 1) / grain * grain
        }
        let share = weights.rows * rowBytes / (threads * 8)
        let bytes = min(max(share, 64 << 10), 1 << 20)
        return max(1, bytes / max(rowBytes * grain, 1)) * grain
    }
}

/// The work of a call cut into pieces, numbered through all its products.
private struct PieceList {
    private let rows: [Int]
    private let pieceRows: [Int]
    /// The number of the first piece of each product, and of the piece after the last.
    private let starts: [Int]

    init(_ products: [Product], threads: Int) {
        rows = products.map(\.weights.rows)
        pieceRows = products.map { $0.pieceRows(threads: threads) }
        starts = zip(rows, pieceRows).reduce(into: [0]) { starts, product in
            starts.append(starts[starts.count - 1] + (product.0 + product.1 - 1) / product.1)
        }
    }

    var count: Int { starts[starts.count - 1] }

    /// The product that a piece belongs to, and its weight rows.
    subscript(piece: Int) -> (product: Int, rows: Range<Int>) {
        var product = 0
        while starts[product + 1] <= piece { product += 1 }
        let first = (piece - starts[product]) * pieceRows[product]
        return (product, first..<min(first + pieceRows[product], rows[product]))
    }
}

/// The activations in every layout that the kernels of a call ask for.
private struct PreparedActivations {
    private let plain: UnsafeRawPointer
    private var copies: [(layout: UnsafePointer<ActivationLayout>, pointer: UnsafeMutableRawPointer)] = []

    init(_ x: Tensor, layouts: [UnsafePointer<ActivationLayout>], pool: WorkerPool) {
        plain = UnsafeRawPointer(x.values)
        var distinct: [UnsafePointer<ActivationLayout>] = []
        for layout in layouts where !distinct.contains(layout) { distinct.append(layout) }
        guard !distinct.isEmpty else { return }
        let sizes = distinct.map { $0.pointee.bytes(x.columns) * PreparedActivations.groups($0, x) }
        var pointer = pool.sharedScratch(byteCount: sizes.reduce(0, +))
        for (layout, size) in zip(distinct, sizes) {
            PreparedActivations.arrange(x, layout.pointee, PreparedActivations.groups(layout, x), pointer, pool)
            copies.append((layout, pointer))
            pointer += size
        }
    }

    func pointer(for layout: UnsafePointer<ActivationLayout>?) -> UnsafeRawPointer {
        for copy in copies where copy.layout == layout { return UnsafeRawPointer(copy.pointer) }
        return plain
    }

    private static func groups(_ layout: UnsafePointer<ActivationLayout>, _ x: Tensor) -> Int {
        let rows = Int(layout.pointee.rows)
        return (x.rows + rows - 1) / rows
    }

    /// A few rows are arranged by the caller at once, sooner than other threads would wake.
    private static func arrange(
        _ x: Tensor, _ layout: ActivationLayout, _ groups: Int, _ out: UnsafeMutableRawPointer, _ pool: WorkerPool
    ) {
        let (rows, columns, values) = (Int(layout.rows), x.columns, x.values)
        let (stride, count) = (layout.bytes(columns), x.rows)
        func arrangeGroup(_ group: Int) {
            let first = group * rows
            layout.arrange(values + first * columns, Int32(min(rows, count - first)), columns, out + group * stride)
        }
        if count <= FEW_ROWS {
            for group in 0..<groups { arrangeGroup(group) }
        } else {
            pool.forEach(groups) { group, _ in arrangeGroup(group) }
        }
    }
}
