import ApusTesting
import Foundation
import ModelFiles
import Testing

@testable import ApusCommand

@Suite("What inspect tells")
struct ModelReportTests {
    @Test("Sizes come from the metadata, counts from the tensors")
    func facts() throws {
        let file = try TinyModel(family: .qwen2, layers: 3, width: 64, heads: 4, keyValueHeads: 2, contextLength: 256, type: .q8_0).open()
        let report = ModelReport(file)
        #expect(report.architecture == "qwen2" && report.layerCount == 3 && report.width == 64 && report.contextLength == 256)
        #expect(report.heads == .same(4) && report.keyValueHeads == .same(2))
        #expect(report.vocabularyCount == 257 && report.tokenizer == "gpt2" && report.preTokenizer == "qwen2")
        #expect(report.parameterCount == file.tensors.map { $0.shape.reduce(1, *) }.reduce(0, +))
    }

    @Test("Storage types are summed up, the largest first, scales included")
    func shares() throws {
        let report = try ModelReport(TinyModel(family: .llama, type: .q8_0).open())
        #expect(report.shares.map(\.type) == ["Q8_0", "F32"])
        #expect(report.shares.map(\.bitsPerParameter) == [8.5, 32])
        #expect(report.shares.map(\.tensorCount).reduce(0, +) == report.tensors.count)
        #expect(report.shares.map(\.byteCount).reduce(0, +) == report.tensors.map(\.byteCount).reduce(0, +))
    }

    @Test("The JSON form has the promised keys, and metadata only on request")
    func json() throws {
        let file = try TinyModel(family: .llama, layers: 1).open()
        let report = ModelReport(file)
        let object = try #require(JSONSerialization.jsonObject(with: Data(report.json(metadata: nil).text.utf8)) as? [String: Any])
        #expect(object["architecture"] as? String == "llama")
        #expect(object["parameters"] as? Int == report.parameterCount)
        #expect(object["context_length"] as? Int == 512)
        #expect(object["layers"] as? Int == 1)
        #expect(object["heads"] as? Int == 4)
        #expect(object["key_value_heads"] as? Int == 2)
        #expect(object["vocabulary"] as? Int == 259)
        #expect(object["metadata"] == nil)
        let tensors = try #require(object["tensors"] as? [[String: Any]])
        #expect(tensors.count == file.tensors.count)
        #expect(tensors.first?["name"] as? String == "token_embd.weight")
        #expect(tensors.first?["shape"] as? [Int] == [259, 64])
        #expect(tensors.first?["type"] as? String == "F32")
        #expect(tensors.first?["bytes"] as? Int == 259 * 64 * 4)
    }

    @Test("Metadata is listed by its values, and long arrays by type and length")
    func metadata() throws {
        var writer = try TinyModel().writer()
        writer["x.whole"] = .uint64(.max)
        writer["x.flags"] = .array(.bool([true, false]))
        writer["x.nothing"] = .float32(.nan)
        writer["x.nested"] = .array(.array([.int8([1]), .int8([2, 3])]))
        let file = try open(writer)
        let object = try #require(
            JSONSerialization.jsonObject(with: Data(ModelReport(file).json(metadata: file.metadata).text.utf8)) as? [String: Any])
        let metadata = try #require(object["metadata"] as? [String: Any])
        #expect(metadata["x.whole"] as? String == "18446744073709551615")
        #expect(metadata["x.flags"] as? [Bool] == [true, false])
        #expect(metadata["x.nothing"] is NSNull)
        #expect(metadata["x.nested"] as? [[Int]] == [[1], [2, 3]])
        #expect((metadata["tokenizer.ggml.tokens"] as? [String: Any])?["count"] as? Int == 259)
    }

    @Test("The text form shows each fact, and tables of storage and tensors")
    func text() throws {
        let text = try ModelReport(TinyModel(family: .qwen2, type: .q4_0).open()).text(metadata: nil)
        #expect(text.contains("Architecture   qwen2\n"))
        #expect(text.contains("Heads          4 for queries, 2 for keys and values\n"))
        #expect(text.contains("Tokenizer      gpt2, text cut as for qwen2\n"))
        #expect(text.contains("Chat template  none\n"))
        #expect(text.contains("Q4_0"))
        #expect(text.contains("output_norm.weight"))
    }

    @Test("A file with a vocabulary alone, and one that says nothing, are shown as what they are")
    func bareFiles() throws {
        var writer = GGUFWriter()
        writer["general.architecture"] = .string("llama")
        writer["tokenizer.ggml.tokens"] = .array(.string(["a", "b"]))
        let text = try ModelReport(open(writer)).text(metadata: nil)
        #expect(text.contains("Parameters     none; the file holds no weights\n") && text.contains("2 pieces"))
        let silent = try ModelReport(open(GGUFWriter()))
        #expect(silent.text(metadata: nil).hasPrefix("File"))
        #expect(silent.json(metadata: nil).text.contains(#""architecture": null"#))
    }

    @Test("Heads that differ from layer to layer are told as such")
    func headsByLayer() throws {
        var writer = try TinyModel(layers: 2).writer()
        writer["llama.attention.head_count_kv"] = .array(.int32([2, 4]))
        let report = try ModelReport(open(writer))
        #expect(report.keyValueHeads == .different([2, 4]))
        #expect(report.json(metadata: nil).text.contains(#""key_value_heads": [2, 4]"#))
        #expect(report.text(metadata: nil).contains("4 for queries, 2 to 4, by layer for keys and values"))
    }

    private func open(_ writer: GGUFWriter) throws -> GGUFFile {
        let folder = try TemporaryFolder()
        return try withExtendedLifetime(folder) {
            try writer.write(to: folder.file("model.gguf"))
            return try GGUFFile(path: folder.file("model.gguf"))
        }
    }
}
