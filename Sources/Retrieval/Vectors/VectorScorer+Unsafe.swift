import Tensors

/// Compares many stored vectors with a few others. For one caller at a time.
package final class VectorScorer {
    private let form: VectorForm
    private let compute: Compute
    /// `[queries][form.width]`.
    private let queries: Tensor
    /// Stored vectors lie here while they are compared.
    private var room: Memory

    /// - Parameter queries: vectors of `form.dimensions` numbers.
    package init(form: VectorForm, queries: [[Float]], compute: Compute) {
        self.form = form
        self.compute = compute
        self.queries = Tensor(rows: queries.count, columns: form.width)
        for (row, query) in queries.enumerated() {
            precondition(query.count == form.dimensions, "a query of \(query.count) numbers among vectors of \(form.dimensions)")
            self.queries.row(row).update(from: query, count: query.count)
        }
        room = Memory.required(byteCount: VectorSegment.capacity * form.byteCount)
    }

    /// The dot products of every query with every vector, `[queries, vectors]`.
    ///
    /// - Parameter vectors: whole vectors, as `VectorForm` stores them.
    package func scores(_ vectors: UnsafeRawBufferPointer) -> Tensor {
        let count = vectors.count / form.byteCount, scores = Tensor(rows: queries.rows, columns: count)
        guard count > 0 else { return scores }
        if room.byteCount < vectors.count { room = Memory.required(byteCount: vectors.count) }
        room.base.copyMemory(from: vectors.baseAddress ?? UnsafeRawPointer(room.base), byteCount: count * form.byteCount)
        compute.multiply(queries, Matrix(type: .f16, rows: count, columns: form.width, memory: room), into: scores)
        return scores
    }

    package func scores(_ vectors: [UInt8]) -> Tensor { vectors.withUnsafeBytes { scores($0) } }
}
