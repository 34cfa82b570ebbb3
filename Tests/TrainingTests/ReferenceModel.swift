import Attention
import Foundation
import ModelFiles
import Models
import Positions
import Tensors
import Training

/// What the reference pass knows of a batch.
struct ReferenceBatch {
    let tokens: [Int]
    let positions: [Int]
    let sequences: [Range<Int>]

    init(_ batch: PackedBatch) {
        tokens = batch.tokens.map(Int.init)
        positions = batch.sequences.flatMap { sequence in (0..<sequence.count).map { sequence.firstPosition + $0 } }
        sequences = batch.ranges
    }
}

/// A decoder in double precision whose numbers tests may change, to see what becomes of the loss.
struct ReferenceModel {
    let configuration: DecoderConfiguration
    let rotaries: [Rotary]
    private let description: DecoderDescription
    private let declarations: [WeightDeclarations.Declaration]
    /// All numbers of each tensor, by name.
    var values: [String: [Double]]

    init(_ source: any ModelSource) throws {
        let (configuration, description, declarations) = try Models.Decoder.describe(source)
        self.configuration = configuration
        self.description = description
        self.declarations = declarations.declarations
        rotaries = description.rotaryOfLayers(length: configuration.contextLength, headDim: configuration.keyDim)
        values = [:]
        for declaration in self.declarations where values[declaration.name] == nil {
            let matrices: [Matrix]
            if case .experts = declaration.form {
                matrices = try source.experts(declaration.name)
            } else {
                matrices = [try source.matrix(declaration.name)]
            }
            values[declaration.name] = matrices.flatMap { Tensor(decoding: $0).array.map(Double.init) }
        }
    }

    /// The names of all tensors, in an order.
    var names: [String] { values.keys.sorted() }

    // MARK: What operations ask for

    func weight(_ weight: Weight) -> ReferenceRows {
        let declaration = declarations[weight.index], all = values[declaration.name] ?? []
        let columns = declaration.shape.last ?? 1
        if declaration.shape.count == 1 {
            let part = declaration.part ?? 0..<columns
            return ReferenceRows(rows: 1, columns: part.count, values: Array(all[part]))
        }
        let part = declaration.part ?? 0..<declaration.shape[0]
        return ReferenceRows(rows: part.count, columns: columns, values: Array(all[part.lowerBound * columns..<part.upperBound * columns]))
    }

    func expert(_ weight: Weight, _ expert: Int) -> ReferenceRows {
        let declaration = declarations[weight.index], rows = declaration.shape[1], columns = declaration.shape[2]
        let all = values[declaration.name] ?? [], start = expert * rows * columns
        return ReferenceRows(rows: rows, columns: columns, values: Array(all[start..<start + rows * columns]))
    }

    func window(layer: Int) -> Int? { description.blocks[layer].attention.window }

    func rule(layer: Int) -> ScoreRule { description.blocks[layer].attention.rule }

    /// A logit for each head that takes part in the softmax; a rule holds them in single precision, which differences do not bear.
    func sinks(layer: Int) -> [Double]? { description.blocks[layer].attention.sinks.map { weight($0).values } }

    // MARK: Results

    /// Logits after each token.
    func logits(_ batch: PackedBatch) throws -> ReferenceRows {
        var operations = ReferenceOperations(model: self, batch: ReferenceBatch(batch))
        let states = try description.states(&operations), ends = description.ends
        let logits = states.times(weight(ends.head)).mapped { $0 * Double(ends.logitScale) }
        guard let cap = ends.logitCap.map(Double.init) else { return logits }
        return logits.mapped { cap * tanh($0 / cap) }
    }

    /// The sum of weighted cross-entropies.
    func loss(_ batch: PackedBatch) throws -> Double {
        let logits = try logits(batch)
        return batch.targets.indices.reduce(0) { sum, row in
            let scores = Array(logits[row]), highest = scores.max() ?? 0
            let logSum = log(scores.reduce(0) { $0 + exp($1 - highest) }) + highest
            return sum + Double(batch.weights[row]) * (logSum - scores[Int(batch.targets[row])])
        }
    }
}
