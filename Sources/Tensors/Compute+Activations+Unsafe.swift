import CKernels

extension Compute {
    /// x = f(x), or f(x + bias) with one bias [columns] for every row.
    package func activate(_ x: Tensor, _ activation: Activation, bias: Tensor? = nil) {
        if let bias { precondition(bias.count == x.columns, "a bias of \(bias.count) for rows of \(x.columns)") }
        forEachRow(of: x) { row in
            let values = x.values + row * x.columns
            if let bias { kernels.elementwise.add(bias.values, x.columns, values) }
            kernels.activations.activate(activation.function, values, x.columns, values)
        }
    }

    /// into = gate and up joined; `into` may be either.
    package func gate(_ activation: GatedActivation, gate: Tensor, up: Tensor, into: Tensor) {
        requireSameShape(gate, up)
        requireSameShape(gate, into)
        forEachRow(of: gate) { row in
            let start = row * gate.columns
            let (gate, up, into, count) = (gate.values + start, up.values + start, into.values + start, gate.columns)
            switch activation {
            case .plain(let activation): kernels.activations.gate(activation.function, gate, up, count, into)
            case .clamped(let limit, let slope): kernels.activations.gate_clamped(gate, up, count, limit, slope, into)
            }
        }
    }

    /// x = cap · tanh(x / cap).
    package func softCap(_ x: Tensor, _ cap: Float) {
        forEachRow(of: x) { row in kernels.activations.soft_cap(cap, x.columns, x.values + row * x.columns) }
    }

    /// Keeps every value within ±limit.
    package func clamp(_ x: Tensor, to limit: Float) {
        forEachRow(of: x) { row in kernels.activations.clamp(limit, x.columns, x.values + row * x.columns) }
    }
}
