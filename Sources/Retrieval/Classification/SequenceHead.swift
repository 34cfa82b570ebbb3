import Foundation
import ModelFiles
import Models
import Tensors

/// The end of a model for classifying texts: what makes a number for each class of an encoder's final states.
package struct SequenceHead: Sendable {
    /// What the numbers mean.
    package enum Kind: Sendable {
        /// Classes that exclude each other: probabilities by softmax.
        case oneOfMany
        /// Classes that do not: a probability for each by the logistic function.
        case several
        /// One number, or several, that are results as they are.
        case regression
    }

    /// One layer: `activation(weight · x + bias)`, and then a norm, if there is one.
    fileprivate struct Layer: Sendable {
        let rows: Int
        let columns: Int
        let weight: [Float]
        let bias: [Float]?
        let activation: EncoderHead.Activation?
        var norm: (weight: [Float], bias: [Float]?, epsilon: Float)?
    }

    /// The classes by name.
    package let labels: [String]
    package let kind: Kind
    private let pooling: Pooling
    private let layers: [Layer]

    /// Reads the head of a model.
    /// - Returns: nil for a model that has none.
    /// - Throws: `ModelFileError`, `ModelError` or `ClassificationError` for one that does not fit its encoder.
    package init?(_ source: any ModelSource, width: Int) throws {
        let tensors = HeadTensors(source: source, width: width)
        guard let output = try tensors.layer("cls.output") else { return nil }
        let architecture = try source.metadata.requireString("general.architecture")
        func key(_ name: String) -> String { EncoderHead.key(name, architecture) }
        if var dense = try tensors.layer("cls", rows: width, EncoderHead.activation(of: source)) {
            dense.norm = try tensors.norm("cls.norm", epsilonKey: "\(architecture).attention.layer_norm_epsilon")
            layers = [dense, output]
        } else {
            layers = [output]
        }
        pooling = source.metadata.int(key("pooling_type")) == 1 ? .mean : .cls
        let names = source.metadata.strings(key("output_labels")).map { names in names.indices.map { names[$0] } }
        labels = names?.count == output.rows ? names ?? [] : (0..<output.rows).map { "LABEL_\($0)" }
        kind = Self.kind(source.metadata.string(key("problem_type")), count: output.rows)
    }

    /// The number for each class of a text's final states, `[tokens, width]`.
    package func logits(of states: Tensor) -> [Float] {
        layers.reduce(pooling.vector(of: states)) { $1.apply(to: $0) }
    }

    /// What the numbers say of the classes.
    package func scores(of logits: [Float]) -> [Double] {
        switch kind {
        case .oneOfMany: logits.map(Double.init).softmax
        case .several: logits.map { 1 / (1 + exp(-Double($0))) }
        case .regression: logits.map(Double.init)
        }
    }

    private static func kind(_ problem: String?, count: Int) -> Kind {
        switch problem {
        case "regression": .regression
        case "multi_label_classification": .several
        case "single_label_classification": .oneOfMany
        default: count == 1 ? .regression : .oneOfMany
        }
    }
}

/// The tensors of a head, each checked before it is read.
private struct HeadTensors {
    let source: any ModelSource
    let width: Int

    /// - Parameter rows: how many there must be; nil: any number.
    func layer(_ name: String, rows: Int? = nil, _ activation: EncoderHead.Activation? = nil) throws -> SequenceHead.Layer? {
        guard let tensor = source.tensor(name + ".weight") else { return nil }
        // A single row may be written as a vector.
        guard tensor.shape.count <= 2, tensor.columns == width, tensor.rows > 0, tensor.rows == rows ?? tensor.rows else {
            throw ClassificationError.headDoesNotFit(path: source.path, tensor: tensor.name, shape: tensor.shape, width: width)
        }
        return SequenceHead.Layer(
            rows: tensor.rows, columns: width, weight: Tensor(decoding: try source.matrix(tensor.name)).array,
            bias: try vector(name + ".bias", count: tensor.rows), activation: activation)
    }

    func norm(_ name: String, epsilonKey: String) throws -> (weight: [Float], bias: [Float]?, epsilon: Float)? {
        guard let weight = try vector(name + ".weight", count: width) else { return nil }
        return (weight, try vector(name + ".bias", count: width), Float(source.metadata.float(epsilonKey) ?? 1e-5))
    }

    private func vector(_ name: String, count: Int) throws -> [Float]? {
        guard let tensor = source.tensor(name) else { return nil }
        guard tensor.shape == [count] else {
            throw ClassificationError.headDoesNotFit(path: source.path, tensor: name, shape: tensor.shape, width: count)
        }
        return Tensor(decoding: try source.matrix(name)).array
    }
}

extension SequenceHead.Layer {
    fileprivate func apply(to x: [Float]) -> [Float] {
        var y = (0..<rows).map { row in
            var sum = Double(bias?[row] ?? 0)
            let first = row * columns
            for column in 0..<columns { sum += Double(weight[first + column]) * Double(x[column]) }
            return activate(sum)
        }
        if let norm { y = y.layerNormed(norm.weight, norm.bias, epsilon: norm.epsilon) }
        return y
    }

    private func activate(_ x: Double) -> Float {
        switch activation {
        case nil: Float(x)
        case .tanh: Float(Foundation.tanh(x))
        case .gelu: Float(x / 2 * (1 + erf(x / 2.0.squareRoot())))
        case .geluTanh: Float(x / 2 * (1 + Foundation.tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x))))
        case .relu: Float(max(0, x))
        }
    }
}

extension [Float] {
    fileprivate func layerNormed(_ weight: [Float], _ bias: [Float]?, epsilon: Float) -> [Float] {
        let mean = reduce(0) { $0 + Double($1) } / Double(count)
        let variance = reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(count)
        let scale = 1 / (variance + Double(epsilon)).squareRoot()
        return indices.map { Float((Double(self[$0]) - mean) * scale * Double(weight[$0]) + Double(bias?[$0] ?? 0)) }
    }
}
