import ApusTesting
import Attention
import Foundation
import KeyValues
import ModelFiles
import Models
import Tensors
import Testing

@Suite("Experts")
struct ExpertTests {
    private static let width = 64, hidden = 32, count = 5

    /// A Llama of one layer with random weights and experts.
    /// - Parameter apart: whether each matrix of an expert is a tensor of its own; those of the second expert are then stored in BF16.
    private static func model(used: Int, apart: Bool = false) throws -> GGUFFile {
        var writer = try TinyModel(layers: 1, width: width, feedForward: hidden).writer()
        writer["llama.expert_count"] = .uint32(UInt32(count))
        writer["llama.expert_used_count"] = .uint32(UInt32(used))
        var generator = SeededGenerator(seed: 5)
        func add(_ name: String, _ shape: [Int]) throws {
            // Numbers that BF16 holds exactly.
            let values = (0..<shape.reduce(1, *)).map { _ in (generator.normal(deviation: 0.2) * 256).rounded() / 256 }
            let isStack = name.hasSuffix("_exps"), parts = isStack && apart ? count : 1, length = values.count / parts
            for part in 0..<parts {
                let type: StorageType = parts > 1 && part == 1 ? .bf16 : .f32
                let bytes = try #require(type.encode(Array(values[part * length..<(part + 1) * length])))
                let own = parts > 1 ? name.replacing("_exps", with: ".\(part)") : name
                try writer.add(
                    tensor: "blk.0." + own + ".weight", shape: parts > 1 ? Array(shape.dropFirst()) : shape, type: type, bytes: bytes)
            }
        }
        try add("ffn_gate_inp", [count, width])
        try add("ffn_gate_exps", [count, hidden, width])
        try add("ffn_up_exps", [count, hidden, width])
        try add("ffn_down_exps", [count, width, hidden])
        let folder = try TemporaryFolder()
        return try withExtendedLifetime(folder) {
            try writer.write(to: folder.file("experts.gguf"))
            return try GGUFFile(path: folder.file("experts.gguf"))
        }
    }

    @Test("A row finds the same experts alone and among others", arguments: [1, 2, 5])
    func together(used: Int) throws {
        let decoder = try Models.Decoder(OpenedModel(Self.model(used: used)), compute: Compute(pool: WorkerPool(threads: 2)))
        let tokens = (0..<40).map { Int32($0 * 37 % 250 + 3) }
        func logits(chunk: Int) throws -> [Float] {
            let cache = decoder.makeCache(try decoder.cacheSpec(keyType: .f32, valueType: .f32), arena: PageArena())
            return try stride(from: 0, to: tokens.count, by: chunk).flatMap { first in
                let states = try decoder.states(
                    tokens: Array(tokens[first..<min(first + chunk, tokens.count)]), cache: cache, policy: FullAttention(), wanted: .all)
                return try decoder.logits(#require(states)).array
            }
        }
        let whole = try logits(chunk: 40)
        for chunk in [1, 7] {
            #expect(zip(try logits(chunk: chunk), whole).allSatisfy { abs($0 - $1) < 1e-4 })
        }
    }

    @Test("Matrices that are tensors of their own, in several types, are the experts of a stack")
    func apart() throws {
        func logits(apart: Bool) throws -> [Float] {
            let model = try OpenedModel(Self.model(used: 2, apart: apart))
            let decoder = try Models.Decoder(model, compute: Compute(pool: WorkerPool(threads: 2), kernels: .portable))
            let cache = decoder.makeCache(try decoder.cacheSpec(keyType: .f32, valueType: .f32), arena: PageArena())
            let tokens = (0..<20).map { Int32($0 * 37 % 250 + 3) }
            let states = try #require(try decoder.states(tokens: tokens, cache: cache, policy: FullAttention(), wanted: .all))
            return try decoder.logits(states).array
        }
        #expect(zip(try logits(apart: true), try logits(apart: false)).allSatisfy { abs($0 - $1) < 1e-4 })
    }

    @Test("More experts for a position than there are, and stacks of other shapes, are refused")
    func refusals() throws {
        #expect(throws: ModelError.self) {
            try Models.Decoder(OpenedModel(Self.model(used: 6)), compute: Compute(pool: WorkerPool(threads: 1)))
        }
    }
}
