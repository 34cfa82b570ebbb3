import Tensors

/// What kernels need of a model: its weights, scratch memory, and what to run on.
protocol KernelHost {
    var compute: Compute { get }
    var weights: ModelWeights { get }
}

/// Operations that run as kernels, with nothing recorded. What goes over rows is the same for all models, whoever's rows they are; what
/// knows sequences (embedding, positions, attention) is up to who conforms.
protocol KernelOperations: DecoderOperations where Activations == Tensor {
    associatedtype Host: KernelHost
    var host: Host { get }
}

extension KernelOperations {
    var compute: Compute { host.compute }

    func matrix(_ weight: Weight) -> Matrix { host.weights.matrix(weight) }
    func numbers(_ weight: Weight) -> Tensor { host.weights.numbers(weight) }
    func experts(_ weight: Weight) -> [Matrix] { host.weights.experts(weight) }
    func makeTensor(rows: Int, columns: Int) -> Tensor { host.weights.makeTensor(rows: rows, columns: columns) }

    mutating func norm(_ x: Tensor, _ norm: Norm) -> Tensor {
        let y = makeTensor(rows: x.rows, columns: x.columns), weight = numbers(norm.weight)
        switch norm.kind {
        case .rootMeanSquare: compute.rmsNorm(x, weight: weight, epsilon: norm.epsilon, into: y)
        case .layer:
            compute.layerNorm(x, weight: weight, bias: norm.bias.map(numbers), epsilon: norm.epsilon, into: y)
        }
        return y
    }

    mutating func project(_ x: Tensor, _ projections: [Projection]) -> [Tensor] {
        let matrices = projections.map { matrix($0.weight) }
        let outputs = matrices.map { makeTensor(rows: x.rows, columns: $0.rows) }
        compute.multiply(x, matrices, into: outputs)
        for (output, projection) in zip(outputs, projections) {
            if let bias = projection.bias { compute.addBias(output, numbers(bias)) }
        }
        return outputs
    }

    /// Bias and function go over each row while it is near the processor.
    mutating func project(_ x: Tensor, _ projection: Projection, activation: Activation) -> Tensor {
        let matrix = matrix(projection.weight), output = makeTensor(rows: x.rows, columns: matrix.rows)
        compute.multiply(x, matrix, into: output)
        compute.activate(output, activation, bias: projection.bias.map(numbers))
        return output
    }

    mutating func activate(_ x: Tensor, _ activation: Activation) -> Tensor {
        compute.activate(x, activation)
        return x
    }

    mutating func gate(_ gate: Tensor, _ up: Tensor, _ activation: GatedActivation) -> Tensor {
        compute.gate(activation, gate: gate, up: up, into: gate)
        return gate
    }

    mutating func scale(_ x: inout Tensor, by factor: Float) { compute.scale(x, by: factor) }

    mutating func clamp(_ x: inout Tensor, to limit: Float) { compute.clamp(x, to: limit) }

    mutating func add(_ branch: Tensor, to residual: inout Tensor) { compute.add(branch, to: residual) }
}
