import Tensors

/// The output head and the cross-entropy behind it, a few rows at a time, so that the logits of a long sequence are never held whole.
struct FusedHead {
    let weight: LinearWeight
    let scale: Float
    /// Logits become `cap · tanh(logit / cap)`, behind the scale.
    let cap: Float?
    let workspace: Workspace

    private var compute: Compute { workspace.compute }

    /// Logits that are held at once: enough for the products to run at their full rate, few enough to stay near the processor.
    private static let logitsAtOnce = 4 << 20
    private static let fewestRows = 256

    /// The sum of weighted losses of states `[rows, width]`.
    func loss(of states: Tensor, targets: [Int32], weights: [Float]) -> Double {
        chunks(of: states).reduce(0) { sum, rows in
            sum + compute.crossEntropy(logits: logits(states.rows(rows)), targets: targets[rows], weights: weights[rows], scale: 1)
        }
    }

    /// The same; the gradient of `gradientScale` times the loss is added to what is trained and handed to the states.
    func loss(of states: Variable, targets: [Int32], weights: [Float], gradientScale: Float) -> Double {
        let stateGradient = states.gradient.map { _ in workspace.tensor(like: states.value) }
        var sum = 0.0
        for rows in chunks(of: states.value) {
            let part = states.value.rows(rows), logits = logits(part), capped = cap.map { _ in workspace.copy(logits) }
            sum += compute.crossEntropy(logits: logits, targets: targets[rows], weights: weights[rows], scale: gradientScale)
            if let cap, let capped { compute.softCapGradient(capped, cap, gradient: logits) }
            if scale != 1 { compute.scale(logits, by: scale) }
            if let stateGradient {
                weight.withTransposed(workspace) { compute.multiply(logits, $0, into: stateGradient.rows(rows)) }
            }
            if let gradient = weight.gradient {
                var weightGradients = WeightGradients(workspace)
                weightGradients.add(logits, to: gradient)
                weightGradients.finish(input: part, as: weight.type)
            }
        }
        if let stateGradient { states.gradient?.add(stateGradient, workspace) }
        return sum
    }

    /// The most likely token of each row.
    func predictions(of states: Tensor) -> [Int32] {
        chunks(of: states).flatMap { rows in
            let logits = logits(states.rows(rows))
            return (0..<logits.rows).map { Int32(compute.argmax(logits, row: $0)) }
        }
    }

    private func logits(_ states: Tensor) -> Tensor {
        let matrix = weight.forward(workspace), logits = workspace.tensor(states.rows, matrix.rows)
        compute.multiply(states, matrix, into: logits)
        if scale != 1 { compute.scale(logits, by: scale) }
        if let cap { compute.softCap(logits, cap) }
        return logits
    }

    private func chunks(of states: Tensor) -> [Range<Int>] {
        let length = max(Self.fewestRows, Self.logitsAtOnce / weight.table.rows)
        return stride(from: 0, to: states.rows, by: length).map { $0..<min($0 + length, states.rows) }
    }
}
