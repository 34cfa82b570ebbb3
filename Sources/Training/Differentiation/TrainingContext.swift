import Attention
import Models
import Positions
import Tensors

/// What all operations of a pass over one batch share.
final class TrainingContext {
    /// What a layer's attention does besides its projections.
    struct LayerAttention {
        enum Form {
            case exact(PackedAttention)
            /// Without a softmax, within these rows.
            case linear([Range<Int>])
        }

        /// Of all rows; `nil` where nothing turns.
        let angles: TokenAngles?
        let form: Form
        let sinks: NumbersWeight?
        /// A table `[buckets, heads]`, and which of its rows a distance has.
        let biases: (table: NumbersWeight, buckets: DistanceBuckets)?
    }

    /// Which keys queries see.
    enum Reach {
        /// Those that a decoder's layer shows: up to its own, or the last of them.
        case causal
        /// The same pattern in all layers.
        case pattern(PackedPattern)
        /// All of their sequence, without a softmax.
        case linear

        /// Whether no query sees what lies behind it.
        var isCausal: Bool {
            switch self {
            case .causal, .pattern(.causal): true
            case .pattern, .linear: false
            }
        }
    }

    /// The rows of which states are wanted in the end.
    enum Wanted {
        /// Those whose loss counts.
        case weighted
        /// The first of each sequence.
        case first
        case all
    }

    let workspace: Workspace
    let weights: TrainedWeights
    let configuration: DecoderConfiguration
    let options: TrainingOptions
    let batch: PackedBatch
    /// Of each row.
    let positions: [Int32]
    /// `nil` if all are wanted.
    let wantedRows: [Int]?
    /// Of each layer.
    let attention: [LayerAttention]

    /// - Parameters:
    ///   - layers: the attention of each layer and how its queries and keys turn.
    ///   - targets: how many targets there are to choose from; nil: the vocabulary.
    /// - Throws: `ModelError` for tokens beyond the vocabulary, `DifferentiationError` for a batch whose parts do not fit together.
    init(
        _ batch: PackedBatch, layers: [(attention: AttentionLayer, rotary: Rotary)], reach: Reach = .causal, wanted: Wanted = .weighted,
        targets: Int? = nil, weights: TrainedWeights, configuration: DecoderConfiguration, options: TrainingOptions, workspace: Workspace
    ) throws {
        try Self.check(batch, vocabulary: configuration.vocabulary, targets: targets ?? configuration.vocabulary)
        self.workspace = workspace
        self.weights = weights
        self.configuration = configuration
        self.options = options
        self.batch = batch
        let positions = batch.sequences.flatMap { sequence in (0..<sequence.count).map { Int32(sequence.firstPosition + $0) } }
        wantedRows = wanted.rows(of: batch)
        self.positions = positions
        let angles = Dictionary(
            uniqueKeysWithValues: Set(layers.map(\.rotary).filter { $0.rotaryDim > 0 }).map {
                ($0, TokenAngles(rotary: $0, positions: positions))
            })
        let sequences = batch.ranges
        attention = layers.map { layer, rotary in
            let sinks = layer.sinks.map(weights.numbers)
            var rule = layer.rule
            if let sinks { rule.sinkLogits = sinks.value.array }
            let biases = layer.distanceBiases.map(weights.numbers).map { ($0, DistanceBuckets($0.value, seesBothSides: !reach.isCausal)) }
            biases?.1.apply(to: &rule)
            func exact(_ pattern: PackedPattern) -> LayerAttention.Form {
                .exact(
                    PackedAttention(
                        sequences: sequences, pattern: pattern, rule: rule, keyValueHeads: configuration.keyValueHeads,
                        precision: options.precision.type))
            }
            let form: LayerAttention.Form =
                switch reach {
                case .causal: exact(.causal(window: layer.window))
                case .pattern(let pattern): exact(pattern)
                case .linear: .linear(sequences)
                }
            return LayerAttention(angles: angles[rotary], form: form, sinks: sinks, biases: biases)
        }
    }

    /// Targets of the rows that are wanted.
    var targets: [Int32] { wantedRows.map { $0.map { batch.targets[$0] } } ?? batch.targets }

    /// Weights of the rows that are wanted.
    var lossWeights: [Float] { wantedRows.map { $0.map { batch.weights[$0] } } ?? batch.weights }

    private static func check(_ batch: PackedBatch, vocabulary: Int, targets: Int) throws {
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
        for (tokens, count) in [(batch.tokens, vocabulary), (batch.targets, targets)] {
            for token in tokens where !(0..<Int32(count)).contains(token) {
                throw ModelError.tokenOutOfRange(token, vocabulary: count)
            }
        }
    }
}

extension TrainingContext.Wanted {
    /// `nil` if these are all.
    fileprivate func rows(of batch: PackedBatch) -> [Int]? {
        switch self {
        case .weighted:
            let rows = batch.weights.indices.filter { batch.weights[$0] != 0 }
            return rows.count == batch.tokens.count ? nil : rows
        case .first: return batch.ranges.map(\.lowerBound)
        case .all: return nil
        }
    }
}
