import ApusTesting
import Diagnostics
import Evaluation
import Foundation
import Generation
import ModelFiles
import Planning
import Testing
import Training

@testable import Fitting

@Suite("Fitting a tiny model")
struct FitRunTests {
    private let folder: TemporaryFolder
    private let path: String
    private let model: Model
    private let text: CorpusText

    init() throws {
        folder = try TemporaryFolder()
        path = try TinyModel(layers: 1, width: 32, heads: 2, keyValueHeads: 1, feedForward: 32, contextLength: 512)
            .write(to: folder.file("tiny.gguf"))
        model = try Model(at: path, threads: 2)
        text = HarbourLog(words: 1000, seed: 3).corpusText
    }

    private func run(_ name: String, budget: Double = 10_000) throws -> FitRun {
        FitRun(
            model: model, plannedModel: try HeaderModel(path: path),
            settings: FitSettings(length: 700, cases: 2, budgetSeconds: budget), texts: [text],
            material: EvaluationMaterial(haystack: try Haystack([text], tokenizer: model.tokenizer)), folder: folder.file(name))
    }

    private func perform(
        _ run: FitRun, day: String = "2026-11-22", cancellation: Cancellation = Cancellation(), tell: (FitRun.Event) -> Void = { _ in }
    ) async throws -> FitReport {
        let report = try await run.perform(
            today: day, machine: { try Machine.named("laptop") }, cancellation: cancellation, tell: tell)
        try report.write(into: run.folder)
        return report
    }

    private func file(_ name: String) throws -> String { try String(contentsOfFile: folder.file(name), encoding: .utf8) }

    @Test("A run that is stopped goes on; one that is repeated measures nothing and writes the same files, byte for byte")
    func resumes() async throws {
        let cancellation = Cancellation()
        await #expect(throws: Interrupted.self) {
            try await perform(run("out"), cancellation: cancellation) { event in
                if case .ended(let request, _) = event, request.trial.candidate.method.hasPrefix("streaming") { cancellation.cancel() }
            }
        }
        let begun = try FileManager.default.contentsOfDirectory(atPath: folder.file("out/trials")).count
        #expect(begun > 2)
        let report = try await perform(run("out"), day: "2026-11-23")
        let files = ["report.json", "report.html", "trade-off.svg"], written = try files.map { try file("out/" + $0) }
        let lines = try lineCount(below: "out")
        #expect(try await perform(run("out"), day: "2026-11-24") == report)
        #expect(try files.map { try file("out/" + $0) } == written && lineCount(below: "out") == lines)
        #expect(report.date == "2026-11-22")
        let methods = Set(report.entries.map { $0.candidate.method.prefix { $0 != ":" } })
        #expect(methods.isSuperset(of: ["full", "streaming", "segments", "infllm", "rerope", "lm-infinite", "hip", "landmark"]))
        #expect(report.entries.contains { $0.candidate.alias == "auto" && $0.candidate.isBaseline })
        #expect(report.entries.first { $0.candidate.method.hasPrefix("landmark") }?.standing.kind == .refused)
        #expect(report.entries.contains { $0.candidate.positions == "yarn:2" })
        let page = written[1]
        #expect(page.contains("<svg") && page.contains("Left out") && !page.contains("<script") && written[2].contains("xmlns"))
    }

    private func lineCount(below name: String) throws -> Int {
        try FileManager.default.subpathsOfDirectory(atPath: folder.file(name)).filter { $0.hasSuffix(".jsonl") }
            .reduce(0) { try $0 + file(name + "/" + $1).split(separator: "\n").count }
    }

    @Test("Two runs into one folder are refused, and a budget that suffices for nothing recommends nothing")
    func refusals() async throws {
        let lock = try FolderLock(folder.file(""))
        defer { withExtendedLifetime(lock) {} }
        let here = try run("")
        await #expect(throws: EvaluationError.self) { try await perform(here) }
        let report = try await perform(run("poor", budget: 1e-9))
        #expect(report.recommendation == nil && report.seconds == 0)
        #expect(report.entries.allSatisfy { $0.standing.kind == .notTried || $0.standing.kind == .refused })
        #expect(throws: FittingError.self) { try Profile(report) }
    }

    @Test("A trial is stopped when its time is over, also when it is taken up again; with more time it goes on")
    func deadline() async throws {
        let bench = TrialBench(
            model: model, common: ReadingOptions(), settings: FitSettings(length: 700), texts: [text],
            material: EvaluationMaterial(haystack: try Haystack([text], tokenizer: model.tokenizer)), folder: folder.file("bench"))
        let trial = Trial(candidate: Candidate(method: "streaming"), test: .facts(Round(length: 700, cases: 100)))
        func outcome(allowance: Double) async throws -> TrialOutcome {
            try await bench.perform(
                Tournament.Request(trial: trial, allowance: allowance, spent: 0), progress: { _ in }, cancellation: Cancellation())
        }
        let short = Trial(candidate: Candidate(method: "streaming"), test: .facts(Round(length: 700, cases: 2)))
        let whole = try await bench.perform(
            Tournament.Request(trial: short, allowance: 1e-3, spent: 0), progress: { _ in }, cancellation: Cancellation())
        // A second is always given, which two facts of a tiny model do not take.
        #expect(whole.seconds > 0 && whole.seconds < 60)
        if case .stopped = try await outcome(allowance: 0.5) {
            #expect(try await outcome(allowance: 0.5) == .stopped(seconds: 0.5))
        }
    }
}

@Suite("Profiles")
struct ProfileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private let json = """
        {"version": 1, "model": {"name": "tiny", "fingerprint": "00000000000000ff", "window": 512}, "length": 4096,
         "ask": {"method": "segments", "positions": "model", "cache_type": "bf16", "recall": {"records": 4, "score": 0.5, "interval": [0.1, 0.9]},
                 "first_answer_seconds": 1.5, "answer_seconds": 1.5, "cache_bytes": 100},
         "reasons": [], "date": "2026-11-22"}
        """

    private func profile(_ text: String) throws -> Profile {
        let path = try folder.write(Array(text.utf8), as: "profile.json")
        return try Profile(path: path, for: #require(Fingerprint("00000000000000ff")), name: "other")
    }

    @Test("A profile that is written is read again, and says why it chooses what it chooses")
    func round() throws {
        let read = try profile(json)
        #expect(read.ask.method == "segments" && read.elsewhere == nil && read.ask.contextLength == nil)
        try read.write(to: folder.file("new/copy.json"))
        #expect(try Profile(path: folder.file("new/copy.json"), for: read.model.fingerprint, name: "tiny") == read)
        #expect(try read.choice(for: .questions, path: "p") == read.ask)
        #expect(read.ask.reason(in: read, path: "p.json") == "the profile p.json says so: it found 50.0% of the facts in 4096 tokens")
    }

    @Test("Another model's profile, a damaged or missing one, and one without a method for the use are refused, each in one sentence")
    func refusals() throws {
        for (text, word) in [
            (json.replacing("00ff", with: "00fe"), "was made for the model tiny, and this is other"), ("{}", "no profile of `apus fit`"),
            (json.replacing("\"version\": 1", with: "\"version\": 9"), "version 9"), ("\u{0}\u{1}", "no profile of `apus fit`"),
        ] {
            let error = #expect(throws: FittingError.self) { try profile(text) }
            #expect(error?.description.contains(word) == true)
        }
        let missing = #expect(throws: FittingError.self) { try Profile(path: "/nowhere.json", for: Fingerprint(), name: "tiny") }
        #expect(missing?.description.contains("/nowhere.json") == true)
        let alone = try profile(json)
        let use = #expect(throws: FittingError.self) { try alone.choice(for: .everything, path: "p") }
        #expect(use?.description.contains("segments, which serves `apus ask` alone") == true)
    }
}
