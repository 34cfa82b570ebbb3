import Tensors

/// A linear layer as training has it.
struct LinearLayer {
    let weight: LinearWeight
    let bias: NumbersWeight?

    /// Whether anything of it is trained.
    var hasParameters: Bool { weight.hasParameters || bias?.isTrained ?? false }
}

/// Products of one input `x` with the weights of several linear layers: `y = x · Wᵀ + bias + scale · (x · Aᵀ) · Bᵀ`, the last part for
/// layers with adapters.
struct LinearProducts {
    /// `[rows, outputs]` for each layer.
    let outputs: [Tensor]
    /// `scale · x · Aᵀ`, `[rows, rank]`, of layers with adapters.
    let inner: [Tensor?]

    init(_ layers: [LinearLayer], input x: Tensor, _ workspace: Workspace) {
        let compute = workspace.compute, matrices = layers.map { $0.weight.forward(workspace) }
        let adapters = layers.map(\.weight.adapter), innerMatrices = adapters.map { $0?.inner.forward(workspace) }
        outputs = matrices.map { workspace.tensor(x.rows, $0.rows) }
        inner = innerMatrices.map { matrix in matrix.map { workspace.tensor(x.rows, $0.rows) } }
        compute.multiply(x, matrices + innerMatrices.compactMap { $0 }, into: outputs + inner.compactMap { $0 })
        for (output, bias) in zip(outputs, layers.map(\.bias)) {
            if let bias { compute.addBias(output, bias.value) }
        }
        for (place, adapter) in adapters.enumerated() {
            guard let adapter, let inner = inner[place] else { continue }
            compute.scale(inner, by: adapter.scale)
            let addition = workspace.tensor(like: outputs[place])
            compute.multiply(inner, adapter.outer.forward(workspace), into: addition)
            compute.add(addition, to: outputs[place])
        }
    }
}

/// The way back through `LinearProducts`.
struct LinearGradients {
    let layers: [LinearLayer]
    let input: Variable
    /// As the products left it.
    let inner: [Tensor?]
    let workspace: Workspace

    private var compute: Compute { workspace.compute }

    /// Adds what the gradients of the outputs mean for everything that is trained, and for the input. Outputs without a gradient had no
    /// part in the loss.
    func add(_ outputGradients: [Tensor?]) {
        var weightGradients = WeightGradients(workspace)
        for (place, layer) in layers.enumerated() {
            guard let gradient = outputGradients[place] else { continue }
            if let bias = layer.bias?.gradient { compute.biasGradient(gradient, addingTo: bias) }
            if let sum = layer.weight.gradient { weightGradients.add(gradient, to: sum) }
            let innerGradient = addInputGradient(gradient, of: layer.weight)
            if let adapter = layer.weight.adapter, let innerGradient, let inner = inner[place] {
                addAdapterGradients(adapter, gradient, inner, innerGradient, &weightGradients)
            }
        }
        weightGradients.finish(input: input.value, as: layers[0].weight.type)
    }

    /// `dX += dY · W`, and for a layer with an adapter the gradient of what its A made: `scale · dY · B`.
    private func addInputGradient(_ gradient: Tensor, of weight: LinearWeight) -> Tensor? {
        if let sum = input.gradient { sum.add(product(gradient, weight), workspace) }
        guard let adapter = weight.adapter else { return nil }
        let innerGradient = product(gradient, adapter.outer)
        compute.scale(innerGradient, by: adapter.scale)
        return innerGradient
    }

    /// `dY · W`.
    private func product(_ gradient: Tensor, _ weight: LinearWeight) -> Tensor {
        let product = workspace.tensor(gradient.rows, weight.columns)
        weight.withTransposed(workspace) { compute.multiply(gradient, $0, into: product) }
        return product
    }

    private func addAdapterGradients(
        _ adapter: Adapter, _ gradient: Tensor, _ inner: Tensor, _ innerGradient: Tensor, _ weightGradients: inout WeightGradients
    ) {
        if let sum = adapter.inner.gradient { weightGradients.add(innerGradient, to: sum) }
        if let sum = adapter.outer.gradient {
            var outer = WeightGradients(workspace)
            outer.add(gradient, to: sum)
            outer.finish(input: inner, as: adapter.outer.type)
        }
        if let sum = input.gradient { sum.add(product(innerGradient, adapter.inner), workspace) }
    }
}

/// Gradients `dW = dYᵀ · X` of weights that share an input.
struct WeightGradients {
    private let workspace: Workspace
    private var outputGradients: [Tensor] = []
    private var sums: [Tensor] = []

    init(_ workspace: Workspace) {
        self.workspace = workspace
    }

    /// - Parameters:
    ///   - outputGradient: `[rows, outputs]`.
    ///   - sum: `[outputs, inputs]`, what the product is to be added to.
    mutating func add(_ outputGradient: Tensor, to sum: Tensor) {
        outputGradients.append(outputGradient)
        sums.append(sum)
    }

    /// - Parameters:
    ///   - input: `[rows, inputs]`.
    ///   - type: the numbers that the product is computed with.
    func finish(input: Tensor, as type: StorageType) {
        guard !sums.isEmpty, input.rows > 0 else { return }
        workspace.compute.addWeightGradients(input, outputGradients: outputGradients, to: sums, precision: type)
    }
}
