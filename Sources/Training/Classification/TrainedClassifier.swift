import Attention
import ModelFiles
import Models
import Positions
import Tensors

/// An encoder and a head that are trained together, from nothing, to tell texts apart.
///
/// A batch is texts packed one behind the other; the target of a text's first token is its class. Where an example is several texts, the
/// first one's counts. Where each token has a class (`.each`), that is its target; with causal attention it is a decoder then.
/// Not Sendable: one thread at a time computes with it. Results do not depend on how many threads `compute` has.
package final class TrainedClassifier: Trainable {
    package let shape: ClassifierShape
    package let attention: ClassifierAttention

    private let configuration: DecoderConfiguration
    private let options: TrainingOptions
    private let description: EncoderDescription
    /// From the pooled state to a hidden one, where texts are told apart, and from there to a number for each class.
    private let head: (hidden: Projection?, output: Projection)
    private let weights: TrainedWeights
    private let workspace: Workspace

    /// - Throws: `ModelError` for sizes that make no encoder.
    package init(
        _ shape: ClassifierShape, attention: ClassifierAttention, seed: UInt64, precision: TrainingOptions.Precision = .float32,
        compute: Compute
    ) throws {
        self.shape = shape
        self.attention = attention
        workspace = Workspace(compute: compute)
        options = TrainingOptions(precision: precision, frozen: shape.positions == .sines ? [FreshClassifier.positions] : [])
        var source = FreshClassifier(shape, seed: seed)
        configuration = try DecoderConfiguration(source, rotaryLayout: .halves)
        var (description, declarations) = try ArenaEncoder.describe(configuration, source: source)
        let hidden = shape.pooling == .each ? nil : shape.feedForward, pooled = shape.width * shape.textsPerExample
        head = (
            hidden.map { declarations.projection("cls", outputs: $0, inputs: pooled) },
            declarations.projection("cls.output", outputs: shape.classes, inputs: hidden ?? pooled)
        )
        self.description = description
        source.add(declarations.declarations)
        weights = try TrainedWeights(declarations.declarations, source: source, options: options)
    }

    package var compute: Compute { workspace.compute }
    package var parameters: ParameterSet { weights.parameters }
    package func refresh() { weights.refresh() }

    package func loss(of batch: PackedBatch) throws -> LossSum {
        let logits = try logits(batch, tape: nil).value, labels = labels(of: batch)
        return LossSum(
            sum: compute.crossEntropy(logits: logits, targets: labels.targets[...], weights: labels.weights[...], scale: 1),
            weight: labels.weight)
    }

    package func accumulateGradients(of batch: PackedBatch, scale: Float = 1) throws -> LossSum {
        let tape = Tape(), logits = try logits(batch, tape: tape), labels = labels(of: batch)
        let gradient = workspace.copy(logits.value)
        let sum = compute.crossEntropy(logits: gradient, targets: labels.targets[...], weights: labels.weights[...], scale: scale)
        logits.gradient?.add(gradient, workspace)
        try tape.rewind()
        return LossSum(sum: sum, weight: labels.weight)
    }

    /// The class that each example is most likely of, or each token whose target counts.
    package func predictions(of batch: PackedBatch) throws -> [Int] {
        let logits = try logits(batch, tape: nil).value
        return (0..<logits.rows).map { compute.argmax(logits, row: $0) }
    }

    /// A number for each example and class, `[examples, classes]`.
    package func logits(of batch: PackedBatch) throws -> Tensor { try logits(batch, tape: nil).value }

    private func logits(_ batch: PackedBatch, tape: Tape?) throws -> Variable {
        guard batch.sequences.count.isMultiple(of: shape.textsPerExample) else {
            throw DifferentiationError.badBatch(
                reason: "\(batch.sequences.count) texts are no whole number of examples of \(shape.textsPerExample)")
        }
        guard let longest = batch.sequences.map({ $0.firstPosition + $0.count }).max(), longest <= shape.context else {
            throw DifferentiationError.badBatch(reason: "it is empty, or a text has more than \(shape.context) tokens")
        }
        let rotary = shape.rotary
        let layers = description.layers.compactMap(\.attention).map { layer in
            var layer = layer
            layer.rule = shape.rule(layer.rule)
            return (layer, rotary)
        }
        let context = try TrainingContext(
            batch, layers: layers, reach: attention.reach, wanted: wanted, targets: shape.classes,
            weights: weights, configuration: configuration, options: options, workspace: workspace)
        var operations = TrainingOperations(context: context, tape: tape)
        var x = try description.states(&operations)
        if shape.pooling == .mean { x = operations.means(x, of: batch.ranges) }
        if shape.textsPerExample > 1 { x = operations.reshaped(x, columns: x.value.columns * shape.textsPerExample) }
        if let hidden = head.hidden { x = try operations.project(x, hidden, activation: .relu) }
        return try operations.project(x, head.output)
    }

    private var wanted: TrainingContext.Wanted {
        switch shape.pooling {
        case .first: .first
        case .mean: .all
        case .each: .weighted
        }
    }

    private func labels(of batch: PackedBatch) -> (targets: [Int32], weights: [Float], weight: Double) {
        let rows =
            shape.pooling == .each
            ? batch.weights.indices.filter { batch.weights[$0] != 0 }
            : batch.ranges.enumerated().filter { $0.offset.isMultiple(of: shape.textsPerExample) }.map(\.element.lowerBound)
        let weights = rows.map { batch.weights[$0] }
        return (rows.map { batch.targets[$0] }, weights, weights.reduce(0) { $0 + Double($1) })
    }
}

extension PackedBatch {
    /// Adds a text and, for the first one of an example, its class.
    package mutating func append(classified tokens: some Collection<Int32>, label: Int?) {
        let rest = max(0, tokens.count - 1)
        self.tokens += tokens
        targets += [Int32(label ?? 0)] + Array(repeating: 0, count: rest)
        weights += [label == nil ? 0 : 1] + Array(repeating: 0, count: rest)
        sequences.append(Sequence(count: tokens.count))
    }
}
