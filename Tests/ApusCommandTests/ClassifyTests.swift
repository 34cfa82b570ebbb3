import ApusTesting
import Foundation
import Testing

@testable import ApusCommand

@Suite(
    "apus classify and apus data shorten",
    .enabled(if: ApusProcess.binary != nil, "the apus binary is not beside the test bundle; `swift build` makes it"))
struct ClassifyTests {
    private let folder: TemporaryFolder
    private var encoder: String { folder.file("encoder") }

    init() throws {
        folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.file("encoder"), withIntermediateDirectories: true)
        try TinyCheckpoint(encoderNamed: "bert").write(to: folder.file("encoder"), tokenizer: true)
        let lines = (0..<24).map { number in
            number.isMultiple(of: 2)
                ? "{\"text\": \"xx xy zz \(number) xzx qqq\", \"label\": \"letters\"}"
                : "{\"text\": \"the cat and the hat on the mat \(number) in rain\", \"label\": \"words\"}"
        }
        _ = try folder.write(Array(lines.joined(separator: "\n").utf8), as: "train.jsonl")
        _ = try folder.write(Array(String(repeating: "the cat sat in the rain and on the hat. ", count: 20).utf8), as: "long.txt")
    }

    private func train(_ more: String..., output: String = "head.safetensors") async throws -> ApusProcess.Result {
        try await ApusProcess.run(
            [
                "classify", "train", "--model", encoder, "--pooling", "mean", "--data", folder.file("train.jsonl"), "-o",
                folder.file(output),
                "--folds", "3", "--json", "--quiet", "--threads", "1",
            ] + more)
    }

    @Test("A head that is trained tells texts apart, long ones too, and is the same byte by byte when trained again")
    func training() async throws {
        let trained = try await train("--test", folder.file("train.jsonl"))
        #expect(trained.status == 0, "\(trained.errors)")
        #expect(trained.output.contains("\"test\": {\"accuracy\": 1.0") && trained.output.contains("\"classes\": [\"letters\", \"words\"]"))
        let again = try await train(output: "again.safetensors")
        #expect(again.status == 0)
        #expect(
            try Data(contentsOf: URL(fileURLWithPath: folder.file("head.safetensors")))
                == Data(contentsOf: URL(fileURLWithPath: folder.file("again.safetensors"))))
        let told = try await ApusProcess.run([
            "classify", folder.file("long.txt"), "--model", encoder, "--pooling", "mean", "--head", folder.file("head.safetensors"),
            "--json", "--quiet",
        ])
        #expect(
            told.status == 0 && told.output.contains("\"label\": \"words\"") && !told.output.contains("\"windows\": 1}"), "\(told.errors)")
        let replaced = try await train()
        #expect(replaced.status == 64 && replaced.errors.contains("exists already"))
    }

    @Test("What is left out in training is left out later, too, and told")
    func shortening() async throws {
        let trained = try await train("--without", "stop-words,recurring-words", "--first-tokens", "24")
        #expect(trained.status == 0, "\(trained.errors)")
        let told = try await ApusProcess.run([
            "classify", folder.file("long.txt"), "--model", encoder, "--pooling", "mean", "--head", folder.file("head.safetensors"),
            "--json",
        ])
        #expect(told.status == 0 && told.output.contains("\"windows\": 1}"), "\(told.errors)")
    }

    @Test("Examples of one class, an encoder without a head, and a head of another pooling are refused")
    func refusals() async throws {
        _ = try folder.write(Array(String(repeating: "{\"text\": \"a\", \"label\": \"x\"}\n", count: 9).utf8), as: "one.jsonl")
        let one = try await ApusProcess.run([
            "classify", "train", "--model", encoder, "--data", folder.file("one.jsonl"), "-o", folder.file("one.safetensors"),
        ])
        #expect(one.status == 64 && one.errors.contains("one label"))
        let bare = try await ApusProcess.run(["classify", folder.file("long.txt"), "--model", encoder])
        #expect(bare.status == 64 && bare.errors.contains("holds no encoder with a head"))
        #expect(try await train().status == 0)
        let other = try await ApusProcess.run([
            "classify", folder.file("long.txt"), "--model", encoder, "--pooling", "cls", "--head", folder.file("head.safetensors"),
        ])
        #expect(other.status == 64 && other.errors.contains("another encoder"))
    }

    @Test("A model's own head is used where none is named")
    func ownHead() async throws {
        let model = folder.file("classifier")
        try FileManager.default.createDirectory(atPath: model, withIntermediateDirectories: true)
        try TinyCheckpoint(classifierNamed: "roberta").write(to: model, tokenizer: true)
        let result = try await ApusProcess.run(["classify", folder.file("long.txt"), "--model", model, "--json", "--quiet"])
        #expect(
            result.status == 0 && result.output.contains("\"class 2\"") && !result.output.contains("\"windows\": 1}"), "\(result.errors)")
    }

    @Test("A text is shortened by what is named, with the places of what is left")
    func shorten() async throws {
        let file = try folder.write(Array("\u{FEFF}The key of the mill.".utf8), as: "text.txt")
        let plain = try await ApusProcess.run(["data", "shorten", file, "--without", "stop-words"])
        #expect(plain.output == "key mill.\n" && plain.errors.contains("2 of 5 words kept (40.0%)"))
        let json = try await ApusProcess.run(["data", "shorten", file, "--without", "stop-words", "--json", "--quiet"])
        #expect(json.output.contains("\"spans\": [{\"end\": 10, \"start\": 7}, {\"end\": 23, \"start\": 18}]"))
        let unknown = try await ApusProcess.run(["data", "shorten", file, "--without", "vowels"])
        #expect(unknown.status == 64 && unknown.errors.contains("vowels"))
    }
}
