import ApusTesting
import Attention
import KeyValues
import ModelFiles
import Models
import Tensors
import Testing

@Suite("Packed experts")
struct PackedExpertTests {
    /// A source whose packed weights come as float32, so that products with them round no activations.
    private struct Widened: ModelSource {
        let source: any ModelSource

        var path: String { source.path }
        var metadata: GGUFMetadata { source.metadata }
        var tensors: [SourceTensor] { source.tensors.map(Self.widened) }
        func tensor(_ name: String) -> SourceTensor? { source.tensor(name).map(Self.widened) }
        func matrix(_ name: String) throws -> Matrix { try source.matrix(name) }

        func experts(_ name: String) throws -> [Matrix] {
            try source.experts(name).map { packed in
                try Matrix.joined((0..<packed.rows).map { try Matrix(packed.floats(ofRow: $0)) })
            }
        }

        private static func widened(_ tensor: SourceTensor) -> SourceTensor {
            SourceTensor(name: tensor.name, shape: tensor.shape, type: tensor.type == .mxfp4 ? .f32 : tensor.type)
        }
    }

    @Test("Repacked from a published folder they are the numbers that transformers was given")
    func exact() throws {
        let checkpoint = try TinyCheckpoint(named: "gpt_oss-mxfp4"), folder = try TemporaryFolder()
        try checkpoint.write(to: folder.path)
        let source = Widened(source: try HuggingFaceSource(HuggingFaceFolder(path: folder.path)))
        let decoder = try Models.Decoder(
            source: source, tokenizer: TinyTokenizer.make(), compute: Compute(pool: WorkerPool(threads: 2)))
        let spec = try decoder.cacheSpec(keyType: .f32, valueType: .f32)
        let cache = decoder.makeCache(spec, length: checkpoint.tokens.count, arena: PageArena())
        let states = try #require(try decoder.states(tokens: checkpoint.tokens, cache: cache, policy: FullAttention(), wanted: .all))
        let difference = zip(try decoder.logits(states).array, checkpoint.logits.joined()).map { abs($0 - $1) }.max()
        #expect(try #require(difference) < 4e-4)
    }
}
