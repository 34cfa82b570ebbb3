import ApusTesting
import Foundation
import Testing
import Training

@testable import ApusCommand

@Suite(
    "apus fit, and the profiles that it writes",
    .enabled(if: ApusProcess.binary != nil, "the apus binary is not beside the test bundle; `swift build` makes it"))
struct FitTests {
    private let folder: TemporaryFolder
    private let model: String

    init() throws {
        folder = try TemporaryFolder()
        model = try TinyModel(layers: 1, width: 32, heads: 2, keyValueHeads: 1, feedForward: 32).write(to: folder.file("tiny.gguf"))
    }

    private func apus(_ arguments: [String]) async throws -> ApusProcess.Result {
        // What is kept for the user stays out of this one's folders.
        try await ApusProcess.run(
            arguments, environment: ["XDG_DATA_HOME": folder.file("data"), "XDG_CACHE_HOME": folder.file("cache")])
    }

    /// The words of `apus fit` for a text that is read in no time.
    private func fit(_ model: String, to length: Int, into name: String, _ words: String...) async throws -> ApusProcess.Result {
        let log = try folder.write(HarbourLog(words: 1500, seed: 3).corpusText.bytes, as: "log.txt")
        return try await apus(["fit", model, "--text", log, "--to", "\(length)", "-o", folder.file(name)] + words)
    }

    private func object(_ text: String) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test("A model is fitted, and what is found is used where it is named, and by no other model")
    func profile() async throws {
        let output = folder.file("out"), text = try folder.write(Array("The keeper has the key.".utf8), as: "text.txt")
        let first = try await fit(model, to: 700, into: "out", "--cases", "2", "--budget", "30", "--json")
        #expect(first.status == 0, "\(first.errors)")
        let result = try object(first.output), entries = try #require(result["entries"] as? [[String: Any]])
        #expect(result["length"] as? Int == 700 && (result["reasons"] as? [String])?.isEmpty == false)
        #expect(entries.contains { $0["method"] as? String == "full" && $0["standing"] as? String == "measured" })
        for name in ["report.json", "report.html", "trade-off.svg", "profile.json"] {
            #expect(FileManager.default.fileExists(atPath: output + "/" + name), "\(name)")
        }
        let profile = try object(String(contentsOfFile: output + "/profile.json", encoding: .utf8))
        let method = try #require((profile["ask"] as? [String: Any])?["method"] as? String)
        let answer = try await apus(["ask", text, "Who has the key?", "--model", model, "--profile", "fit", "-n", "4", "--json"])
        #expect(answer.status == 0 && answer.errors.contains("the method \(method) is taken, because the profile"), "\(answer.errors)")
        #expect(try (object(answer.output)["method_reason"] as? String)?.contains("of the facts in 700 tokens") == true)
        let named = try await apus([
            "ask", text, "Who?", "--model", model, "--profile", output + "/profile.json", "--method", "sliding:64", "--positions", "model",
            "-n", "2", "--json",
        ])
        #expect(named.status == 0 && !named.errors.contains("is taken"), "\(named.errors)")
        #expect(try object(named.output)["method"] as? String == "sliding:64")
        let other = try TinyModel(layers: 1, width: 32, heads: 2, keyValueHeads: 1, feedForward: 32, seed: 2)
            .write(to: folder.file("other.gguf"))
        let foreign = try await apus(["complete", "--prompt", "A", "-n", "1", "--model", other, "--profile", output + "/profile.json"])
        #expect(foreign.status == 64 && foreign.errors.contains("the profile was made for the model"), "\(foreign.errors)")
        let again = try await fit(model, to: 700, into: "out", "--cases", "2", "--budget", "30", "--json")
        #expect(again.output == first.output)
    }

    @Test("Without a profile there is nothing to use, and a length that nothing reaches makes none")
    func refusals() async throws {
        let missing = try await apus(["complete", "--prompt", "A", "-n", "1", "--model", model, "--profile", "fit"])
        #expect(missing.status == 66 && missing.errors.contains("`apus fit` makes one"), "\(missing.errors)")
        let short = try await fit(model, to: 300, into: "short", "--cases", "1", "--quiet")
        #expect(short.status == 64 && short.errors.contains("No method could be measured at 300 tokens"), "\(short.errors)")
    }

    @Test(
        "What makes no sense is refused",
        arguments: [
            (["--to", "5"], "--to"), (["--to", "4096", "--budget", "0"], "--budget"), (["--to", "4096", "--cases", "101"], "--cases"),
            ([], "--to"),
        ])
    func arguments(words: [String], option: String) async throws {
        let result = try await apus(["fit", model] + words)
        #expect(result.status == 64 && result.errors.contains(option), "\(result.errors)")
    }
}
