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
