import Foundation
import ModelFiles
import Tensors

/// The end of a Hugging Face model for classifying texts: what makes a number for each class of an encoder's final states.
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
        enum Activation { case none, tanh, gelu }

        let rows: Int
        let columns: Int
        let weight: [Float]
        let bias: [Float]?
        let activation: Activation
        var norm: (weight: [Float], bias: [Float]?, epsilon: Float)?
    }

    /// The classes by name.
    package let labels: [String]
    package let kind: Kind
    private let pooling: Pooling
    private let layers: [Layer]

    /// Reads the head of a folder.
    /// - Returns: nil for a folder that has none.
    /// - Throws: `ModelFileError` or `ClassificationError` for one that does not fit its encoder.
    package init?(_ folder: HuggingFaceFolder, width: Int) throws {
        let files = HeadFiles(folder: folder, width: width), isMean = folder.config["classifier_pooling"]?.string == "mean"
        if let out = try files.layer("classifier.out_proj"), let dense = try files.layer("classifier.dense", rows: width, .tanh) {
            (layers, pooling) = ([dense, out], .cls)
        } else if let out = try files.layer("classifier"), var dense = try files.layer("head.dense", rows: width, .gelu) {
            dense.norm = try files.norm("head.norm")
            (layers, pooling) = ([dense, out], isMean ? .mean : .cls)
        } else if let out = try files.layer("classifier"),
            let dense = try files.layer("bert.pooler.dense", rows: width, .tanh) ?? files.layer("pooler.dense", rows: width, .tanh)
        {
            (layers, pooling) = ([dense, out], .cls)
        } else {
            return nil
        }
        let count = layers[1].rows
        labels = Self.labels(folder.config, count: count)
        kind = Self.kind(folder.config, count: count)
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

    private static func labels(_ config: JSONObject, count: Int) -> [String] {
        let names = config["id2label"]?.object
        return (0..<count).map { names?[String($0)]?.string ?? "LABEL_\($0)" }
    }

    private static func kind(_ config: JSONObject, count: Int) -> Kind {
        switch config["problem_type"]?.string {
        case "regression": .regression
        case "multi_label_classification": .several
        case "single_label_classification": .oneOfMany
        default: count == 1 ? .regression : .oneOfMany
        }
    }
}

/// The tensors of a head, each checked before it is read.
private struct HeadFiles {
    let folder: HuggingFaceFolder
    let width: Int

    /// - Parameter rows: how many there must be; nil: any number.
    func layer(
        _ name: String, rows: Int? = nil, _ activation: SequenceHead.Layer.Activation = .none
    ) throws -> SequenceHead.Layer? {
        guard let tensor = folder.tensor(name + ".weight") else { return nil }
        guard tensor.shape.count == 2, tensor.shape[1] == width, tensor.shape[0] > 0, tensor.shape[0] == rows ?? tensor.shape[0] else {
            throw ClassificationError.headDoesNotFit(path: folder.path, tensor: tensor.name, shape: tensor.shape, width: width)
        }
        return SequenceHead.Layer(
            rows: tensor.shape[0], columns: width, weight: Tensor(decoding: try folder.matrix(tensor.name)).array,
            bias: try vector(name + ".bias", count: tensor.shape[0]), activation: activation)
    }

    func norm(_ name: String) throws -> (weight: [Float], bias: [Float]?, epsilon: Float)? {
        guard let weight = try vector(name + ".weight", count: width) else { return nil }
        return (weight, try vector(name + ".bias", count: width), Float(folder.config["norm_eps"]?.number ?? 1e-5))
    }

    private func vector(_ name: String, count: Int) throws -> [Float]? {
        guard let tensor = folder.tensor(name) else { return nil }
        guard tensor.shape == [count] else {
            throw ClassificationError.headDoesNotFit(path: folder.path, tensor: name, shape: tensor.shape, width: count)
        }
        return Tensor(decoding: try folder.matrix(name)).array
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
        case .none: Float(x)
        case .tanh: Float(Foundation.tanh(x))
        case .gelu: Float(x / 2 * (1 + erf(x / 2.0.squareRoot())))
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
