import Tensors

/// Measures products with weights: of each storage type by the length of rows, and of the very shapes that a model has.
struct ProductMeter {
    let compute: Compute
    let samples: WeightSamples
    /// For calling the threads together, which is no part of a rate.
    var secondsPerCall = 0.0

    /// Tokens that are read at once, at least as far as rates are concerned.
    private static let manyTokens = 512
    /// Lengths of weight rows, for which K-quants need multiples of 256.
    private static let rowLengths = [256, 1024, 4096]
    /// Weights that a product with many tokens has: a layer's, as large models go.
    private static let manyWeights = 4 << 20
    /// Bytes of weights that products with many tokens go through in turn.
    private static let manyBytes = 32 << 20
    /// Bytes of all weights that are gone through in turn, from what a cache near the core holds to what none does.
    private static let workingSets = [2 << 20, 16 << 20, 64 << 20, mostBytes]
    static let mostBytes = ProductShape.mostWorkingSet
    /// Bytes of one matrix among them.
    private static let matrixBytes = 2 << 20
    private static let readColumns = 1024
    /// Columns of a matrix that is measured, at most: a header may name any number.
    private static let mostColumns = 1 << 16

    /// Multiplies once by few weights, with as many tokens as a rate is measured with.
    func exercise(_ type: StorageType) {
        for tokens in [Self.manyTokens, 1] {
            let columns = Self.rowLengths[0], weights = samples.matrices(type, rows: 64, columns: columns, byteCount: 0, pool: compute.pool)
            for matrix in weights {
                compute.multiply(Tensor(rows: tokens, columns: columns), matrix, into: Tensor(rows: tokens, columns: matrix.rows))
            }
        }
    }

    func rates(of type: StorageType) -> MachineRates.Products {
        let arranging = secondsPerNumberArranged(type)
        return MachineRates.Products(
            operations: RateCurve(
                Self.rowLengths.map { columns in
                    let rows = max(256, min(4096, Self.manyWeights / columns))
                    return RateCurve.Point(
                        size: Double(columns), rate: operationsPerSecond(type, rows: rows, columns: columns, arranging: arranging))
                }),
            reading: RateCurve(
                Self.workingSets.map { set in
                    let rowBytes = type.byteCount(of: Self.readColumns) ?? 1, rows = min(Self.matrixBytes, set / 4) / rowBytes
                    return RateCurve.Point(
                        size: Double(set), rate: bytesPerSecond(type, rows: rows, columns: Self.readColumns, workingSet: set))
                }),
            secondsPerNumberArranged: arranging)
    }

    /// Whether a shape is one that models have; what is not counts by the rates of its type.
    static func isMeasurable(_ shape: ProductShape) -> Bool {
        shape.type.isComputable && shape.rows > 0 && (1...mostColumns).contains(shape.columns)
    }

    /// - Parameter arranging: seconds for each number of the activations.
    func rates(of shape: ProductShape, arranging: Double) -> MachineRates.Product {
        // An output head is as fast as its first rows.
        let rowBytes = max(1, shape.type.byteCount(of: shape.columns) ?? 1), most = max(1, Self.manyBytes / rowBytes)
        let rows = min(shape.rows, most)
        return MachineRates.Product(
            operationsPerSecond: operationsPerSecond(
                shape.type, rows: min(rows, max(256, Self.manyWeights / shape.columns)), columns: shape.columns, arranging: arranging),
            bytesPerSecond: bytesPerSecond(shape.type, rows: rows, columns: shape.columns, workingSet: shape.workingSet))
    }

    /// One matrix after another, so that weights come from as far as they do in a model.
    private func operationsPerSecond(_ type: StorageType, rows: Int, columns: Int, arranging: Double) -> Double {
        let matrices = samples.matrices(type, rows: rows, columns: columns, byteCount: Self.manyBytes, pool: compute.pool)
        let x = Tensor(rows: Self.manyTokens, columns: columns, Array(repeating: 0.5, count: Self.manyTokens * columns))
        let output = Tensor(rows: Self.manyTokens, columns: rows)
        var next = 0
        let seconds = Stopwatch().seconds {
            compute.multiply(x, matrices[next % matrices.count], into: output)
            next += 1
        }
        let numbers = Double(Self.manyTokens * columns)
        return 2 * numbers * Double(rows) / max(seconds / 2, seconds - numbers * arranging - secondsPerCall)
    }

    /// A product with so few weights that little but the arranging is left.
    private func secondsPerNumberArranged(_ type: StorageType) -> Double {
        let columns = Self.readColumns, x = Tensor(rows: Self.manyTokens, columns: columns),
            output = Tensor(rows: Self.manyTokens, columns: 16)
        let matrices = samples.matrices(type, rows: output.columns, columns: columns, byteCount: 0, pool: compute.pool)
        return Stopwatch().seconds { for matrix in matrices { compute.multiply(x, matrix, into: output) } } / Double(x.count)
    }

    /// With one token, all matrices of a working set in turn.
    private func bytesPerSecond(_ type: StorageType, rows: Int, columns: Int, workingSet: Int) -> Double {
        let matrices = samples.matrices(type, rows: rows, columns: columns, byteCount: workingSet, pool: compute.pool)
        let x = Tensor(rows: 1, columns: columns, Array(repeating: 0.5, count: columns)), output = Tensor(rows: 1, columns: rows)
        let seconds = Stopwatch().seconds {
            for matrix in matrices { compute.multiply(x, matrix, into: output) }
        }
        let bytes = Double(matrices.count * rows * (type.byteCount(of: columns) ?? 0))
        return bytes / max(seconds / 2, seconds - Double(matrices.count) * secondsPerCall)
    }
}
