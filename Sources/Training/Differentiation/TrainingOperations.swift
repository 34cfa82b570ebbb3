import Attention
import Models
import Positions
import Tensors

/// The interpreter of decoder descriptions that remembers how to go back: each operation computes its result and records on a tape what
/// is to be done with the result's gradient.
///
/// Operations keep only the values that their gradients need. Those that change a value in place are safe because no gradient needs what
/// it was before: `scale`, `add` and the rotation of queries and keys take over the results of products and norms, whose gradients follow
/// from their inputs.
struct TrainingOperations: DecoderOperations {
    let context: TrainingContext
    /// `nil` while only results are wanted.
    var tape: Tape?

    var workspace: Workspace { context.workspace }
    var compute: Compute { context.workspace.compute }
    var weights: TrainedWeights { context.weights }

    /// The result of an operation, and what becomes of its gradient.
    /// - Parameter isNeeded: whether anything that is trained lies behind it.
    func result(_ value: Tensor, isNeeded: Bool, _ backward: @escaping (_ gradient: Tensor) throws -> Void) -> Variable {
        guard let tape, isNeeded else { return Variable(value: value) }
        let sum = GradientSum()
        tape.record { if let gradient = sum.take() { try backward(gradient) } }
        return Variable(value: value, gradient: sum)
    }

    // MARK: Beginning and end

    mutating func embed(_ table: Weight) -> Variable {
        let table = weights.matrix(table), tokens = context.batch.tokens
        let x = workspace.tensor(tokens.count, table.table.columns)
        compute.embed(tokens: tokens, table: table.table, into: x)
        return result(x, isNeeded: table.isTrained) { [compute] gradient in
            if let sum = table.gradient { compute.embedGradient(tokens: tokens, outputGradient: gradient, addingTo: sum) }
        }
    }

    mutating func addPositions(_ table: Weight, to x: inout Variable) throws {
        let table = weights.matrix(table), positions = context.positions
        if let last = positions.max(), last >= table.table.rows {
            throw ModelError.beyondPositions(Int(last) + 1, table: table.table.rows)
        }
        let rows = workspace.tensor(like: x.value)
        compute.embed(tokens: positions, table: table.table, into: rows)
        compute.add(rows, to: x.value)
        let input = x
        x = result(x.value, isNeeded: table.isTrained || x.gradient != nil) { [compute, workspace] gradient in
            if let sum = table.gradient { compute.embedGradient(tokens: positions, outputGradient: gradient, addingTo: sum) }
            input.gradient?.add(gradient, workspace)
        }
    }

    /// With recomputation only the layer's input is kept; on the way back the layer runs again, on a tape of its own.
    mutating func layer(
        _ x: inout Variable, _ body: @escaping (inout Variable, inout TrainingOperations) throws -> Void
    ) throws {
        guard tape != nil, context.options.recomputesActivations else { return try body(&x, &self) }
        let input = x
        var silent = self
        silent.tape = nil
        try body(&x, &silent)
        x = result(x.value, isNeeded: true) { [self] gradient in
            let inner = Tape()
            var again = self
            again.tape = inner
            let start = Variable(value: input.value, gradient: input.gradient.map { _ in GradientSum() })
            var end = start
            try body(&end, &again)
            end.gradient?.add(gradient, workspace)
            try inner.rewind()
            if let gradient = start.gradient?.take() { input.gradient?.add(gradient, workspace) }
        }
    }

    // MARK: Element by element

    mutating func norm(_ x: Variable, _ norm: Norm) -> Variable {
        let y = workspace.tensor(like: x.value), weight = weights.numbers(norm.weight), bias = norm.bias.map(weights.numbers)
        switch norm.kind {
        case .rootMeanSquare: compute.rmsNorm(x.value, weight: weight.value, epsilon: norm.epsilon, into: y)
        case .layer: compute.layerNorm(x.value, weight: weight.value, bias: bias?.value, epsilon: norm.epsilon, into: y)
        }
        return result(y, isNeeded: x.gradient != nil || weight.isTrained) { [compute, workspace] gradient in
            let inputGradient = workspace.tensor(like: gradient)
            switch norm.kind {
            case .rootMeanSquare:
                compute.rmsNormGradient(
                    x.value, weight: weight.value, epsilon: norm.epsilon, outputGradient: gradient, into: inputGradient,
                    addingTo: weight.gradient)
            case .layer:
                compute.layerNormGradient(
                    x.value, weight: weight.value, epsilon: norm.epsilon, outputGradient: gradient, into: inputGradient,
                    addingTo: weight.gradient, biasGradient: bias?.gradient)
            }
            x.gradient?.add(inputGradient, workspace)
        }
    }

    mutating func activate(_ x: Variable, _ activation: Activation) -> Variable {
        let y = x.gradient == nil ? x.value : workspace.copy(x.value)
        compute.activate(y, activation)
        return result(y, isNeeded: x.gradient != nil) { [compute, workspace] gradient in
            let inputGradient = workspace.tensor(like: gradient)
            compute.activateGradient(x.value, activation, outputGradient: gradient, into: inputGradient)
            x.gradient?.add(inputGradient, workspace)
        }
    }

    mutating func gate(_ gate: Variable, _ up: Variable, _ activation: GatedActivation) -> Variable {
        let isNeeded = gate.gradient != nil || up.gradient != nil
        let y = isNeeded ? workspace.tensor(like: gate.value) : gate.value
        compute.gate(activation, gate: gate.value, up: up.value, into: y)
        return result(y, isNeeded: isNeeded) { [compute, workspace] gradient in
            let gateGradient = workspace.tensor(like: gradient), upGradient = workspace.tensor(like: gradient)
            compute.gateGradient(
                activation, gate: gate.value, up: up.value, outputGradient: gradient, gateGradient: gateGradient, upGradient: upGradient)
            gate.gradient?.add(gateGradient, workspace)
            up.gradient?.add(upGradient, workspace)
        }
    }

    mutating func scale(_ x: inout Variable, by factor: Float) {
        compute.scale(x.value, by: factor)
        let input = x
        x = result(x.value, isNeeded: x.gradient != nil) { [compute, workspace] gradient in
            let scaled = workspace.copy(gradient)
            compute.scale(scaled, by: factor)
            input.gradient?.add(scaled, workspace)
        }
    }

    mutating func clamp(_ x: inout Variable, to limit: Float) {
        let input = x, y = x.gradient == nil ? x.value : workspace.copy(x.value)
        compute.clamp(y, to: limit)
        x = result(y, isNeeded: input.gradient != nil) { [compute, workspace] gradient in
            let passed = workspace.tensor(like: gradient)
            compute.clampGradient(input.value, limit: limit, outputGradient: gradient, into: passed)
            input.gradient?.add(passed, workspace)
        }
    }

    /// The branch's tensor becomes the sum; the stream's own stays as it was, for the gradient of the norm that read it.
    mutating func add(_ branch: Variable, to residual: inout Variable) {
        compute.add(residual.value, to: branch.value)
        let stream = residual
        residual = result(branch.value, isNeeded: stream.gradient != nil || branch.gradient != nil) { [workspace] gradient in
            branch.gradient?.add(gradient, workspace)
            stream.gradient?.add(gradient, workspace)
        }
    }
}
