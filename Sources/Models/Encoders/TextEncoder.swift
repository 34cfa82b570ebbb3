import Attention
import Diagnostics
import KeyValues
import ModelFiles
import Positions
import Tensors

/// An encoder with its weights, ready to run: every token of a text sees the whole text.
///
/// One thread at a time may use it; the owner sees to that.
// Sendable by that rule: everything is immutable except scratch memory, which only the one user touches.
package final class TextEncoder: KernelHost, @unchecked Sendable {
    package let configuration: DecoderConfiguration
    package let compute: Compute
    let description: EncoderDescription
    let weights: ModelWeights
    /// For work that threads share out by texts: what each of them computes on by itself.
    let aloneOnEachThread: [Compute]

    private let spec: CacheSpec
    private let rotary: [Rotary]
    private let arena = PageArena()

    /// - Parameter cacheType: how keys and values are held while a layer attends. In float32 nothing is rounded.
    /// - Throws: `ModelFileError` or `ModelError` for files that cannot serve.
    package init(source: any ModelSource, compute: Compute, cacheType: CacheType = .f32) throws {
        let architecture = try source.metadata.requireString("general.architecture")
        guard let family = EncoderRegistry.family(of: architecture) else {
            throw ModelError.unknownArchitecture(
                architecture, file: source.path, known: EncoderRegistry.families.flatMap { $0.architectures }.sorted())
        }
        configuration = try DecoderConfiguration(source, rotaryLayout: .halves)
        let declarations: WeightDeclarations
        (description, declarations) = try family.describe(configuration, source: source)
        weights = try ModelWeights(declarations, of: source)
        spec = try CacheSpec(
            keyType: cacheType, valueType: cacheType, keyDim: configuration.keyDim, valueDim: configuration.valueDim,
            heads: configuration.keyValueHeads)
        rotary = description.rotaryOfLayers(length: configuration.contextLength, headDim: configuration.keyDim)
        self.compute = compute
        aloneOnEachThread = (0..<compute.pool.threads).map { _ in Compute(pool: WorkerPool(threads: 1), kernels: compute.kernels) }
    }

    /// Runs texts through all layers, packed: the rows of all lie behind one another, and each attends to its own.
    ///
    /// - Parameter texts: their tokens, at least one each and at most `configuration.contextLength`.
    /// - Returns: for each text the states behind the last layer, `[tokens, width]`.
    /// - Throws: `ModelError` for tokens that the vocabulary does not have or more of them than the window.
    package func states(of texts: [[Int32]]) throws -> [Tensor] { try states(of: texts.map { EncoderText($0) }) }

    /// The same for texts of which some are pairs.
    package func states(of texts: [EncoderText]) throws -> [Tensor] {
        guard !texts.isEmpty else { return [] }
        for text in texts {
            guard text.tokens.count <= configuration.contextLength else {
                throw ModelError.beyondPositions(text.tokens.count, table: configuration.contextLength)
            }
            for token in text.tokens where !(0..<Int32(configuration.vocabulary)).contains(token) {
                throw ModelError.tokenOutOfRange(token, vocabulary: configuration.vocabulary)
            }
        }
        let packed = PackedTexts(texts) {
            KeyValueCache(specs: Array(repeating: spec, count: configuration.layers), rotary: rotary, arena: arena)
        }
        var operations = EncoderOperations(host: self, texts: packed)
        let states = try description.states(&operations)
        return packed.members.map { states.rows($0.rows) }
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
