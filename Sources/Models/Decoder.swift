import Attention
import Diagnostics
import KeyValues
import ModelFiles
import Positions
import Tensors
import Tokenizers

/// A decoder with its weights, ready to run.
///
/// It has no state of its own but scratch memory: what has been read lives in a `KeyValueCache`. One thread at a time may
/// use it; the owner (`Generation`'s model) sees to that.
// Sendable by that rule: everything is immutable except the tensor pool, which only the one user touches.
package final class Decoder: KernelHost, @unchecked Sendable {
    package let configuration: DecoderConfiguration
    package let tokenizer: Tokenizer
    package let compute: Compute
    /// For work that threads share out by sequences: what each of them computes on by itself.
    let aloneOnEachThread: [Compute]
    /// By what a saved reading knows the model again.
    package let fingerprint: Fingerprint
    /// The model's name as its files give it, or else the file's name.
    package let name: String

    private let description: DecoderDescription
    let weights: ModelWeights
    /// What happens to the scores of each layer.
    private let rules: [ScoreRule]

    /// - Throws: `ModelFileError` or `ModelError` for files that cannot serve.
    package init(source: any ModelSource, tokenizer: Tokenizer, compute: Compute) throws {
        let declarations: WeightDeclarations
        (configuration, description, declarations) = try Self.describe(source)
        weights = try ModelWeights(declarations, of: source)
        try Self.check(tokenizer, rows: configuration.vocabulary, path: source.path)
        rules = description.blocks.map { [weights] block in
            var rule = block.attention.rule
            if let sinks = block.attention.sinks { rule.sinkLogits = weights.numbers(sinks).array }
            return rule
        }
        fingerprint = Fingerprint(of: source.metadata, weights: weights.named)
        name = source.metadata.string("general.name") ?? source.path.split(separator: "/").last.map(String.init) ?? source.path
        self.tokenizer = tokenizer
        self.compute = compute
        aloneOnEachThread = (0..<compute.pool.threads).map { _ in Compute(pool: WorkerPool(threads: 1), kernels: compute.kernels) }
    }

    /// What the settings of a file say, before any weight is looked at.
    /// - Throws: `ModelFileError` or `ModelError` for settings that describe no model.
    package static func describe(
        _ source: any ModelSource
    ) throws -> (configuration: DecoderConfiguration, description: DecoderDescription, weights: WeightDeclarations) {
        let family = try DecoderRegistry.family(of: source.metadata.requireString("general.architecture"), in: source.path)
        let configuration = try DecoderConfiguration(source, rotaryLayout: family.rotaryLayout)
        var weights = WeightDeclarations { source.tensor($0) != nil }
        let description = try family.describe(configuration, keys: ModelKeys(source), weights: &weights)
        return (configuration, description, weights)
    }

    /// Control tokens may lie beyond the embedding: some tokenizers serve models of several kinds of input, too.
    private static func check(_ tokenizer: Tokenizer, rows: Int, path: String) throws(ModelError) {
        let beyond = rows..<max(rows, tokenizer.vocabularyCount)
        guard beyond.allSatisfy({ tokenizer.isSpecial(Int32($0)) }) else {
            throw .noVocabularyEntry(tokens: tokenizer.vocabularyCount, rows: rows, file: path)
        }
    }

    // MARK: Layers

    /// How a layer of this model keeps its keys and values.
    package func cacheSpec(keyType: CacheType, valueType: CacheType, frame: KeyFrame = .page) throws(KeyValueError) -> CacheSpec {
        try CacheSpec(
            keyType: keyType, valueType: valueType, keyDim: configuration.keyDim, valueDim: configuration.valueDim,
            heads: configuration.keyValueHeads, frame: frame)
    }

    /// An empty cache for one sequence.
    /// - Parameter length: the longest that the sequence will get, in tokens; `nil` for the model's window. Some models turn queries and
    ///   keys by it, so it is fixed before the first token: then no result depends on the chunks in which a text is read.
    package func makeCache(
        _ spec: CacheSpec, length: Int? = nil, positions: ChosenPositions? = nil, arena: PageArena
    ) -> KeyValueCache {
        KeyValueCache(
            specs: Array(repeating: spec, count: configuration.layers), rotary: rotaryOfLayers(length: length, positions: positions),
            arena: arena)
    }

    /// The rotation of every layer for sequences of up to so many tokens.
    package func rotaryOfLayers(length: Int? = nil, positions: ChosenPositions? = nil) -> [Rotary] {
        description.rotaryOfLayers(
            length: length ?? positions?.window ?? configuration.contextLength, headDim: configuration.keyDim, chosen: positions)
    }

    /// Why no other rotation can take the place of the model's own; nil if one can.
    var reasonAgainstSchemes: String? {
        if learnedPositions != nil { return "it has learned a vector for each position and rotates nothing" }
        if takesDistancesOff { return "it knows distances by ALiBi, which goes beyond its window by itself" }
        if description.blocks.allSatisfy({ $0.attention.rotation == nil }) { return "it has no rotary positions" }
        let isLimited = description.blocks.allSatisfy { $0.attention.rotation == nil || $0.attention.window != nil }
        return isLimited ? "all its layers with positions look back only as far as they were trained for" : nil
    }

    /// A method as it works on this model, whose layers may look back only so far by themselves.
    package func limited(_ policy: any AttentionPolicy) -> any AttentionPolicy { description.limited(policy) }

    /// Lets a method see a chunk of tokens that has been run, and drops what no later query will see by it on this model.
    /// - Parameter surprisals: of each token, where the method needs them.
    package func endChunk(
        _ tokens: ArraySlice<Int32>, surprisals: [Float?] = [], in cache: KeyValueCache, by policy: any AttentionPolicy
    ) {
        policy.endChunk(tokens, surprisals: surprisals, cache: cache)
        limited(policy).retain(in: cache)
    }

    /// What happens to the scores of a layer, for the positions that a cache was made for.
    func rule(layer: Int, cache: KeyValueCache) -> ScoreRule {
        var rule = rules[layer]
        rule.queryScale = cache.rotary[layer].queryScale
        return rule
    }

    /// Whether scores depend on distances besides the rotation (ALiBi).
    package var takesDistancesOff: Bool { rules.contains { $0.slopes != nil } }

    /// For how many tokens the model has learned positions, where it has no others: no method can take it farther.
    package var learnedPositions: Int? { description.ends.positions.map { weights.matrix($0).rows } }

    // MARK: Running

    /// Runs tokens of one sequence through all layers; their keys and values are appended to `cache`.
    ///
    /// - Returns: final, normalised states `[rows, width]` of the wanted rows, `nil` if there are none.
    /// - Throws: what the cache, the method or the observer throws; the cache then holds no new token.
    package func states(
        tokens: [Int32], cache: KeyValueCache, policy: any AttentionPolicy, wanted: WantedRows,
        observer: (any AttentionObserver)? = nil
    ) throws -> Tensor? {
        try states(of: [SequenceRun(tokens: tokens, cache: cache, policy: policy, wanted: wanted, observer: observer)])[0]
    }

    /// Runs tokens of several sequences through all layers, packed; the keys and values of each are appended to its own cache.
    ///
    /// - Returns: for each run the final, normalised states `[rows, width]` of the wanted rows, `nil` if there are none.
    /// - Throws: what a cache, a method or an observer throws; then no cache holds a new token.
    package func states(of runs: [SequenceRun]) throws -> [Tensor?] {
        for token in runs.lazy.flatMap(\.tokens) where !(0..<Int32(configuration.vocabulary)).contains(token) {
            throw ModelError.tokenOutOfRange(token, vocabulary: configuration.vocabulary)
        }
        let packed = PackedRuns(runs.filter { !$0.tokens.isEmpty }, limited: limited)
        guard packed.rows > 0 else { return runs.map { _ in nil } }
        var operations = InferenceOperations(decoder: self, packed: packed)
        do {
            for member in packed.members { try member.run.policy.beginChunk(member.rows.count, cache: member.run.cache) }
            let states = try description.states(&operations)
            for member in packed.members { member.run.cache.commit(tokens: member.rows.count) }
            return Self.parted(states, runs)
        } catch {
            // Some layers hold the tokens already and others do not.
            for member in packed.members { member.run.cache.truncate(to: member.run.cache.tokenCount) }
            throw error
        }
    }

    /// The wanted rows of each run.
    private static func parted(_ states: Tensor, _ runs: [SequenceRun]) -> [Tensor?] {
        var first = 0
        return runs.map { run in
            let count = run.wanted.count(of: run.tokens.count)
            defer { first += count }
            guard count > 0 else { return nil }
            return count == states.rows ? states : states.rows(first..<first + count)
        }
    }

    /// `states · headᵀ`, scaled and capped as the model wants it: logits `[rows, vocabulary]`.
    package func logits(_ states: Tensor) throws -> Tensor {
        let ends = description.ends
        let logits = makeTensor(rows: states.rows, columns: configuration.vocabulary)
        compute.multiply(states, [weights.matrix(ends.head)], into: [logits])
        if ends.logitScale != 1 { compute.scale(logits, by: ends.logitScale) }
        if let cap = ends.logitCap { compute.softCap(logits, cap) }
        return logits
    }

    package func makeTensor(rows: Int, columns: Int) -> Tensor { weights.makeTensor(rows: rows, columns: columns) }
}
