import Diagnostics
import ModelFiles
import Models
import Tensors
import Tokenizers

/// A new model: settings of its sizes and random weights, which are the same for the same seed on every machine.
///
/// Matrices are drawn from a normal distribution of deviation 0.02, those that write into the residual stream from one that is narrower by
/// the root of twice the layers, so that the stream does not grow with depth. (Radford et al., Language Models are Unsupervised Multitask
/// Learners, 2019.) Norms begin at one and biases at zero.
/// With `Beginning.copying` some heads are given their work (`CopyingWeights`).
package struct FreshModel: ModelSource {
    package struct Sizes: Hashable, Sendable {
        package var architecture: String
        package var layers: Int
        package var width: Int
        package var heads: Int
        package var keyValueHeads: Int
        package var headDim: Int
        package var feedForward: Int
        package var context: Int
        package var ropeBase: Double
        /// Whether the embedding is the output head, too.
        package var tied: Bool
        package var seed: UInt64
        package var beginning = Beginning.random
    }

    /// What the first weights can do.
    package enum Beginning: Sendable {
        /// Nothing.
        case random
        /// Copying what came behind the same token before.
        case copying
    }

    /// The architectures that a new model can have, and which of the biases that their files may hold it has.
    private static let biases: [String: Set<String>] = [
        "llama": [], "qwen2": ["attn_q.bias", "attn_k.bias", "attn_v.bias"], "qwen3": [], "gemma2": [], "gemma3": [], "granite": [],
        "olmo2": [], "smollm3": [],
    ]

    package static let architectures = biases.keys.sorted()

    private static let deviation: Float = 0.02

    package let path = "the new model"
    package let metadata: GGUFMetadata
    package let tensors: [SourceTensor]
    private let sizes: Sizes
    private let places: [String: Int]
    private let copying: CopyingWeights?

    /// - Throws: `ModelError` for sizes that make no model.
    package init(_ sizes: Sizes, vocabulary: Vocabulary, name: String) throws {
        self.sizes = sizes
        copying = sizes.beginning == .copying ? CopyingWeights(sizes, deviation: Self.deviation) : nil
        metadata = GGUFMetadata(Self.settings(sizes, vocabulary: vocabulary, name: name) + vocabulary.metadata, path: path)
        let outline = Outline(metadata: metadata, sizes: sizes, vocabulary: vocabulary.pieces.count) { Self.has($0, sizes) }
        let declarations = try Decoder.describe(outline).weights.declarations
        var tensors: [SourceTensor] = []
        for declaration in declarations where !tensors.contains(where: { $0.name == declaration.name }) {
            tensors.append(SourceTensor(name: declaration.name, shape: declaration.shape, type: .f32))
        }
        self.tensors = tensors
        places = Dictionary(tensors.enumerated().map { ($1.name, $0) }) { first, _ in first }
    }

    package func tensor(_ name: String) -> SourceTensor? { places[name].map { tensors[$0] } }

    package func matrix(_ name: String) throws -> Matrix {
        guard let tensor = tensor(name) else { throw ModelFileError(.notThere, path: path, subject: .tensor(name)) }
        let values = Tensor(rows: tensor.rows, columns: tensor.columns, values(of: tensor))
        copying?.shape(values, named: name)
        return values.matrix
    }

    private func values(of tensor: SourceTensor) -> [Float] {
        if tensor.shape.count == 1 { return Array(repeating: tensor.name.hasSuffix(".weight") ? 1 : 0, count: tensor.elementCount) }
        var random = CorpusRandom(seed: sizes.seed ^ Fingerprint(of: tensor.name.utf8).value)
        let writesIntoStream = tensor.name.hasSuffix("attn_output.weight") || tensor.name.hasSuffix("ffn_down.weight")
        let deviation = Self.deviation / (writesIntoStream ? Float(2 * sizes.layers).squareRoot() : 1)
        return (0..<tensor.elementCount).map { _ in deviation * random.normal() }
    }

    /// Whether the model has a tensor that families declare only where it is there.
    private static func has(_ name: String, _ sizes: Sizes) -> Bool {
        if name == "output.weight" { return !sizes.tied }
        return name.hasSuffix("ffn_gate.weight") || biases[sizes.architecture, default: []].contains { name.hasSuffix("." + $0) }
    }

    private static func settings(_ sizes: Sizes, vocabulary: Vocabulary, name: String) -> [(key: String, value: MetadataValue)] {
        let numbers = [
            ("vocab_size", vocabulary.pieces.count), ("context_length", sizes.context), ("embedding_length", sizes.width),
            ("block_count", sizes.layers), ("feed_forward_length", sizes.feedForward), ("rope.dimension_count", sizes.headDim),
            ("attention.head_count", sizes.heads), ("attention.head_count_kv", sizes.keyValueHeads),
            ("attention.key_length", sizes.headDim), ("attention.value_length", sizes.headDim),
        ]
        let architecture = sizes.architecture
        return [
            ("general.architecture", .string(architecture)), ("general.type", .string("model")), ("general.name", .string(name)),
        ] + numbers.map { ("\(architecture).\($0)", .uint32(UInt32(clamping: $1))) } + [
            ("\(architecture).attention.layer_norm_rms_epsilon", .float32(1e-5)),
            ("\(architecture).rope.freq_base", .float32(Float(sizes.ropeBase))),
        ]
    }
}

/// What a description looks at before there are any weights.
private struct Outline: ModelSource {
    let path = "the new model"
    let metadata: GGUFMetadata
    let tensors: [SourceTensor]
    private let has: @Sendable (String) -> Bool

    init(metadata: GGUFMetadata, sizes: FreshModel.Sizes, vocabulary: Int, has: @escaping @Sendable (String) -> Bool) {
        self.metadata = metadata
        self.has = has
        let embedding = SourceTensor(name: "token_embd.weight", shape: [vocabulary, sizes.width], type: .f32)
        // A description wants to see at least a tensor for each layer.
        tensors = Array(repeating: embedding, count: sizes.layers)
    }

    func tensor(_ name: String) -> SourceTensor? {
        if name == "token_embd.weight" { return tensors.first }
        return has(name) ? SourceTensor(name: name, shape: [], type: .f32) : nil
    }

    func matrix(_ name: String) throws -> Matrix { throw ModelFileError(.notThere, path: path, subject: .tensor(name)) }
}

extension CorpusRandom {
    /// A normally distributed number but for its tails, which end six deviations away: the sum of twelve even ones, which all machines
    /// compute alike.
    mutating func normal() -> Float {
        Float((0..<12).reduce(-6) { sum, _ in sum + unit() })
    }
}
