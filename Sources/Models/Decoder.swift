import Attention
import Diagnostics
import KeyValues
import ModelFiles
import Positions
import Tensors
import Tokenizers

/// Which rows of a run of tokens are wanted as states.
package enum WantedRows: Sendable {
    case none, last, all
}

/// A decoder with its weights, ready to run.
///
/// It has no state of its own but scratch memory: what has been read lives in a `KeyValueCache`. One thread at a time may
/// use it; the owner (`Generation`'s model) sees to that.
// Sendable by that rule: everything is immutable except the tensor pool, which only the one user touches.
package final class Decoder: @unchecked Sendable {
    package let configuration: DecoderConfiguration
    package let tokenizer: Tokenizer
    package let compute: Compute
    /// How queries and keys are rotated.
    package let rotary: Rotary
    /// By what a saved reading knows the model again.
    package let fingerprint: Fingerprint
    /// The model's name as its file gives it, or else the file's name.
    package let name: String

    private let description: any DecoderDescription
    private let weights: [LoadedWeight]
    private let tensors = TensorPool()

    /// - Throws: `ModelFileError`, `ModelError` or `TokenizerError` for a file that cannot serve.
    package init(file: GGUFFile, compute: Compute) throws {
        let architecture = try file.metadata.requireString("general.architecture")
        let entry = try DecoderRegistry.entry(for: architecture, in: file.path)
        configuration = try DecoderConfiguration(file: file, rotaryLayout: entry.rotaryLayout)
        var declarations = WeightDeclarations { file.tensor($0) != nil }
        description = entry.description.init(configuration: configuration, weights: &declarations)
        weights = try declarations.declarations.map { try WeightLoader.load($0, from: file) }
        rotary = try WeightLoader.rotary(for: configuration, from: file)
        tokenizer = try Tokenizer(gguf: file)
        guard tokenizer.vocabularyCount <= configuration.vocabulary else {
            throw ModelError.noVocabularyEntry(tokens: tokenizer.vocabularyCount, rows: configuration.vocabulary, file: file.path)
        }
        fingerprint = Fingerprint(ofModel: file)
        name = file.metadata.string("general.name") ?? file.path.split(separator: "/").last.map(String.init) ?? file.path
        self.compute = compute
    }

    /// How a layer of this model keeps its keys and values.
    package func cacheSpec(keyType: CacheType, valueType: CacheType, frame: KeyFrame = .page) throws(KeyValueError) -> CacheSpec {
        try CacheSpec(
            keyType: keyType, valueType: valueType, keyDim: configuration.keyDim, valueDim: configuration.valueDim,
            heads: configuration.keyValueHeads, frame: frame)
    }

    /// An empty cache for one sequence.
    package func makeCache(_ spec: CacheSpec, arena: PageArena) -> KeyValueCache {
        KeyValueCache(
            specs: Array(repeating: spec, count: configuration.layers), rotary: rotaryOfLayers, arena: arena)
    }

    /// The rotation of every layer.
    package var rotaryOfLayers: [Rotary] { Array(repeating: rotary, count: configuration.layers) }

    /// A method as it works on this model, whose layers may look back only so far by themselves.
    package func limited(_ policy: any AttentionPolicy) -> any AttentionPolicy {
        configuration.slidingWindow.map { OwnWindow(of: policy, window: $0) } ?? policy
    }

    /// Runs tokens through all layers; their keys and values are appended to `cache`.
    ///
    /// - Returns: final, normalised states `[rows, width]` of the wanted rows, `nil` if there are none.
    /// - Throws: what the cache, the method or the observer throws; the cache is then as it was before.
    package func states(
        tokens: [Int32], cache: KeyValueCache, policy: any AttentionPolicy, wanted: WantedRows,
        observer: (any AttentionObserver)? = nil
    ) throws -> Tensor? {
        for token in tokens where !(0..<Int32(configuration.vocabulary)).contains(token) {
            throw ModelError.tokenOutOfRange(token, vocabulary: configuration.vocabulary)
        }
        guard !tokens.isEmpty else { return nil }
        var operations = InferenceOperations(
            decoder: self, tokens: tokens, cache: cache, policy: limited(policy), wanted: wanted, observer: observer)
        do {
            let states = try description.states(&operations)
            cache.commit(tokens: tokens.count)
            return wanted == .none ? nil : states
        } catch {
            // Some layers hold the tokens already and others do not.
            cache.truncate(to: cache.tokenCount)
            throw error
        }
    }

    /// `states · headᵀ`: logits `[rows, vocabulary]`.
    package func logits(_ states: Tensor) throws -> Tensor {
        let logits = makeTensor(rows: states.rows, columns: configuration.vocabulary)
        compute.multiply(states, [matrix(description.outputHead)], into: [logits])
        return logits
    }

    /// A weight that was declared with two dimensions.
    func matrix(_ weight: Weight) -> Matrix {
        guard case .matrix(let matrix) = weights[weight.index] else { preconditionFailure("a vector was declared, not a matrix") }
        return matrix
    }

    /// A weight that was declared with one dimension.
    func vector(_ weight: Weight) -> Tensor {
        guard case .vector(let vector) = weights[weight.index] else { preconditionFailure("a matrix was declared, not a vector") }
        return vector
    }

    package func makeTensor(rows: Int, columns: Int) -> Tensor { tensors.make(rows: rows, columns: columns) }
}
