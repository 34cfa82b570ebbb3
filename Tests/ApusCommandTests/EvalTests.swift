import ApusTesting
import Foundation
import Testing

@testable import ApusCommand

@Suite(
    "apus eval, and the model that serves where none is named",
    .enabled(if: ApusProcess.binary != nil, "the apus binary is not beside the test bundle; `swift build` makes it"))
struct EvalTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func object(_ text: some StringProtocol) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test("eval recall tells the accuracy of each class, by depth and with exchanged values")
    func lookups() async throws {
        let result = try await ApusProcess.run(["eval", "recall", "--cases", "2", "--length", "256", "--json"])
        #expect(result.status == 0, "\(result.errors)")
        let report = try object(result.output), classes = try #require(report["classes"] as? [[String: Any]])
        #expect(report["length"] as? Int == 256)
        #expect(classes.map { $0["name"] as? String } == ["passkeys", "seen-wordings", "unseen-wordings", "refusals"])
        for row in classes {
            #expect(row["cases"] as? Int == 2 && (row["by_depth"] as? [Any])?.count == 5)
            let accuracy = try #require(row["accuracy"] as? Double)
            #expect((0...1).contains(accuracy) && row["correct"] as? Int == Int(2 * accuracy))
            let forms = try #require(row["by_form"] as? [String: [String: Any]]).values.compactMap { $0["cases"] as? Int }
            #expect(forms.reduce(0, +) == (row["name"] as? String == "refusals" ? 0 : 2))
        }
        let listing = try await ApusProcess.run(["eval", "recall", "--cases", "1", "--length", "256", "--quiet"])
        #expect(listing.output.contains("passkeys") && listing.output.contains("%") && listing.errors.isEmpty)
    }

    @Test("eval books tells bits per byte")
    func books() async throws {
        let text = try folder.write(Array("The keeper of the harbour wrote down what the sea brought him.".utf8), as: "text.txt")
        let result = try await ApusProcess.run(["eval", "books", text, "--json"])
        #expect(result.status == 0, "\(result.errors)")
        let bits = try #require(object(result.output)["bits_per_byte"] as? Double)
        #expect(bits > 0.5 && bits < 8)
    }

    @Test("Several benchmarks are run, those without their file are said not to be, and an overview stands beside their reports")
    func overview() async throws {
        let model = try TinyModel().write(to: folder.file("tiny.gguf"))
        let arguments = [
            "eval", "passkey", "niah_single_1", "niah_single_2", "qa_1", "--length", "700", "--cases", "2", "--model", model,
        ]
        let result = try await ApusProcess.run(arguments + ["--context-length", "2048", "--json", "-o", folder.file("out")])
        #expect(result.status == 0, "\(result.errors)")
        let lines = try result.output.split(separator: "\n").map { try object($0) }
        #expect(lines.compactMap { $0["benchmark"] as? String } == ["passkey", "niah_single_1", "niah_single_2"])
        #expect(lines.allSatisfy { $0["overview"] != nil || ($0["places"] as? [Any])?.count == 1 })
        let overview = try #require(lines.last?["overview"] as? [String: Any])
        let rows = try #require(overview["benchmarks"] as? [[String: Any]])
        #expect(rows.count == 4 && (rows[3]["not_run"] as? String)?.contains("--squad") == true)
        #expect((overview["ruler"] as? [String: Any])?["tasks"] as? Int == 2)
        let report = try object(String(contentsOfFile: folder.file("out/passkey/report.json"), encoding: .utf8))
        let command = try #require((report["settings"] as? [String: Any])?["command"] as? String)
        #expect(
            command.hasPrefix("apus eval passkey niah_single_1 niah_single_2 qa_1 --model ") && command.contains("--context-length 2048"))
        #expect(FileManager.default.fileExists(atPath: folder.file("out/report.html")))
        let listing = try await ApusProcess.run(arguments + ["--context-length", "2048", "--quiet", "-o", folder.file("out")])
        #expect(
            listing.output.contains("RULER's tasks") && listing.output.contains("Not run: qa_1")
                && listing.output.contains("low diffusion"))
    }

    @Test(
        "What does not go together is refused",
        arguments: [
            (["passkey", "--endpoint", "http://localhost/v1"], "--endpoint-model"),
            (["passkey", "--endpoint-model", "m"], "--endpoint"),
            (["passkey", "--endpoint", "nowhere", "--endpoint-model", "m"], "no address"),
            (["passkey", "--endpoint", "http://localhost/v1", "--endpoint-model", "m", "--method", "full"], "--endpoint"),
            (["qa_1"], "--squad"), (["nothing"], "ruler"), (["qa_2", "--hotpotqa", "/nowhere.json"], "/nowhere.json"),
        ])
    func refusals(arguments: [String], word: String) async throws {
        let model = try TinyModel().write(to: folder.file("tiny.gguf"))
        let result = try await ApusProcess.run(["eval"] + arguments + ["--model", model, "-o", folder.file("out")])
        #expect(result.status != 0 && result.errors.contains(word), "\(result.errors)")
    }

    @Test("Judges, programs and references are refused where they have no effect, and a judge needs its model's name")
    func verdicts() async throws {
        for (arguments, said) in [
            (["passkey", "--judge", "http://h/v1", "--judge-model", "m"], "longsafety"),
            (["longsafety", "--judge", "http://h/v1"], "--judge-model"), (["longsafety", "--judge-model", "m"], "--judge"),
            (["longsafety", "--judge-as-released"], "--judge"), (["passkey", "--allow-code-execution"], "pseudo_to_code"),
            (["m4le-newsqa", "--m4le-reference", "f.json"], "averages"),
        ] {
            let result = try await ApusProcess.run(["eval"] + arguments + ["-o", folder.file("none")])
            #expect(result.status == 64 && result.errors.contains(said), "\(arguments): \(result.errors)")
        }
        #expect(try folder.names.isEmpty)
    }

    @Test("eval perplexity tells perplexity by position")
    func perplexity() async throws {
        let text = try folder.write(
            Array(String(repeating: "The keeper wrote down what the sea brought him. ", count: 200).utf8), as: "text.txt")
        let model = try TinyModel().write(to: folder.file("tiny.gguf"))
        let result = try await ApusProcess.run([
            "eval", "perplexity", text, "--model", model, "--context-length", "1024", "--length", "600", "--segments", "2", "--json", "-o",
            folder.file("out"),
        ])
        #expect(result.status == 0, "\(result.errors)")
        let report = try object(result.output), bands = try #require(report["bands"] as? [[String: Any]])
        #expect(bands.map { $0["first_position"] as? Int } == [0, 256, 512] && report["segments"] as? Int == 2)
        #expect(FileManager.default.fileExists(atPath: folder.file("out/perplexity/report.html")))
    }

    @Test("A model without marks for questions is refused")
    func marks() async throws {
        let model = try TinyModel().write(to: folder.file("tiny.gguf"))
        let result = try await ApusProcess.run(["eval", "recall", "--cases", "2", "--model", model])
        #expect(result.status != 0 && result.errors.contains("<|ask|>"), "\(result.errors)")
    }

    @Test("Without --model a question is answered by the built-in model, and a text that does not say is said not to")
    func builtIn() async throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let page = root.appendingPathComponent("Examples/harbour-log-page.txt").path
        let answer = try await ApusProcess.run(["ask", page, "What is the password for the north gate?"])
        #expect(answer.status == 0 && answer.output.contains("bitter mare"), "\(answer.output) \(answer.errors)")
        #expect(answer.errors.contains("The password for the north gate is bitter mare"))
        let refusal = try await ApusProcess.run(["ask", page, "What is the password for the hollow crypt?", "--quiet"])
        #expect(refusal.output.contains("The text does not say."))
    }
}
