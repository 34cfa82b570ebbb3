import ApusTesting
import ModelFiles
import Tensors
import Testing

@Suite("Tiny models for tests")
struct TinyModelTests {
    @Test("The same configuration gives the same bytes, another seed others")
    func seeds() throws {
        let folder = try TemporaryFolder()
        let first = try contents(of: TinyModel().write(to: folder.file("first")))
        #expect(try first == contents(of: TinyModel().write(to: folder.file("second"))))
        #expect(try first != contents(of: TinyModel(seed: 2).write(to: folder.file("third"))))
    }

    @Test("Every storage type holds the same weights, as well as it can", arguments: [StorageType.f16, .bf16, .q8_0, .q5_1, .q4_0])
    func types(type: StorageType) throws {
        let reference = try TinyModel().open().matrix("blk.0.ffn_down.weight")
        let matrix = try TinyModel(type: type).open().matrix("blk.0.ffn_down.weight")
        let tolerances: [StorageType: Float] = [.f16: 1e-3, .bf16: 8e-3, .q8_0: 1e-2, .q5_1: 0.06, .q4_0: 0.15]
        let tolerance = try #require(tolerances[type])
        for row in 0..<matrix.rows {
            let (expected, decoded) = (decode(reference, row), decode(matrix, row))
            let largest = expected.map(\.magnitude).max() ?? 0
            #expect(zip(expected, decoded).allSatisfy { abs($0 - $1) <= tolerance * largest })
        }
    }

    private func decode(_ matrix: Matrix, _ row: Int) -> [Float] {
        [Float](unsafeUninitializedCapacity: matrix.columns) { buffer, count in
            buffer.baseAddress.map { matrix.decodeRow(row, into: $0) }
            count = matrix.columns
        }
    }

    @Test("A vocabulary can be longer, or another file's")
    func vocabularies() throws {
        let longer = try TinyModel(vocabulary: .bytes(further: ["the", "▁whale"])).open()
        #expect(longer.tensor("token_embd.weight")?.shape.first == 261)
        #expect(longer.metadata.strings("tokenizer.ggml.tokens")?.last == "▁whale")
        let copy = try TinyModel(family: .qwen2, vocabulary: .copied(longer.metadata)).open()
        #expect(copy.metadata.strings("tokenizer.ggml.tokens") == longer.metadata.strings("tokenizer.ggml.tokens"))
        #expect(copy.tensor("output.weight")?.shape == [261, 64])
    }
}
