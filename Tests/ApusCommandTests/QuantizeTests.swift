import ApusTesting
import Foundation
import ModelFiles
import Testing

@testable import ApusCommand

@Suite(
    "apus quantize",
    .enabled(if: ApusProcess.binary != nil, "the apus binary is not beside the test bundle; `swift build` makes it"))
struct QuantizeTests {
    private let folder: TemporaryFolder
    private let model: String

    init() throws {
        folder = try TemporaryFolder()
        model = try TinyModel().write(to: folder.file("tiny.gguf"))
    }

    private var output: String { folder.file("out.gguf") }

    private func run(_ arguments: String...) async throws -> ApusProcess.Result {
        try await ApusProcess.run(["quantize"] + arguments)
    }

    @Test("The model is written and its sizes are told, for people and for programs")
    func report() async throws {
        let result = try await run(model, output, "--type", "q8_0")
        #expect(result.status == 0 && result.output.contains("out.gguf: Q8_0, ") && result.output.contains("Bits each"))
        #expect(try GGUFFile(path: output).tensor("blk.0.attn_q.weight")?.type == .q8_0)

        let again = try await run(model, output, "--type", "Q4_0", "--force", "--json")
        let object = try #require(JSONSerialization.jsonObject(with: Data(again.output.utf8)) as? [String: Any])
        #expect(object.keys.sorted() == ["bytes_after", "bytes_before", "input", "output", "seconds", "storage", "tensors", "type"])
        #expect(object["type"] as? String == "Q4_0" && object["input"] as? String == model)
        let sizes = [object["bytes_before"], object["bytes_after"]].compactMap { $0 as? Int }
        #expect(try sizes.count == 2 && sizes[0] > sizes[1] && sizes[1] == contents(of: output).count)
        let shares = try #require(object["storage"] as? [[String: Any]])
        #expect(shares.contains { $0["type"] as? String == "Q4_0" } && shares.contains { $0["type"] as? String == "F32" })
    }

    @Test("Weights can be averaged with those of other files first")
    func averaging() async throws {
        let other = folder.file("other.gguf"), half = folder.file("half.gguf")
        #expect(try await run(model, other, "--type", "f32").status == 0)
        #expect(try await run(model, half, "--type", "f32", "--average", other).status == 0)
        #expect(try contents(of: half) == contents(of: other))
        let missing = try await run(model, output, "--type", "f32", "--average", folder.file("none.gguf"))
        #expect(missing.status == 66 && missing.errors.contains("none.gguf"))
    }

    private func contents(of path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

    @Test("An existing file is kept, unless it may be replaced")
    func existing() async throws {
        _ = try folder.write([1], as: "out.gguf")
        let kept = try await run(model, output, "--type", "q8_0")
        #expect(try kept.status == 64 && kept.errors.contains("--force") && contents(of: output).count == 1)
        let inPlace = try await run(model, model, "--type", "f16", "--force")
        #expect(try inPlace.status == 0 && GGUFFile(path: model).tensor("output.weight")?.type == .f16)
    }

    @Test("Quantising again needs to be allowed, and other refusals have their status")
    func refusals() async throws {
        #expect(try await run(model, output, "--type", "q8_0").status == 0)
        let second = folder.file("second.gguf")
        let again = try await run(output, second, "--type", "q4_0")
        #expect(again.status == 64 && again.errors.contains("quantised as Q8_0 already"))
        #expect(try await run(output, second, "--type", "q4_0", "--allow-requantize").status == 0)
        let unknown = try await run(model, second, "--type", "q9")
        #expect(unknown.status == 64 && unknown.errors.contains("q4_k_m"))
        #expect(try await run(folder.file("none.gguf"), second, "--type", "q8_0", "--force").status == 66)
        #expect(try await run(model, folder.file("none/out.gguf"), "--type", "q8_0").status == 73)
        #expect(try folder.names == ["out.gguf", "second.gguf", "tiny.gguf"])
    }
}
