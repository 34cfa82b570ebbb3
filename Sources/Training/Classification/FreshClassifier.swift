import Diagnostics
import Foundation
import ModelFiles
import Models
import Tensors

/// The first weights of a classifier: embeddings of deviation 1, matrices drawn so that what goes through them keeps its size (Glorot and
/// Bengio, Understanding the Difficulty of Training Deep Feedforward Neural Networks, 2010), positions as sines. The same for the same seed
/// on every machine.
struct FreshClassifier: ModelSource {
    static let embedding = "token_embd.weight", positions = "position_embd.weight"

    let path = "the new classifier"
    let metadata: GGUFMetadata
    private(set) var tensors: [SourceTensor]
    private var places: [String: Int]
    private let seed: UInt64
    private let shape: ClassifierShape

    init(_ shape: ClassifierShape, seed: UInt64) {
        self.seed = seed
        self.shape = shape
        let numbers = [
            ("context_length", shape.context), ("embedding_length", shape.width), ("block_count", shape.layers),
            ("feed_forward_length", shape.feedForward), ("attention.head_count", shape.heads), ("attention.key_length", shape.headDim),
        ]
        let architecture = ArenaEncoder.architectures[0]
        metadata = GGUFMetadata(
            [("general.architecture", .string(architecture))]
                + numbers.map { ("\(architecture).\($0)", .uint32(UInt32(clamping: $1))) }, path: path)
        // A description wants to see the vocabulary, and a tensor for each layer.
        let embedding = SourceTensor(name: Self.embedding, shape: [shape.vocabulary, shape.width], type: .f32)
        tensors = Array(repeating: embedding, count: shape.layers)
        places = [Self.embedding: 0]
    }

    /// Has what was declared from now on.
    mutating func add(_ declarations: [WeightDeclarations.Declaration]) {
        tensors = declarations.map { SourceTensor(name: $0.name, shape: $0.shape, type: .f32) }
        places = Dictionary(tensors.enumerated().map { ($1.name, $0) }) { first, _ in first }
    }

    /// Whether there is a tensor that families declare only where it is there: the last norm, the biases of networks and head, what positions
    /// need.
    private func has(_ name: String) -> Bool {
        if name == Self.positions { return shape.positions.isTable }
        if name == ArenaEncoder.biases { return shape.positions == .t5 }
        let biases = ["ffn_up.bias", "ffn_down.bias", "cls.bias", "cls.output.bias"]
        return name.hasPrefix("output_norm.") || biases.contains { name.hasSuffix($0) }
    }

    func tensor(_ name: String) -> SourceTensor? {
        if let place = places[name] { return tensors[place] }
        return has(name) ? SourceTensor(name: name, shape: [], type: .f32) : nil
    }

    func matrix(_ name: String) throws -> Matrix {
        guard let place = places[name] else { throw ModelFileError(.notThere, path: path, subject: .tensor(name)) }
        let tensor = tensors[place]
        return Tensor(rows: tensor.rows, columns: tensor.columns, values(of: tensor)).matrix
    }

    private func values(of tensor: SourceTensor) -> [Float] {
        if tensor.shape.count == 1 { return Array(repeating: tensor.name.hasSuffix(".weight") ? 1 : 0, count: tensor.elementCount) }
        if tensor.name == ArenaEncoder.biases { return Array(repeating: 0, count: tensor.elementCount) }
        if tensor.name == Self.positions { return Self.sines(rows: tensor.rows, columns: tensor.columns) }
        var random = CorpusRandom(seed: seed ^ Fingerprint(of: tensor.name.utf8).value)
        var deviation = tensor.name == Self.embedding ? 1 : (2 / Float(tensor.rows + tensor.columns)).squareRoot()
        if !shape.scalesScores, tensor.name.hasSuffix("attn_q.weight") { deviation /= Float(shape.headDim).squareRoot() }
        return (0..<tensor.elementCount).map { _ in deviation * random.normal() }
    }

    /// Of each position the sines of `width / 2` wavelengths from 2π to 20,000π, and then their cosines.
    static func sines(rows: Int, columns: Int) -> [Float] {
        let half = max(1, columns / 2)
        return (0..<rows * columns).map { place in
            let position = Double(place / columns), column = place % columns
            let angle = position * pow(10_000, -Double(column % half) / Double(max(1, half - 1)))
            return Float(column < half ? sin(angle) : cos(angle))
        }
    }
}
