import Foundation
import ModelFiles
import Tensors

/// Why a file cannot be run by the reference pass.
struct NotLlamaFamily: Error {
    let architecture: String
}

extension ReferenceDecoder {
    /// Reads a model of the architectures `llama` and `qwen2`, every tensor widened to double precision.
    init(_ gguf: GGUFFile) throws {
        let metadata = gguf.metadata
        let architecture = try metadata.requireString("general.architecture")
        switch architecture {
        case "llama": pairing = .interleaved
        case "qwen2": pairing = .halves
        default: throw NotLlamaFamily(architecture: architecture)
        }
        func key(_ name: String) -> String { "\(architecture).\(name)" }
        heads = try metadata.requireInt(key("attention.head_count"))
        keyValueHeads = metadata.int(key("attention.head_count_kv")) ?? heads
        headDimension = try metadata.int(key("attention.key_length")) ?? metadata.requireInt(key("embedding_length")) / heads
        epsilon = try metadata.requireFloat(key("attention.layer_norm_rms_epsilon"))
        inverseFrequencies = try Self.frequencies(
            base: metadata.float(key("rope.freq_base")) ?? 10000, dimension: headDimension,
            factors: Self.vector("rope_freqs.weight", of: gguf))
        embedding = try Self.weights("token_embd.weight", of: gguf)
        output = gguf.tensor("output.weight") == nil ? embedding : try Self.weights("output.weight", of: gguf)
        outputNorm = try Self.weights("output_norm.weight", of: gguf).values
        layers = try (0..<metadata.requireInt(key("block_count"))).map { try Self.layer($0, of: gguf) }
    }

    /// base^(-2e/d) for each pair e, divided by the model's own factor where it has them (Llama 3.1).
    private static func frequencies(base: Double, dimension: Int, factors: [Double]?) -> [Double] {
        (0..<dimension / 2).map { pow(base, -2 * Double($0) / Double(dimension)) / (factors?[$0] ?? 1) }
    }

    private static func layer(_ index: Int, of gguf: GGUFFile) throws -> Layer {
        func part(_ name: String) throws -> Weights { try weights("blk.\(index).\(name).weight", of: gguf) }
        func bias(_ name: String) throws -> [Double]? { try vector("blk.\(index).\(name).bias", of: gguf) }
        return try Layer(
            attentionNorm: part("attn_norm").values,
            query: part("attn_q"), key: part("attn_k"), value: part("attn_v"),
            queryBias: bias("attn_q"), keyBias: bias("attn_k"), valueBias: bias("attn_v"),
            attentionOutput: part("attn_output"), feedForwardNorm: part("ffn_norm").values,
            gate: part("ffn_gate"), up: part("ffn_up"), down: part("ffn_down"))
    }

    /// A tensor of one dimension, or nil where the file has none of that name.
    private static func vector(_ name: String, of gguf: GGUFFile) throws -> [Double]? {
        gguf.tensor(name) == nil ? nil : try weights(name, of: gguf).values
    }

    private static func weights(_ name: String, of gguf: GGUFFile) throws -> Weights {
        let matrix = try gguf.matrix(name)
        let values = (0..<matrix.rows).flatMap { matrix.floats(ofRow: $0).map(Double.init) }
        return Weights(rows: matrix.rows, columns: matrix.columns, values: values)
    }
}
