import ApusTesting
import Foundation
import Testing

@testable import ApusCommand

@Suite(
    "apus eval arena",
    .enabled(if: ApusProcess.binary != nil, "the apus binary is not beside the test bundle; `swift build` makes it"))
struct EvalArenaTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private let small = [
        "--length", "16", "--steps", "2", "--batch", "2", "--cases", "5", "--layers", "1", "--width", "8", "--heads", "1",
    ]

    @Test("Kinds of attention are trained and compared, and a second time only tested")
    func comparison() async throws {
        let arguments = ["eval", "arena", "listops", "--attention", "full,linear", "-o", folder.file("arena")] + small
        let result = try await ApusProcess.run(arguments + ["--json"])
        #expect(result.status == 0, "\(result.errors)")
        let report = try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        let rows = try #require(report["results"] as? [[String: Any]])
        #expect(rows.compactMap { $0["attention"] as? String } == ["full", "linear"])
        for row in rows {
            #expect(row["steps"] as? Int == 2 && row["test_examples"] as? Int == 5)
            #expect((0...1).contains(try #require(row["accuracy"] as? Double)))
        }
        let again = try await ApusProcess.run(arguments)
        #expect(again.status == 0 && again.output.contains("linear") && again.output.contains("%"))
        #expect(!again.errors.contains("step 1 of"))
        let other = arguments + ["--seed", "2"], refused = try await ApusProcess.run(other)
        #expect(refused.status == 64 && refused.errors.contains("--seed was 0 and is 2 now"), "\(refused.errors)")
        #expect(try await ApusProcess.run(other + ["--restart"]).status == 0)
    }

    @Test(
        "What cannot be trained is refused in a sentence",
        arguments: [
            (["chess"], "listops"), (["listops", "--attention", "fast"], "local:SIDE"), (["text"], "--data"),
            (["listops", "--width", "10", "--heads", "3"], "multiple"), (["listops", "--rate", "0"], "--rate"),
        ])
    func refusals(arguments: [String], word: String) async throws {
        let result = try await ApusProcess.run(["eval", "arena"] + arguments + ["-o", folder.file("arena")])
        #expect(result.status == 64 && result.errors.contains(word), "\(result.errors)")
    }
}
