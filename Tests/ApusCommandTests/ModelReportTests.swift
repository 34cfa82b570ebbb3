import ApusTesting
import Foundation
import ModelFiles
import Testing

@testable import ApusCommand

@Suite("What inspect tells")
struct ModelReportTests {
    @Test("The JSON form has the promised keys, and metadata only on request")
    func json() throws {
        let file = try GGUFModel(TinyModel(family: .llama, layers: 1).open())
        let report = ModelReport(file)
        let object = try #require(JSONSerialization.jsonObject(with: Data(report.json.text.utf8)) as? [String: Any])
        #expect(object["architecture"] as? String == "llama")
        #expect(object["parameters"] as? Int == report.summary.parameters)
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
            JSONSerialization.jsonObject(with: Data(ModelReport(file, withMetadata: true).json.text.utf8)) as? [String: Any])
        let metadata = try #require(object["metadata"] as? [String: Any])
        #expect(metadata["x.whole"] as? String == "18446744073709551615")
        #expect(metadata["x.flags"] as? [Bool] == [true, false])
        #expect(metadata["x.nothing"] is NSNull)
        #expect(metadata["x.nested"] as? [[Int]] == [[1], [2, 3]])
        #expect((metadata["tokenizer.ggml.tokens"] as? [String: Any])?["count"] as? Int == 259)
    }

    @Test("The text form shows each fact, and tables of storage and tensors")
    func text() throws {
        let text = try ModelReport(GGUFModel(TinyModel(family: .qwen2, type: .q4_0).open())).text
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
        let text = try ModelReport(open(writer)).text
        #expect(text.contains("Parameters     none; the file holds no weights\n") && text.contains("2 pieces"))
        let silent = try ModelReport(open(GGUFWriter()))
        #expect(silent.text.hasPrefix("File"))
        #expect(silent.json.text.contains(#""architecture": null"#))
    }

    @Test("Of a chat template it is told whether it can be used, and if not why", arguments: ["{{ x }}", "{% fly %}"])
    func chatTemplate(source: String) throws {
        var writer = GGUFWriter()
        writer["tokenizer.chat_template"] = .string(source)
        let report = try ModelReport(open(writer)), isUsable = source == "{{ x }}"
        let told = isUsable ? "yes, and it can be used\n" : "yes, but it cannot be used: the model's chat template, line 1"
        #expect(report.text.contains(told))
        #expect(report.json.text.contains(#""chat_template": true"#))
        #expect(report.json.text.contains(#""chat_template_error": null"#) == isUsable)
    }

    @Test(
        "It is told alike of a folder, whether the template stands in the settings or in a file of its own",
        arguments: ["tokenizer_config.json", "chat_template.jinja"], ["{{ x }}", "{% fly %}"])
    func folderTemplate(place: String, source: String) throws {
        let folder = try TemporaryFolder()
        try TinyCheckpoint(named: "llama").write(to: folder.path)
        #expect(try ModelReport(HuggingFaceFolder(path: folder.path)).text.contains("Chat template  none\n"))
        _ = try folder.write(Array((place.hasSuffix("json") ? #"{"chat_template": "\#(source)"}"# : source).utf8), as: place)
        let report = try ModelReport(HuggingFaceFolder(path: folder.path)), isUsable = source == "{{ x }}"
        let told = isUsable ? "yes, and it can be used\n" : "yes, but it cannot be used: the model's chat template, line 1"
        #expect(report.text.contains(told))
        #expect(report.json.text.contains(#""chat_template": true"#))
        #expect(report.json.text.contains(#""chat_template_error": null"#) == isUsable)
    }

    @Test("Metadata is a table of its own, on request only")
    func metadataTable() throws {
        let file = try GGUFModel(TinyModel().open())
        #expect(!ModelReport(file).text.contains("general.architecture"))
        #expect(ModelReport(file, withMetadata: true).text.contains("general.architecture"))
    }

    @Test("Scales count among the bits of a parameter")
    func bitsPerParameter() throws {
        let report = try ModelReport(GGUFModel(TinyModel(type: .q8_0).open()))
        #expect(report.summary.types.map(\.type) == ["Q8_0", "F32"])
        #expect(report.summary.types.map(\.bitsPerParameter) == [8.5, 32])
    }

    private func open(_ writer: GGUFWriter) throws -> GGUFModel {
        let folder = try TemporaryFolder()
        return try withExtendedLifetime(folder) {
            try writer.write(to: folder.file("model.gguf"))
            return try GGUFModel(path: folder.file("model.gguf"))
        }
    }
}
