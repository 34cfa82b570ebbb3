import ApusTesting
import Diagnostics
import Foundation
import Generation
import Synchronization
import Testing
import Tokenizers
import Training

@testable import Evaluation

@Suite("Runs of benchmarks")
struct EvaluationRunTests {
    private let folder: TemporaryFolder
    private let model: Model
    private let haystack: Haystack

    /// Made once for all tests.
    private static let log = Result {
        let tokenizer = try tinyModel(in: TemporaryFolder()).tokenizer
        return try Haystack([HarbourLog(words: 8_000, seed: 2).corpusText], tokenizer: tokenizer)
    }

    private static func tinyModel(in folder: TemporaryFolder) throws -> Model {
        let path = try TinyModel(layers: 1, width: 32, heads: 2, keyValueHeads: 1, feedForward: 32, contextLength: 4096)
            .write(to: folder.file("tiny.gguf"))
        return try Model(at: path, threads: 2)
    }

    init() throws {
        folder = try TemporaryFolder()
        model = try Self.tinyModel(in: folder)
        haystack = try Self.log.get()
    }

    private func run(_ name: String, cases: Int, lengths: [Int] = [700], method: AttentionMethod = .full, into path: String) throws
        -> EvaluationRun
    {
        EvaluationRun(
            try BenchmarkRegistry.benchmark(name), subject: LocalSubject(model, reading: ReadingOptions(method: method)),
            settings: EvaluationSettings(lengths: lengths, cases: cases, seed: 1), material: EvaluationMaterial(haystack: haystack),
            folder: folder.file(path))
    }

    private func file(_ name: String, in path: String) throws -> String {
        try String(contentsOfFile: folder.file(path) + "/" + name, encoding: .utf8)
    }

    @Test("A run that was interrupted, and whose last line was cut off, ends with the same report as one that was not")
    func resumes() async throws {
        let whole = try await run("passkey", cases: 5, into: "whole").perform().report
        let cancellation = Cancellation()
        await #expect(throws: Interrupted.self) {
            try await run("passkey", cases: 5, into: "cut").perform(
                progress: { if $0.completed >= 2 { cancellation.cancel() } }, cancellation: cancellation)
        }
        let kept = try file("results.jsonl", in: "cut")
        #expect(kept.split(separator: "\n").count == 2)
        try (kept + kept.prefix(40)).write(toFile: folder.file("cut") + "/results.jsonl", atomically: false, encoding: .utf8)
        let resumed = Mutex(0)
        let report = try await run("passkey", cases: 5, into: "cut").perform(progress: { progress in
            resumed.withLock { $0 = progress.resumed }
        }).report
        #expect(resumed.withLock { $0 } == 2)
        #expect(report == whole)
        for name in ["report.json", "report.html"] { #expect(try file(name, in: "cut") == file(name, in: "whole")) }
        #expect(try file("results.jsonl", in: "cut").split(separator: "\n").count == 5)
    }

    @Test("What was answered is not asked again; another method is asked anew")
    func caches() async throws {
        _ = try await run("needle", cases: 2, into: "r").perform()
        _ = try await run("needle", cases: 2, lengths: [700, 900], into: "r").perform()
        #expect(try file("results.jsonl", in: "r").split(separator: "\n").count == 4)
        let other = try await run("needle", cases: 2, method: .streaming(window: 256), into: "r").perform().report
        #expect(try file("results.jsonl", in: "r").split(separator: "\n").count == 6)
        #expect(other.subject.method == "streaming:4:256" && other.score.records == 2)
    }

    @Test("Many questions about one text read it once")
    func readsOnce() async throws {
        let report = try await run("long-facts", cases: 12, lengths: [3000], into: "r").perform().report
        #expect(report.score.records == 12 && report.groups.filter { $0.depth != nil }.count == 10)
        let map = try #require(HeatMap(report))
        #expect(map.rows.count == 10 && map.rows.allSatisfy { $0.scores.count == 1 && $0.scores[0] != nil })
        let lines = map.text(isUnicode: false).split(separator: "\n")
        #expect(lines.count == 11 && lines[0].hasSuffix("3000") && lines[1].contains("0-10%") && lines[1].contains("."))
    }

    @Test("The page holds the map as a picture and needs nothing from elsewhere")
    func page() async throws {
        _ = try await run("passkey", cases: 3, lengths: [600, 700], into: "r").perform()
        let page = try file("report.html", in: "r")
        #expect(page.contains("<svg") && page.contains(">700</text>") && page.contains("0-10%"))
        #expect(!page.contains("http") && !page.contains("<script"))
    }

    @Test("A report says what was asked of whom and how, so that it can be run again, and tells its replies by why questions are hard")
    func settings() async throws {
        _ = try await run("niah_single_1", cases: 2, into: "r").perform()
        let report = try #require(JSONSerialization.jsonObject(with: Data(file("report.json", in: "r").utf8)) as? [String: Any])
        let settings = try #require(report["settings"] as? [String: Any]), subject = try #require(report["subject"] as? [String: Any])
        #expect(settings["lengths"] as? [Int] == [700] && settings["cases"] as? Int == 2 && settings["seed"] as? Int == 1)
        #expect(subject["method"] as? String == "full" && subject["window"] as? Int == 4096 && subject["fingerprint"] is String)
        #expect((report["haystack"] as? [[String: Any]])?.first?["name"] as? String == "log" && report["reply_tokens"] as? Int == 128)
        let places = try #require(report["places"] as? [[String: Any]])
        #expect(places.count == 1 && places[0]["place"] as? [String: String] == ["diffusion": "low", "scope": "small"])
        let line = try #require(file("results.jsonl", in: "r").split(separator: "\n").first)
        let record = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(record["metric"] as? String == "string_match_all" && record["place"] is [String: String])
        #expect((record["evidence"] as? [String: Any])?["count"] as? Int == 1)
    }

    @Test("A model that says nothing scores nothing, and the report counts its silence")
    func silence() async throws {
        let run = EvaluationRun(
            try BenchmarkRegistry.benchmark("vt"), subject: Silence(tokenizer: model.tokenizer),
            settings: EvaluationSettings(lengths: [3000], cases: 3, seed: 1), material: EvaluationMaterial(haystack: haystack),
            folder: folder.file("r"))
        let report = try await run.perform().report
        #expect(report.score.score == 0 && report.emptyReplies == 3 && report.unanswered == 0 && report.score.interval[1] > 0.5)
        #expect(report.html.contains("3 replies were empty"))
    }

    @Test("A length without room is left out and told; where no length has room, the run is refused")
    func shortLengths() async throws {
        let report = try await run("passkey", cases: 2, lengths: [60, 700], into: "r").perform().report
        #expect(report.score.records == 2 && report.byLength.map(\.length) == [700] && report.notes.count == 1)
        #expect(report.html.contains("A length of 60 tokens"))
        await #expect(throws: EvaluationError.self) { try await run("passkey", cases: 2, lengths: [60, 61], into: "r").perform() }
    }

    @Test("Lines of results that are damaged, and those of another program, are asked anew")
    func damagedResults() async throws {
        let whole = try await run("passkey", cases: 3, into: "r").perform().report
        var lines = try file("results.jsonl", in: "r").split(separator: "\n").map(String.init)
        lines[1] = "{\"key\": \"rubbish\"}"
        lines.insert("no JSON at all", at: 0)
        try (lines.joined(separator: "\n") + "\n").write(toFile: folder.file("r") + "/results.jsonl", atomically: false, encoding: .utf8)
        #expect(try await run("passkey", cases: 3, into: "r").perform().report == whole)
    }

    @Test("Colours grow lighter with the score, and so does what stands on them darker")
    func colours() {
        let colours = stride(from: 0.0, through: 1, by: 0.05).map { ScoreColour($0) }
        let lightness = colours.map { colour in
            let value = Int(colour.background.dropFirst(), radix: 16) ?? 0
            return 0.2126 * Double(value >> 16) + 0.7152 * Double(value >> 8 & 255) + 0.0722 * Double(value & 255)
        }
        #expect(zip(lightness, lightness.dropFirst()).allSatisfy { $0 < $1 })
        #expect(ScoreColour(0).text == "#fff" && ScoreColour(1) == ScoreColour(7) && ScoreColour(1).text == "#000")
    }
}

/// A model that ends every reply before it begins.
private struct Silence: EvaluationSubject, SubjectText {
    let tokenizer: Tokenizer

    func identity() -> SubjectIdentity { SubjectIdentity(model: "silence", method: "none") }
    func framingTokens(of question: String, answerOpening: String) -> Int { tokenizer.encode(question + answerOpening).count }

    func read(
        _ tokens: [Int32], reserved: Int, progress: @escaping ProgressHandler, cancellation: Cancellation
    ) -> any SubjectText { self }

    func ask(_ question: EvaluationQuestion, replyTokens: Int, cancellation: Cancellation) -> SubjectReply { SubjectReply(text: " \n") }
}
