import Attention
import Models
import Positions
import Tensors

/// What all operations of a pass over one batch share.
final class TrainingContext {
    /// What a layer's attention does besides its projections.
    struct LayerAttention {
        /// Of all rows; `nil` where nothing turns.
        let angles: TokenAngles?
        let attention: PackedAttention
        let sinks: NumbersWeight?
    }

    let workspace: Workspace
    let weights: TrainedWeights
    let configuration: DecoderConfiguration
    let options: TrainingOptions
    let batch: PackedBatch
    /// Of each row.
    let positions: [Int32]
    /// The rows whose loss counts; `nil` if all do.
    let wantedRows: [Int]?
    /// Of each layer.
    let attention: [LayerAttention]

    /// - Throws: `ModelError` for tokens beyond the vocabulary, `DifferentiationError` for a batch whose parts do not fit together.
    init(
        _ batch: PackedBatch, _ description: DecoderDescription, rotaries: [Rotary], weights: TrainedWeights,
        configuration: DecoderConfiguration, options: TrainingOptions, workspace: Workspace
    ) throws {
        try Self.check(batch, vocabulary: configuration.vocabulary)
        self.workspace = workspace
        self.weights = weights
        self.configuration = configuration
        self.options = options
        self.batch = batch
        let positions = batch.sequences.flatMap { sequence in (0..<sequence.count).map { Int32(sequence.firstPosition + $0) } }
        let wanted = batch.weights.indices.filter { batch.weights[$0] != 0 }
        wantedRows = wanted.count == batch.tokens.count ? nil : wanted
        self.positions = positions
        let angles = Dictionary(
            uniqueKeysWithValues: Set(rotaries.filter { $0.rotaryDim > 0 }).map {
                ($0, TokenAngles(rotary: $0, positions: positions))
            })
        let sequences = batch.ranges
        attention = zip(description.blocks, rotaries).map { block, rotary in
            let sinks = block.attention.sinks.map(weights.numbers)
            var rule = block.attention.rule
            if let sinks { rule.sinkLogits = sinks.value.array }
            return LayerAttention(
                angles: angles[rotary],
                attention: PackedAttention(
                    sequences: sequences, window: block.attention.window, rule: rule, keyValueHeads: configuration.keyValueHeads,
                    precision: options.precision.type),
                sinks: sinks)
        }
    }

    /// Targets of the rows that count.
    var targets: [Int32] { wantedRows.map { $0.map { batch.targets[$0] } } ?? batch.targets }

    /// Weights of the rows that count.
    var lossWeights: [Float] { wantedRows.map { $0.map { batch.weights[$0] } } ?? batch.weights }

    private static func check(_ batch: PackedBatch, vocabulary: Int) throws {
        let count = batch.tokens.count
        guard batch.targets.count == count, batch.weights.count == count else {
            throw DifferentiationError.badBatch(
                reason: "\(count) tokens have \(batch.targets.count) targets and \(batch.weights.count) weights")
        }
        let reach = Int(Int32.max)
        guard batch.sequences.allSatisfy({ $0.count > 0 && $0.count <= count && (0...reach - $0.count).contains($0.firstPosition) }),
            batch.sequences.reduce(0, { $0 + $1.count }) == count
        else { throw DifferentiationError.badBatch(reason: "its sequences do not have \(count) tokens together") }
        guard batch.weights.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
            throw DifferentiationError.badBatch(reason: "a weight is negative or not a number")
        }
        for token in batch.tokens + batch.targets where !(0..<Int32(vocabulary)).contains(token) {
            throw ModelError.tokenOutOfRange(token, vocabulary: vocabulary)
        }
    }
}
