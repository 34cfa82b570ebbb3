import Tensors

extension KernelOperations {
    mutating func experts(_ x: Tensor, _ layer: ExpertLayer) throws -> Tensor {
        let choices = layer.choices(try project(x, [layer.router])[0], compute)
        let sum = Tensor(rows: x.rows, columns: x.columns)
        if x.rows == 1 {
            runTogether(x, choices, layer, addTo: sum)
        } else {
            for (expert, choices) in choices.byExpert {
                runApart(x, expert: expert, choices, layer, addTo: sum)
            }
        }
        return sum
    }

    /// A single row through all of its experts: their first matrices share the input.
    private mutating func runTogether(_ x: Tensor, _ choices: [ExpertChoice], _ layer: ExpertLayer, addTo sum: Tensor) {
        let gates = experts(layer.gate.weights), ups = experts(layer.up.weights)
        let matrices = choices.flatMap { [gates[$0.expert], ups[$0.expert]] }
        let outputs = matrices.map { makeTensor(rows: 1, columns: $0.rows) }
        compute.multiply(x, matrices, into: outputs)
        for (index, choice) in choices.enumerated() {
            let answer = finish(gate: outputs[2 * index], up: outputs[2 * index + 1], expert: choice.expert, layer)
            compute.add(row: 0, of: answer, times: choice.weight, toRow: choice.row, of: sum)
        }
    }

    /// The rows that were sent to one expert.
    private mutating func runApart(_ x: Tensor, expert: Int, _ choices: [ExpertChoice], _ layer: ExpertLayer, addTo sum: Tensor) {
        let rows = makeTensor(rows: choices.count, columns: x.columns)
        for (index, choice) in choices.enumerated() { x.copyRows(choice.row..<choice.row + 1, to: rows, at: index) }
        let matrices = [experts(layer.gate.weights)[expert], experts(layer.up.weights)[expert]]
        let outputs = matrices.map { makeTensor(rows: choices.count, columns: $0.rows) }
        compute.multiply(rows, matrices, into: outputs)
        let answers = finish(gate: outputs[0], up: outputs[1], expert: expert, layer)
        for (index, choice) in choices.enumerated() {
            compute.add(row: index, of: answers, times: choice.weight, toRow: choice.row, of: sum)
        }
    }

    /// From the products of an expert's first two matrices to its answer.
    private mutating func finish(gate: Tensor, up: Tensor, expert: Int, _ layer: ExpertLayer) -> Tensor {
        addBias(layer.gate.biases, of: expert, to: gate)
        addBias(layer.up.biases, of: expert, to: up)
        compute.gate(layer.activation, gate: gate, up: up, into: gate)
        let down = experts(layer.down.weights)[expert]
        let answer = makeTensor(rows: gate.rows, columns: down.rows)
        compute.multiply(gate, down, into: answer)
        addBias(layer.down.biases, of: expert, to: answer)
        return answer
    }

    private func addBias(_ biases: Weight?, of expert: Int, to x: Tensor) {
        guard let biases = biases.map(numbers) else { return }
        for row in 0..<x.rows { compute.add(row: expert, of: biases, times: 1, toRow: row, of: x) }
    }
}
