import ApusTesting
import Foundation
import ModelFiles
import Models
import Tensors
import Testing

@Suite("Model files that nobody would make")
struct HostileModelTests {
    private static func open(_ change: (inout GGUFWriter) -> Void) throws {
        var writer = try TinyModel(layers: 1, width: 32, heads: 2, keyValueHeads: 1, headDim: 16).writer()
        change(&writer)
        let folder = try TemporaryFolder()
        let path = folder.file("hostile.gguf")
        try writer.write(to: path)
        _ = try Models.Decoder(OpenedModel(path: path), compute: Compute(pool: WorkerPool(threads: 1), kernels: .best))
    }

    @Test("The tiny model itself opens")
    func unchanged() throws {
        try Self.open { _ in }
    }

    @Test(
        "Impossible sizes are refused at once",
        arguments: [
            "block_count", "embedding_length", "attention.head_count", "attention.head_count_kv", "attention.key_length",
            "attention.value_length", "feed_forward_length", "context_length", "rope.dimension_count",
        ])
    func sizes(key: String) {
        let values: [MetadataValue] = [
            .uint32(0), .uint32(1 << 31), .uint64(1 << 40), .uint64(1 << 63), .int32(-1), .int64(.min), .float32(.nan),
            .string("many"),
        ]
        // A window may have any length, and each size but this is bound to the tensors.
        for value in values + (key == "context_length" ? [] : [.uint32(3), .uint32(1 << 24)]) {
            #expect(throws: ModelError.self, "\(key) \(value)") { try Self.open { $0["llama." + key] = value } }
        }
    }

    @Test("A key of another type is named, not replaced by a default")
    func wrongType() throws {
        let error = #expect(throws: ModelError.self) { try Self.open { $0["llama.attention.head_count_kv"] = .string("one") } }
        #expect(error?.description.contains("attention.head_count_kv") == true)
        #expect(throws: ModelError.self) { try Self.open { $0["llama.rope.freq_base"] = .string("high") } }
        #expect(throws: ModelError.self) { try Self.open { $0["llama.rope.scaling.type"] = .uint32(1) } }
    }

    @Test("A key of another type is no less refused where the file is to become a folder")
    func wrongTypeInConversion() throws {
        var writer = try TinyModel(layers: 1, width: 32, heads: 2, keyValueHeads: 1, headDim: 16).writer()
        writer["llama.attention.head_count_kv"] = .string("one")
        let folder = try TemporaryFolder()
        try writer.write(to: folder.file("hostile.gguf"))
        let file = try GGUFFile(path: folder.file("hostile.gguf"))
        #expect(throws: ModelError.self) { _ = try FolderModel(file) }
    }

    @Test("A file cut off at any hundredth of its length is refused")
    func cutOff() throws {
        let folder = try TemporaryFolder()
        let path = try TinyModel(layers: 1, width: 32, heads: 2, keyValueHeads: 1, headDim: 16).write(to: folder.file("whole.gguf"))
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        for percent in 0..<100 {
            let cut = try folder.write(Array(whole.prefix(whole.count * percent / 100)), as: "cut.gguf")
            #expect(throws: ModelFileError.self, "\(percent) %") { try GGUFFile(path: cut) }
        }
        #expect(throws: ModelFileError.self) { try GGUFFile(path: folder.write(Array(whole.dropLast()), as: "cut.gguf")) }
    }

    @Test("A pipe in place of a model file is refused without waiting for a writer")
    func pipe() throws {
        let folder = try TemporaryFolder()
        #expect(mkfifo(folder.file("pipe"), 0o600) == 0)
        #expect(throws: (any Error).self) { try GGUFFile(path: folder.file("pipe")) }
    }
}
