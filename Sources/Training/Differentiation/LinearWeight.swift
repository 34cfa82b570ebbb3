import Tensors

/// A weight matrix W `[outputs, inputs]`, or some rows of one, in the forms in which both passes multiply by it.
///
/// Copies in low precision and with columns as rows are made when they are first needed after the master has changed.
final class LinearWeight {
    let adapter: Adapter?
    private let stored: StoredWeight
    private let part: Range<Int>
    /// The numbers that products with it are computed in, where they are not those of the file.
    let type: StorageType
    private var copy = Copy()
    private var transposedCopy = Copy()

    /// A copy that is written anew, into the same memory, after the master has changed.
    private struct Copy {
        var matrix: Matrix?
        var isCurrent = false

        mutating func current(in fresh: @autoclosure () -> Matrix, _ write: (Matrix) -> Void) -> Matrix {
            let matrix = matrix ?? fresh()
            if !isCurrent { write(matrix) }
            self.matrix = matrix
            isCurrent = true
            return matrix
        }
    }

    init(_ stored: StoredWeight, part: Range<Int>? = nil, adapter: Adapter? = nil, precision: TrainingOptions.Precision) {
        self.stored = stored
        self.part = part ?? 0..<stored.table.rows
        self.adapter = adapter
        columns = stored.table.columns
        type = precision.type
    }

    let columns: Int

    var isTrained: Bool { stored.parameter != nil }
    /// Whether gradients go anywhere but to the input.
    var hasParameters: Bool { isTrained || adapter != nil }

    /// Exact rows, for embeddings.
    var table: Matrix { stored.table.rows(part) }

    /// Where gradients are added; `nil` where it is not trained.
    var gradient: Tensor? {
        stored.parameter.map { $0.gradient.rows(part) }
    }

    /// The master has changed.
    func refresh() {
        copy.isCurrent = false
        transposedCopy.isCurrent = false
        adapter?.inner.refresh()
        adapter?.outer.refresh()
    }

    /// W as products take it: weights that are not trained stay in their file's type.
    func forward(_ workspace: Workspace) -> Matrix {
        guard let values = stored.values?.rows(part), type != .f32 else { return table }
        return copy.current(in: .plain(type, rows: values.rows, columns: values.columns)) { workspace.compute.convert(values, into: $0) }
    }

    /// Wᵀ `[inputs, outputs]`. For weights that are not trained it is made anew each time: that costs little beside the product, and a
    /// large model need not be held twice.
    func withTransposed(_ workspace: Workspace, _ body: (Matrix) -> Void) {
        if let values = stored.values?.rows(part) {
            body(
                transposedCopy.current(in: .plain(type, rows: values.columns, columns: values.rows)) {
                    workspace.compute.transpose(values, into: $0)
                })
        } else {
            let table = table, values = workspace.tensor(table.rows, table.columns)
            workspace.compute.embed(tokens: (0..<Int32(table.rows)).map { $0 }, table: table, into: values)
            workspace.withTransposed(values, as: type, body)
        }
    }
}

/// A low-rank addition to a linear layer: `scale · B · A`.
struct Adapter {
    /// `[rank, inputs]`.
    let inner: LinearWeight
    /// `[outputs, rank]`.
    let outer: LinearWeight
    let scale: Float
}
