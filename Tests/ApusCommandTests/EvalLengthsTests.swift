import ApusTesting
import Foundation
import Testing

@testable import ApusCommand

@Suite(
    "apus eval lengths",
    .enabled(if: ApusProcess.binary != nil, "the apus binary is not beside the test bundle; `swift build` makes it"))
struct EvalLengthsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private let small = [
        "--trained", "2", "--steps", "2", "--batch", "2", "--cases", "3", "--layers", "1", "--width", "16", "--heads", "2",
    ]

    @Test("Ways to tell positions are trained, compared and drawn, and a second time only tested")
    func comparison() async throws {
        let picture = folder.file("copy.svg")
        let arguments = ["eval", "lengths", "copy-rsc", "--positions", "none,t5", "-o", folder.file("lengths")] + small
        let result = try await ApusProcess.run(arguments + ["--plot", picture, "--json"])
        #expect(result.status == 0, "\(result.errors)")
        let report = try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        let rows = try #require(report["results"] as? [[String: Any]])
        #expect(report["trained"] as? Int == 2 && rows.compactMap { $0["positions"] as? String } == ["none", "t5"])
        for row in rows {
            let lengths = try #require(row["lengths"] as? [[String: Any]])
            #expect(lengths.compactMap { $0["length"] as? Int } == [1, 2, 3, 4] && row["steps"] as? Int == 2)
            #expect((0...1).contains(try #require(row["beyond"] as? Double)))
        }
        #expect(try String(contentsOfFile: picture, encoding: .utf8).contains("polyline"))
        let again = try await ApusProcess.run(arguments)
        #expect(again.status == 0 && again.output.contains("3 to 4") && again.output.contains("%") && !again.errors.contains("step 1 of"))
        #expect(try await ApusProcess.run(arguments + ["--plot", picture]).status != 0)
        let refused = try await ApusProcess.run(arguments + ["--seed", "2"])
        #expect(refused.status == 64 && refused.errors.contains("--seed was 0 and is 2 now"), "\(refused.errors)")
    }

    @Test(
        "What cannot be trained is refused in a sentence",
        arguments: [
            (["chess"], "copy-rsc"), (["copy-rsc", "--positions", "rope"], "rotary"), (["parity", "--trained", "0"], "--trained"),
            (["parity", "--width", "10", "--heads", "3"], "multiple"), (["parity", "--rate", "0"], "--rate"),
            (["parity", "--cases", "0"], "--cases"),
        ])
    func refusals(arguments: [String], word: String) async throws {
        let result = try await ApusProcess.run(["eval", "lengths"] + arguments + ["-o", folder.file("lengths")])
        #expect(result.status == 64 && result.errors.contains(word), "\(result.errors)")
    }
}
