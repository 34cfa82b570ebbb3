import Models
import Tensors

extension TrainingOperations: TextOperations {
    /// All texts are first ones: batches do not know pairs that are read together.
    mutating func addTokenTypes(_ first: Weight, second: Weight, to x: inout Variable) {
        let row = weights.numbers(first), input = x
        compute.addBias(x.value, row.value)
        x = result(x.value, isNeeded: row.isTrained || x.gradient != nil) { [compute, workspace] gradient in
            if let sum = row.gradient { compute.biasGradient(gradient, addingTo: sum) }
            input.gradient?.add(gradient, workspace)
        }
    }

    mutating func convolve(_ x: inout Variable, _ layer: ConvolutionLayer, isLast: Bool) throws {
        throw DifferentiationError.noGradient(of: "layers of convolutions")
    }

    /// The mean of each run of rows: `[runs, columns]`.
    func means(_ x: Variable, of runs: [Range<Int>]) -> Variable {
        let means = workspace.tensor(runs.count, x.value.columns)
        means.clear()
        for (place, run) in runs.enumerated() {
            for row in run { compute.add(row: row, of: x.value, times: 1 / Float(run.count), toRow: place, of: means) }
        }
        return result(means, isNeeded: x.gradient != nil) { [compute, workspace] gradient in
            let spread = workspace.tensor(like: x.value)
            spread.clear()
            for (place, run) in runs.enumerated() {
                for row in run { compute.add(row: place, of: gradient, times: 1 / Float(run.count), toRow: row, of: spread) }
            }
            x.gradient?.add(spread, workspace)
        }
    }

    /// The same numbers in rows of another length, which divides their count.
    func reshaped(_ x: Variable, columns: Int) -> Variable {
        let rows = x.value.count / columns, before = x.value.columns
        return result(x.value.reshaped(rows: rows, columns: columns), isNeeded: x.gradient != nil) { [workspace] gradient in
            x.gradient?.add(gradient.reshaped(rows: gradient.count / before, columns: before), workspace)
        }
    }
}
