import ApusTesting
import Foundation
import ModelFiles
import Testing

@testable import ApusCommand

@Suite(
    "apus convert",
    .enabled(if: ApusProcess.binary != nil, "the apus binary is not beside the test bundle; `swift build` makes it"))
struct ConvertTests {
    private let folder: TemporaryFolder
    private var model: String { folder.file("tiny") }

    init() throws {
        folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.file("tiny"), withIntermediateDirectories: true)
        try TinyCheckpoint(named: "llama").write(to: folder.file("tiny"), tokenizer: true)
    }

    private func run(_ arguments: String...) async throws -> ApusProcess.Result {
        try await ApusProcess.run(["convert"] + arguments)
    }

    @Test("A folder becomes a file and a file a folder, and the sizes are told")
    func bothWays() async throws {
        let file = folder.file("tiny.gguf"), back = folder.file("back")
        let result = try await run(model, "-o", file, "--type", "q8_0")
        #expect(result.status == 0 && result.output.contains("tiny.gguf: Q8_0, "), "\(result.errors)")
        #expect(try GGUFFile(path: file).tensor("blk.0.attn_q.weight")?.type == .q8_0)

        let again = try await run(file, "-o", back, "--type", "f16", "--json")
        let object = try #require(JSONSerialization.jsonObject(with: Data(again.output.utf8)) as? [String: Any])
        #expect(object.keys.sorted() == ["bytes_after", "bytes_before", "input", "output", "seconds", "storage", "tensors", "type"])
        #expect(object["type"] as? String == "F16" && object["output"] as? String == back)
        #expect(try HuggingFaceFolder(path: back).tensor("model.layers.0.self_attn.q_proj.weight")?.element == .float16)
    }

    @Test("An encoder's folder becomes a file with fewer bits, and that one with fewer still; a folder it cannot become again")
    func encoders() async throws {
        let path = folder.file("bert"), file = folder.file("bert.gguf"), small = folder.file("small.gguf")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try TinyCheckpoint(encoderNamed: "bert").write(to: path, tokenizer: true)
        let result = try await run(path, "-o", file, "--type", "f16")
        #expect(result.status == 0 && result.output.contains("bert.gguf: F16, "), "\(result.errors)")
        let quantised = try await ApusProcess.run(["quantize", file, small, "--type", "q8_0"])
        #expect(quantised.status == 0, "\(quantised.errors)")
        #expect(try GGUFFile(path: small).tensor("blk.0.attn_q.weight")?.type == .q8_0)
        let embedded = try await ApusProcess.run(["embed", "the cat", "--model", small, "--pooling", "mean", "--json"])
        #expect(embedded.status == 0 && embedded.output.contains("\"embedding\""), "\(embedded.errors)")
        let back = try await run(file, "-o", folder.file("back"))
        #expect(back.status == 65 && back.errors.contains("\"bert\" cannot become folders"), "\(back.errors)")
    }

    @Test("What exists is kept unless it may be replaced, and blocks have no place in a folder")
    func refusals() async throws {
        let file = folder.file("tiny.gguf")
        #expect(try await run(model, "-o", file).status == 0)
        let kept = try await run(model, "-o", file)
        #expect(kept.status == 64 && kept.errors.contains("--force"))
        #expect(try await run(model, "-o", file, "--force").status == 0)
        let blocks = try await run(file, "-o", folder.file("back"), "--type", "q4_0")
        #expect(blocks.status == 64 && blocks.errors.contains("f16"))
        #expect(try await run(folder.file("nothing"), "-o", folder.file("back")).status == 66)
    }
}
