import Tensors

extension TrainingOperations {
    mutating func keepWantedRows(_ x: Variable) -> Variable {
        guard let wanted = context.wantedRows else { return x }
        return gather(x, wanted, rowGradients(of: x))
    }

    /// What gathers the gradients of some of x's rows and of others, and hands them to x when all are there; `nil` where x needs none.
    func rowGradients(of x: Variable) -> RowGradientSum? {
        guard let tape, let gradient = x.gradient else { return nil }
        let sum = RowGradientSum(rows: x.value.rows, columns: x.value.columns, workspace)
        // Recorded before all that reads the rows, it runs after all of that.
        tape.record { if let whole = sum.take() { gradient.add(whole, sum.workspace) } }
        return sum
    }

    /// Some rows of x. Their gradient goes to `sum`.
    func gather(_ x: Variable, _ rows: [Int], _ sum: RowGradientSum?) -> Variable {
        let gathered = workspace.tensor(rows.count, x.value.columns)
        for (place, row) in rows.enumerated() { x.value.copyRows(row..<row + 1, to: gathered, at: place) }
        return result(gathered, isNeeded: sum != nil) { gradient in sum?.add(gradient, to: rows) }
    }
}

/// The gradient of a value some of whose rows were read at a time, perhaps more than once.
final class RowGradientSum {
    let workspace: Workspace
    private let rows: Int
    private let columns: Int
    private var sum: Tensor?

    init(rows: Int, columns: Int, _ workspace: Workspace) {
        (self.rows, self.columns, self.workspace) = (rows, columns, workspace)
    }

    /// Adds the gradient of some rows, in the order in which they were read.
    func add(_ part: Tensor, to rows: [Int]) {
        let whole = sum ?? zeros()
        for (place, row) in rows.enumerated() { workspace.compute.add(row: place, of: part, times: 1, toRow: row, of: whole) }
        sum = whole
    }

    /// Hands the sum out and forgets it; `nil` if nothing was added.
    func take() -> Tensor? {
        defer { sum = nil }
        return sum
    }

    private func zeros() -> Tensor {
        let zeros = workspace.tensor(rows, columns)
        zeros.clear()
        return zeros
    }
}
