import Foundation
import ModelFiles
import Tensors

/// A model of random weights, small enough to be made anew for every test, in the shape of a real family.
///
///     let gguf = try TinyModel(family: .qwen2, layers: 3, type: .q8_0).open()
///
/// The same configuration and seed give the same bytes on every machine.
package struct TinyModel: Sendable {
    package enum Family: String, Sendable {
        /// No biases, interleaved rotary pairs, a SentencePiece vocabulary.
        case llama
        /// Biases on queries, keys and values, rotary halves, a byte-level BPE vocabulary.
        case qwen2
    }

    package enum Vocabulary: Sendable {
        /// One piece per byte and the special ones, then further pieces.
        case bytes(further: [String] = [])
        /// All tokenizer entries of another file.
        case copied(GGUFMetadata)
    }

    package var family: Family
    package var layers: Int
    /// Of the residual stream. For block types a multiple of 32, as `headDim * heads` and `feedForward` must be.
    package var width: Int
    package var heads: Int
    package var keyValueHeads: Int
    package var headDim: Int
    package var feedForward: Int
    package var vocabulary: Vocabulary
    /// Whether the output matrix is the embedding (then the file has no `output.weight`).
    package var tied: Bool
    package var contextLength: Int
    package var rotaryBase: Float
    /// Of the matrices; norms and biases are always float32.
    package var type: StorageType
    package var seed: UInt64

    package init(
        family: Family = .llama, layers: Int = 2, width: Int = 64, heads: Int = 4, keyValueHeads: Int = 2, headDim: Int = 16,
        feedForward: Int = 96, vocabulary: Vocabulary = .bytes(), tied: Bool = false, contextLength: Int = 512,
        rotaryBase: Float = 10_000, type: StorageType = .f32, seed: UInt64 = 1
    ) {
        self.family = family
        self.layers = layers
        self.width = width
        self.heads = heads
        self.keyValueHeads = keyValueHeads
        self.headDim = headDim
        self.feedForward = feedForward
        self.vocabulary = vocabulary
        self.tied = tied
        self.contextLength = contextLength
        self.rotaryBase = rotaryBase
        self.type = type
        self.seed = seed
    }

    /// The model through a file that is gone from the folder again, though still mapped.
    package func open() throws -> GGUFFile {
        let folder = try TemporaryFolder()
        return try withExtendedLifetime(folder) { try GGUFFile(path: write(to: folder.file("tiny.gguf"))) }
    }

    /// Writes the model as GGUF and returns `path`.
    @discardableResult
    package func write(to path: String) throws -> String {
        try writer().write(to: path)
        return path
    }

    /// The model as a writer, to be changed before it is written.
    package func writer() throws -> GGUFWriter {
        var writer = GGUFWriter()
        describe(in: &writer)
        let pieces = TinyVocabulary(vocabulary, family: family)
        for (key, value) in pieces.entries { writer[key] = value }
        writer["\(family.rawValue).vocab_size"] = .uint32(UInt32(pieces.count))
        try addTensors(to: &writer, vocabularyCount: pieces.count)
        return writer
    }
}

// MARK: - Metadata

extension TinyModel {
    private func describe(in writer: inout GGUFWriter) {
        writer["general.architecture"] = .string(family.rawValue)
        writer["general.name"] = .string("tiny random \(family.rawValue)")
        let sizes = [
            ("context_length", contextLength), ("embedding_length", width), ("block_count", layers),
            ("feed_forward_length", feedForward), ("rope.dimension_count", headDim), ("attention.head_count", heads),
            ("attention.head_count_kv", keyValueHeads), ("attention.key_length", headDim), ("attention.value_length", headDim),
        ]
        for (key, value) in sizes { writer["\(family.rawValue).\(key)"] = .uint32(UInt32(value)) }
        writer["\(family.rawValue).attention.layer_norm_rms_epsilon"] = .float32(1e-5)
        writer["\(family.rawValue).rope.freq_base"] = .float32(rotaryBase)
    }
}

// MARK: - Weights

extension TinyModel {
    private func addTensors(to writer: inout GGUFWriter, vocabularyCount: Int) throws {
        var generator = SeededGenerator(seed: seed)
        func matrix(_ name: String, _ rows: Int, _ columns: Int, deviation: Float? = nil) throws {
            let deviation = deviation ?? 1 / Float(columns).squareRoot()
            let values = (0..<rows * columns).map { _ in generator.normal(deviation: deviation) }
            guard let bytes = type.encode(values) else { throw TinyModelError(tensor: name, type: type) }
            try writer.add(tensor: name + ".weight", shape: [rows, columns], type: type, bytes: bytes)
        }
        func vector(_ name: String, _ count: Int, around centre: Float) throws {
            let values = (0..<count).map { _ in centre + generator.normal(deviation: 0.1) }
            guard let bytes = StorageType.f32.encode(values) else { throw TinyModelError(tensor: name, type: .f32) }
            try writer.add(tensor: name, shape: [count], type: .f32, bytes: bytes)
        }

        try matrix("token_embd", vocabularyCount, width, deviation: 1)
        for layer in 0..<layers {
            let block = "blk.\(layer)."
            let projections = [("attn_q", heads), ("attn_k", keyValueHeads), ("attn_v", keyValueHeads)]
            try vector(block + "attn_norm.weight", width, around: 1)
            for (name, count) in projections {
                try matrix(block + name, count * headDim, width)
                if family == .qwen2 { try vector(block + name + ".bias", count * headDim, around: 0) }
            }
            try matrix(block + "attn_output", width, heads * headDim)
            try vector(block + "ffn_norm.weight", width, around: 1)
            try matrix(block + "ffn_gate", feedForward, width)
            try matrix(block + "ffn_up", feedForward, width)
            try matrix(block + "ffn_down", width, feedForward)
        }
        try vector("output_norm.weight", width, around: 1)
        if !tied { try matrix("output", vocabularyCount, width) }
    }
}

/// A tiny model was asked for whose rows do not fit its storage type.
package struct TinyModelError: Error, CustomStringConvertible {
    let tensor: String
    let type: StorageType
    package var description: String { "The rows of the tiny model's \(tensor) do not divide into blocks of type \(type)." }
}
