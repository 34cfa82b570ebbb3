import Attention
import Diagnostics
import Foundation
import KeyValues
import ModelFiles
import Positions
import Tensors

/// An encoder with its weights, ready to run: every token of a text sees the whole text, or what the layer's pattern shows of it.
///
/// One thread at a time may use it; the owner sees to that.
// Sendable by that rule: everything is immutable except scratch memory, which only the one user touches.
package final class TextEncoder: KernelHost, @unchecked Sendable {
    package let configuration: DecoderConfiguration
    package let compute: Compute
    let description: EncoderDescription
    let weights: ModelWeights
    let reading: EncoderReading
    /// What happens to the scores of each layer.
    let rules: [ScoreRule]
    /// For work that threads share out by texts: what each of them computes on by itself.
    let aloneOnEachThread: [Compute]

    private let cacheType: CacheType
    private let arena = PageArena()

    /// The most tokens of a text.
    package var window: Int { reading.window }

    /// - Parameters:
    ///   - options: how texts are read, where not as the files say.
    ///   - cacheType: how keys and values are held while a layer attends. In float32 nothing is rounded.
    /// - Throws: `ModelFileError` or `ModelError` for files that cannot serve; `EncoderError`, `PositionError` or `AttentionError` for options
    ///   that cannot.
    package init(
        source: any ModelSource, compute: Compute, options: EncoderOptions = EncoderOptions(), cacheType: CacheType = .f32
    ) throws {
        let architecture = try source.metadata.requireString("general.architecture")
        guard let family = EncoderRegistry.family(of: architecture) else {
            throw ModelError.unknownArchitecture(
                architecture, file: source.path, known: EncoderRegistry.families.flatMap { $0.architectures }.sorted())
        }
        configuration = try DecoderConfiguration(source, rotaryLayout: .halves)
        let declarations: WeightDeclarations
        (description, declarations) = try family.describe(configuration, source: source)
        weights = try ModelWeights(declarations, of: source)
        reading = try EncoderReading(
            options, description: description, configuration: configuration,
            rows: description.ends.positions.map { [weights] in weights.matrix($0).rows })
        rules = description.layers.map { [weights] in $0.attention.map { Self.rule($0, weights) } ?? ScoreRule(scale: 1) }
        self.compute = compute
        self.cacheType = cacheType
        _ = try Self.spec(configuration, cacheType, frame: .page)
        aloneOnEachThread = (0..<compute.pool.threads).map { _ in Compute(pool: WorkerPool(threads: 1), kernels: compute.kernels) }
    }

    private static func rule(_ attention: AttentionLayer, _ weights: ModelWeights) -> ScoreRule {
        var rule = attention.rule
        if let biases = attention.distanceBiases {
            DistanceBuckets(weights.numbers(biases), seesBothSides: true).apply(to: &rule)
        }
        return rule
    }

    private static func spec(
        _ configuration: DecoderConfiguration, _ type: CacheType, frame: KeyFrame
    ) throws(KeyValueError) -> CacheSpec {
        try CacheSpec(
            keyType: type, valueType: type, keyDim: configuration.keyDim, valueDim: configuration.valueDim,
            heads: configuration.keyValueHeads, frame: frame)
    }

    /// Runs texts through all layers, packed: the rows of all lie behind one another, and each attends to its own.
    ///
    /// - Parameters:
    ///   - texts: their tokens, at least one each and at most `window`.
    ///   - wanted: which states are returned; the last layer computes no others.
    /// - Returns: for each text the states behind the last layer, `[wanted tokens, width]`.
    /// - Throws: `ModelError` for tokens that the vocabulary does not have or more of them than the window.
    package func states(of texts: [[Int32]], wanted: WantedRows = .all) throws -> [Tensor] {
        try states(of: texts.map { EncoderText($0) }, wanted: wanted)
    }

    /// The same for texts of which some are pairs.
    package func states(of texts: [EncoderText], wanted: WantedRows = .all) throws -> [Tensor] {
        guard !texts.isEmpty else { return [] }
        for text in texts {
            guard text.tokens.count <= window else { throw ModelError.beyondPositions(text.tokens.count, table: window) }
            for token in text.tokens where !(0..<Int32(configuration.vocabulary)).contains(token) {
                throw ModelError.tokenOutOfRange(token, vocabulary: configuration.vocabulary)
            }
        }
        let packed = try PackedTexts(texts, wanted: wanted, padding: reading.padding, makeCache: makeCache)
        var operations = EncoderOperations(host: self, texts: packed)
        let states = try description.states(&operations)
        var first = 0
        return packed.members.map { member in
            let count = wanted.count(of: member.own.count)
            defer { first += count }
            return states.rows(first..<first + count)
        }
    }

    /// How many rows go through the layers for a text of so many tokens.
    package func rowCount(tokens: Int) -> Int { max(tokens, reading.padding?.count ?? 0) }

    /// What becomes of a pooled vector, `[width]`, by the model's own last layer, if it has one.
    package func finished(_ vector: [Float]) -> [Float] {
        guard let pooler = description.ends.pooler else { return vector }
        let matrix = weights.matrix(pooler.weight), output = Tensor(rows: 1, columns: matrix.rows)
        compute.multiply(Tensor(rows: 1, columns: vector.count, vector), matrix, into: output)
        if let bias = pooler.bias { compute.addBias(output, weights.numbers(bias)) }
        return output.array.map { tanh($0) }
    }

    /// Where a text's keys and values lie while a layer attends: unturned where a method places them otherwise than they stand.
    private func makeCache(tokens: Int) throws -> KeyValueCache {
        let isPlaced = reading.selfExtend != nil && reading.isLong(tokens)
        let spec = try Self.spec(configuration, cacheType, frame: isPlaced ? .raw : .page)
        return KeyValueCache(
            specs: description.layers.map { _ in spec },
            rotary: description.layers.map { reading.rotary($0, tokens: tokens, headDim: configuration.keyDim) }, arena: arena)
    }
}

/// A text as an encoder reads it, or two of them together.
package struct EncoderText: Hashable, Sendable {
    package let tokens: [Int32]
    /// Where the tokens begin that have the type of a second text; nil: there are none.
    package let secondPart: Int?

    package init(_ tokens: [Int32], secondPart: Int? = nil) {
        self.tokens = tokens
        self.secondPart = secondPart
    }
}
