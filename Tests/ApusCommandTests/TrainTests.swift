import ApusTesting
import Foundation
import ModelFiles
import Testing

@testable import ApusCommand

@Suite(
    "apus train", .serialized,
    .enabled(if: ApusProcess.binary != nil, "the apus binary is not beside the test bundle; `swift build` makes it"))
struct TrainTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        _ = try TinyModel(tied: true).write(to: folder.file("tiny.gguf"))
        let verse = "The keeper of the harbour wrote down what the sea brought him.\n\n"
        _ = try folder.write(Array(String(repeating: verse, count: 80).utf8), as: "story.txt")
        _ = try folder.write(Array(Self.recipe.utf8), as: "recipe.yaml")
    }

    private static let recipe = """
        output: run
        model: {from: tiny.gguf, name: harbour}
        data: {texts: story.txt, length: 64, held_out: 0.2}
        steps: 12
        batch_tokens: 256
        optimizer: {rate: 0.01}
        schedule: {warmup: 2}
        checkpoint: {every: 4}
        evaluation: {every: 6, tokens: 256}
        export: {types: [f32, q8_0], folder: true}
        """

    private var output: String { folder.file("run") }

    private func train(_ arguments: String..., fileBlocks: Int? = nil) async throws -> ApusProcess.Result {
        try await ApusProcess.run(["train", folder.file("recipe.yaml"), "--threads", "1"] + arguments, fileBlocks: fileBlocks)
    }

    /// The metrics but for the clock's part.
    private func losses(_ output: String) throws -> [String] {
        try String(contentsOfFile: output + "/metrics.jsonl", encoding: .utf8).split(separator: "\n").map {
            String($0.prefix { $0 != "}" }.split(separator: "\"tokens_per_second\"")[0])
        }
    }

    @Test("A recipe becomes a model, with metrics, a curve and a report for programs")
    func whole() async throws {
        let result = try await train("--json")
        #expect(result.status == 0, "\(result.errors)")
        let report = try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        #expect(
            report.keys.sorted() == [
                "exports", "held_out_bits_per_byte", "held_out_loss", "loss", "output", "parameters", "seconds", "steps", "tokens",
                "tokens_per_second", "total_steps",
            ])
        #expect(report["steps"] as? Int == 12 && report["tokens"] as? Int == 12 * 256)
        let exports = try #require(report["exports"] as? [String])
        #expect(exports == ["harbour-f32.gguf", "harbour-q8_0.gguf", "harbour"].map { output + "/" + $0 })
        let model = try GGUFModel(path: exports[0])
        #expect(model.metadata.string("general.name") == "harbour" && model.metadata.strings("tokenizer.ggml.tokens") != nil)
        #expect(try GGUFModel(path: exports[1]).tensor("blk.0.attn_q.weight")?.type == .q8_0)
        #expect(try HuggingFaceFolder(path: exports[2]).tensors.count == model.tensors.count)
        #expect(try losses(output).count == 12 && FileManager.default.fileExists(atPath: output + "/loss.svg"))
    }

    @Test("Stopped after some steps and resumed, it makes the same metrics and the same model")
    func resumed() async throws {
        let other = folder.file("other")
        #expect(try await train("-o", other).status == 0)
        #expect(try await train("--steps", "5").status == 0)
        let refused = try await train()
        #expect(refused.status == 64 && refused.errors.contains("--resume"))
        let result = try await train("--resume")
        #expect(result.status == 0, "\(result.errors)")
        #expect(try losses(output) == losses(other))
        func model(_ folder: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: folder + "/harbour-f32.gguf")) }
        #expect(try model(output) == model(other))
    }

    @Test("Ctrl-C writes a checkpoint and says how to go on", .timeLimit(.minutes(15)))
    func interrupted() async throws {
        let long = Self.recipe.replacingOccurrences(of: "steps: 12", with: "steps: 1500")
        _ = try folder.write(Array(long.utf8), as: "recipe.yaml")
        let metrics = output + "/metrics.jsonl"
        let result = try await ApusProcess.run(["train", folder.file("recipe.yaml")]) { process in
            await process.interrupt { (try? Data(contentsOf: URL(fileURLWithPath: metrics)).count) ?? 0 >= 500 }
        }
        #expect(result.status == 130, "\(result.errors)")
        #expect(result.errors.contains("--resume") && result.errors.contains("of 1,500 steps"))
        let names = try FileManager.default.contentsOfDirectory(atPath: output)
        #expect(names.contains { $0.hasPrefix("checkpoint-") } && !names.contains { $0.hasSuffix(".partial") })
    }

    @Test("A full disk ends with 73 and one sentence, and the checkpoint before it stays")
    func fullDisk() async throws {
        #expect(try await train("--steps", "4").status == 0)
        let full = try await train("--resume", fileBlocks: 64)
        #expect(full.status == 73 && full.errors.contains("checkpoint-8"), "\(full.errors)")
        let names = try FileManager.default.contentsOfDirectory(atPath: output)
        #expect(names.filter { $0.contains("checkpoint") } == ["checkpoint-4"])
        #expect(try await train("--resume").status == 0)
    }

    @Test("Errors of recipes have their status")
    func refusals() async throws {
        _ = try folder.write(Array("steps: many".utf8), as: "bad.yaml")
        let bad = try await ApusProcess.run(["train", folder.file("bad.yaml")])
        #expect(bad.status == 64 && bad.errors.contains("bad.yaml"))
        #expect(try await ApusProcess.run(["train", folder.file("none.yaml")]).status == 66)
        #expect(try await train("--resume", "--restart").status == 64)
        #expect(try await train("--steps", "0").status == 64)
    }
}
