import Models
import Tensors

extension TrainingOperations {
    mutating func project(_ x: Variable, _ projections: [Projection]) -> [Variable] {
        multiply(x, projections.map { LinearLayer(weight: weights.matrix($0.weight), bias: $0.bias.map(weights.numbers)) })
    }

    /// What linear layers make of one input.
    func multiply(_ x: Variable, _ layers: [LinearLayer]) -> [Variable] {
        let products = LinearProducts(layers, input: x.value, workspace)
        guard let tape, x.gradient != nil || layers.contains(where: \.hasParameters) else {
            return products.outputs.map { Variable(value: $0) }
        }
        let sums = products.outputs.map { _ in GradientSum() }
        let gradients = LinearGradients(layers: layers, input: x, inner: products.inner, workspace: workspace)
        tape.record { gradients.add(sums.map { $0.take() }) }
        return zip(products.outputs, sums).map { Variable(value: $0, gradient: $1) }
    }
}
