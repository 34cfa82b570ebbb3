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
        let result = try await ApusProcess.run(["eval", "recall", "--cases", "4", "--length", "256", "--json"])
        #expect(result.status == 0, "\(result.errors)")
        let report = try object(result.output), classes = try #require(report["classes"] as? [[String: Any]])
        #expect(report["length"] as? Int == 256)
        #expect(classes.map { $0["name"] as? String } == ["passkeys", "seen-wordings", "unseen-wordings", "refusals"])
        for row in classes {
            #expect(row["cases"] as? Int == 4 && (row["by_depth"] as? [Any])?.count == 5)
            let accuracy = try #require(row["accuracy"] as? Double)
            #expect((0...1).contains(accuracy) && row["correct"] as? Int == Int(4 * accuracy))
        }
        let listing = try await ApusProcess.run(["eval", "recall", "--cases", "2", "--length", "256", "--quiet"])
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
