import ApusTesting
import Foundation
import Testing

@testable import ModelFiles

@Suite("Summaries of model files")
struct ModelSummaryTests {
    @Test("A model's summary counts what it holds")
    func tiny() throws {
        let model = TinyModel(family: .qwen2, layers: 3, keyValueHeads: 2, tied: true, contextLength: 999, type: .q8_0)
        let summary = try ModelSummary(GGUFModel(model.open()))
        #expect(summary.architecture == "qwen2" && summary.layers == 3 && summary.contextLength == 999 && summary.width == 64)
        #expect(summary.heads == 4 && summary.keyValueHeads == 2 && summary.vocabulary == 257)
        #expect(summary.tokenizer == .init(kind: "gpt2", splitter: "qwen2", hasChatTemplate: false))
        let perLayer = 64 + 64 * 64 + 64 + 2 * (32 * 64 + 32) + 64 * 64 + 64 + 3 * 96 * 64
        #expect(summary.parameters == 257 * 64 + 3 * perLayer + 64)
        #expect(summary.types.map(\.type) == ["Q8_0", "F32"])
        #expect(summary.types.reduce(0) { $0 + $1.parameters } == summary.parameters)
        #expect(summary.tensors.first == .init(name: "token_embd.weight", shape: [257, 64], type: "Q8_0", bytes: 257 * 68))
        #expect(summary.metadata.first { $0.key == "tokenizer.ggml.tokens" }?.value == "257 × string")
    }

    @Test("Keys are snake_case as programs expect them, and decoding gives the summary back")
    func json() throws {
        let summary = try ModelSummary(GGUFModel(TinyModel().open()))
        let json = try JSONEncoder().encode(summary)
        let object = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
        let expected = [
            "architecture", "parameters", "context_length", "layers", "heads", "key_value_heads", "vocabulary", "tensors", "file_bytes",
            "format_version", "tokenizer", "types", "metadata",
        ]
        #expect(Set(expected).isSubset(of: object.keys))
        let tensor = try #require((object["tensors"] as? [[String: Any]])?.first)
        #expect(Set(tensor.keys) == ["name", "shape", "type", "bytes"])
        #expect(try JSONDecoder().decode(ModelSummary.self, from: json) == summary)
    }

    @Test(
        "A file that holds only a vocabulary has one too",
        .enabled(if: ExternalData.exists("tokenizers/ggml-vocab-gpt-2"), "needs the vocabularies"),
        arguments: [("gpt-2", "gpt2", 50_257), ("bert-bge", "bert", 30_522), ("llama-spm", "llama", 32_000)])
    func vocabularyOnly(name: String, kind: String, count: Int) throws {
        let file = try GGUFFile(path: ExternalData.path("tokenizers/ggml-vocab-\(name)/ggml-vocab-\(name).gguf"))
        let summary = try ModelSummary(GGUFModel(file))
        #expect(summary.vocabulary == count && summary.tokenizer.kind == kind)
        #expect(summary.tensors.isEmpty && summary.parameters == 0)
    }

    @Test("Where layers differ, the largest number of heads is told")
    func perLayerHeads() throws {
        var writer = try TinyModel().writer()
        writer["llama.attention.head_count_kv"] = .array(.int32([1, 2]))
        let folder = try TemporaryFolder()
        try writer.write(to: folder.file("model.gguf"))
        #expect(try ModelSummary(GGUFModel(path: folder.file("model.gguf"))).keyValueHeads == 2)
    }
}
