import Tensors

/// Measures products with weights of each storage type.
struct ProductMeter {
    let compute: Compute
    let samples: WeightSamples

    /// Tokens that are read at once, at least as far as rates are concerned.
    private static let manyTokens = 512
    /// Lengths of weight rows, for which K-quants need multiples of 256.
    private static let rowLengths = [256, 1024, 4096]
    /// Weights that a product with many tokens has: a layer's, as large models go.
    private static let manyWeights = 4 << 20
    /// Bytes of all weights that are gone through in turn, from what a cache near the core holds to what none does.
    private static let workingSets = [2 << 20, 16 << 20, 64 << 20, mostBytes]
    static let mostBytes = 256 << 20
    /// Bytes of one matrix among them.
    private static let matrixBytes = 2 << 20
    private static let readColumns = 1024

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
                Self.rowLengths.map {
                    RateCurve.Point(size: Double($0), rate: operationsPerSecond(type, columns: $0, arranging: arranging))
                }),
            reading: RateCurve(Self.workingSets.map { RateCurve.Point(size: Double($0), rate: bytesPerSecond(type, workingSet: $0)) }),
            secondsPerNumberArranged: arranging)
    }

    /// One matrix after another, so that weights come from as far as they do in a model.
    /// - Parameter arranging: seconds for each number of the activations, which are no part of the rate.
    private func operationsPerSecond(_ type: StorageType, columns: Int, arranging: Double) -> Double {
        let rows = max(256, min(4096, Self.manyWeights / columns))
        let matrices = samples.matrices(type, rows: rows, columns: columns, byteCount: 32 << 20, pool: compute.pool)
        let x = Tensor(rows: Self.manyTokens, columns: columns, Array(repeating: 0.5, count: Self.manyTokens * columns))
        let output = Tensor(rows: Self.manyTokens, columns: rows)
        var next = 0
        let seconds = Stopwatch().seconds {
            compute.multiply(x, matrices[next % matrices.count], into: output)
            next += 1
        }
        let numbers = Double(Self.manyTokens * columns)
        return 2 * numbers * Double(rows) / max(seconds / 2, seconds - numbers * arranging)
    }

    /// A product with so few weights that little but the arranging is left.
    private func secondsPerNumberArranged(_ type: StorageType) -> Double {
        let columns = Self.readColumns, x = Tensor(rows: Self.manyTokens, columns: columns),
            output = Tensor(rows: Self.manyTokens, columns: 16)
        let matrices = samples.matrices(type, rows: output.columns, columns: columns, byteCount: 0, pool: compute.pool)
        return Stopwatch().seconds { for matrix in matrices { compute.multiply(x, matrix, into: output) } } / Double(x.count)
    }

    private func bytesPerSecond(_ type: StorageType, workingSet: Int) -> Double {
        let rowBytes = type.byteCount(of: Self.readColumns) ?? 1, rows = min(Self.matrixBytes, workingSet / 4) / rowBytes
        let matrices = samples.matrices(type, rows: rows, columns: Self.readColumns, byteCount: workingSet, pool: compute.pool)
        let x = Tensor(rows: 1, columns: Self.readColumns, Array(repeating: 0.5, count: Self.readColumns))
        let output = Tensor(rows: 1, columns: rows)
        let seconds = Stopwatch().seconds {
            for matrix in matrices { compute.multiply(x, matrix, into: output) }
        }
        return Double(matrices.count * rows * rowBytes) / seconds
    }
}
