import ApusTesting
import Diagnostics
import Foundation
import ModelFiles
import Tensors
import Testing

@Suite("Reading GGUF files")
struct GGUFReadingTests {
    static let story = "models/stories260K/stories260K-f32.gguf"

    @Test(
        "A version 1 file has the weights of the checkpoint it was made from",
        .enabled(if: ExternalData.exists(story), "needs the story model"))
    func versionOne() throws {
        let file = try GGUFFile(path: ExternalData.path(Self.story))
        let checkpoint = try contents(of: ExternalData.path("models/stories260K/stories260K.bin"))
        #expect(file.version == 1)
        #expect(file.tensors.count == 48)
        #expect(try file.metadata.requireInt("llama.block_count") == 5)
        #expect(file.metadata.strings("tokenizer.ggml.tokens")?.count == 512)
        #expect(file.metadata.ints("tokenizer.ggml.token_type")?.prefix(4) == [2, 3, 3, 6])

        // The checkpoint: seven int32, then each kind of weight for all layers before the next kind.
        var offset = 28
        let (width, hidden, layers, keyValueWidth) = (64, 172, 5, 32)
        func expectNext(_ name: String, _ shape: [Int]) throws {
            let record = try #require(file.tensor(name))
            #expect(record.shape == shape)
            let bytes = file.withBytes(of: record) { Array($0) }
            #expect(bytes == Array(checkpoint[offset..<offset + bytes.count]), "\(name)")
            offset += bytes.count
        }
        func expectLayers(_ name: String, _ shape: [Int]) throws {
            for layer in 0..<layers { try expectNext("blk.\(layer).\(name).weight", shape) }
        }
        try expectNext("token_embd.weight", [512, width])
        try expectLayers("attn_norm", [width])
        try expectLayers("attn_q", [width, width])
        try expectLayers("attn_k", [keyValueWidth, width])
        try expectLayers("attn_v", [keyValueWidth, width])
        try expectLayers("attn_output", [width, width])
        try expectLayers("ffn_norm", [width])
        try expectLayers("ffn_gate", [hidden, width])
        try expectLayers("ffn_down", [width, hidden])
        try expectLayers("ffn_up", [hidden, width])
        try expectNext("output_norm.weight", [width])
    }

    @Test("A file of the Python package is read as Python wrote it")
    func pythonFile() throws {
        let file = try GGUFFile(path: ExternalData.fixture("model-files/python.gguf"))
        #expect(file.alignment == 64)
        #expect(try file.metadata.requireInt("llama.context_length") == 4096)
        #expect(file.metadata.array("some.nested") == .array([.int32([1, 2]), .int32([3])]))
        let pieces = try file.metadata.requireStrings("tokenizer.ggml.tokens")
        #expect(Array(pieces)[..<2] == ["<unk>", "▁tea"] && Array(pieces.bytes(at: 2)) == [0xFF])
        #expect(file.tensors.map(\.name) == ["plain", "q8_0", "q4_0", "bf16"])
        let weights = (0..<128).map { Float($0 - 64) / 8 }
        for record in file.tensors {
            #expect(record.shape == [2, 64] && file.range(of: record.name).map { $0.lowerBound % 64 } == 0)
            let values = try #require(record.type.decode(file.withBytes(of: record) { Array($0) }))
            let tolerance: Float = record.type == .q4_0 ? 0.7 : record.type == .q8_0 ? 0.04 : 0
            #expect(zip(values, weights).allSatisfy { abs($0 - $1) <= tolerance }, "\(record.name)")
        }
    }

    @Test("A matrix lies where its tensor does, and a vector is one row")
    func matrices() throws {
        let file = try TinyModel().open()
        let matrix = try file.matrix("blk.1.ffn_up.weight")
        #expect(matrix.rows == 96 && matrix.columns == 64 && matrix.type == .f32)
        #expect(matrix.offset == file.range(of: "blk.1.ffn_up.weight")?.lowerBound)
        #expect(try file.matrix("output_norm.weight").rows == 1)
        let error = failure { _ = try file.matrix("blk.9.ffn_up.weight") }
        #expect(error?.subject == .tensor("blk.9.ffn_up.weight") && error?.problem == .notThere)
    }

    @Test("Metadata of another type, or missing, is nil or an error that names the key")
    func metadataTypes() throws {
        let metadata = try TinyModel().open().metadata
        #expect(metadata.int("general.name") == nil)
        #expect(metadata.string("llama.block_count") == nil)
        #expect(metadata.float("llama.block_count") == 2)
        let wrong = failure { _ = try metadata.requireInt("general.name") }
        #expect(wrong?.problem == .wrongType(expected: "an integer", found: "string tiny random llama"))
        let missing = failure { _ = try metadata.requireInt("llama.expert_count") }
        #expect(missing?.subject == .key("llama.expert_count") && missing?.problem == .notThere)
    }

    @Test("What is not a GGUF file is told apart, with the right class of failure")
    func notModels() throws {
        let folder = try TemporaryFolder()
        let text = try folder.write(Array("Once upon a time there was a model.\n".utf8), as: "story.txt")
        let empty = try folder.write([], as: "empty.gguf")
        let page = try folder.write(Array("<!DOCTYPE html><p>Not found</p>".utf8), as: "page.gguf")
        let cases: [(String, FailureKind, String)] = [
            (folder.path, .missingInput, "folder"), (folder.file("none.gguf"), .missingInput, "no such file"),
            (text + "/inside", .missingInput, "no such file"), ("/dev/null", .missingInput, "not a regular file"),
            (empty, .badData, "empty"), (text, .badData, "looks like text"), (page, .badData, "web page"),
        ]
        for (path, kind, words) in cases {
            let error = failure { _ = try GGUFFile(path: path) }
            #expect(error?.kind == kind, "\(path)")
            #expect(error?.description.contains(words) == true, "\(error?.description ?? "no error")")
            #expect(error?.description.hasPrefix(path) == true)
        }
    }

    @Test("A vocabulary of 150,000 pieces keeps bytes that are not UTF-8")
    func largeVocabulary() throws {
        var table = StringTable((0..<150_000).map { "piece \($0)" })
        table.append([0xFF, 0x41])
        var writer = GGUFWriter()
        writer["tokenizer.ggml.tokens"] = .array(.string(table))
        let folder = try TemporaryFolder()
        try writer.write(to: folder.file("vocabulary.gguf"))
        let path = folder.file("vocabulary.gguf")
        let file = try GGUFFile(path: path)
        let pieces = try file.metadata.requireStrings("tokenizer.ggml.tokens")
        #expect(pieces == table)
        #expect(pieces[149_999] == "piece 149999")
        #expect(Array(pieces.bytes(at: 150_000)) == [0xFF, 0x41])
        #expect(pieces[150_000] == "\u{FFFD}A")
    }
}
