import Tensors

extension Matrix {
    /// Weights that are encoded before they are written: little memory, and little to wait for when the work is stopped.
    private static let weightsAtOnce = 1 << 20

    /// Calls `body` with the weights as another type, piece by piece: its bytes and the number of its weights. What was read of a mapped
    /// file is let go.
    /// - Parameters:
    ///   - tensor: the name that errors give to the weights.
    ///   - path: of the file that errors name.
    /// - Throws: `ModelFileError` for a weight that the type cannot hold.
    package func forEachPiece(
        as type: StorageType, of tensor: String, in path: String, pool: WorkerPool,
        _ body: (_ bytes: UnsafeRawBufferPointer, _ weights: Int) throws -> Void
    ) throws {
        let matrix = inShortRows(alignment: type.blockLength), isCopy = type == self.type
        let rowsAtOnce = max(1, Self.weightsAtOnce / max(matrix.columns, 1))
        let rowBytes = type.byteCount(of: matrix.columns) ?? 0
        let piece = try Memory.allocate(byteCount: isCopy ? 0 : min(rowsAtOnce, matrix.rows) * rowBytes)
        for first in stride(from: 0, to: matrix.rows, by: rowsAtOnce) {
            let rows = first..<min(first + rowsAtOnce, matrix.rows), weights = rows.count * matrix.columns
            if isCopy {
                try matrix.rows(rows).withBytes { try body($0, weights) }
            } else {
                if let unfit = matrix.encode(rows: rows, as: type, into: piece.base, pool: pool) {
                    let reason = "is \(unfit.value), which \(type) cannot hold"
                    throw ModelFileError(.invalid(field: "its weight \(unfit.place)", reason: reason), path: path, subject: .tensor(tensor))
                }
                try body(UnsafeRawBufferPointer(start: piece.base, count: rows.count * rowBytes), weights)
            }
            let offset = matrix.offset + first * matrix.rowBytes
            matrix.memory.forget(offset..<offset + rows.count * matrix.rowBytes)
        }
    }
}
