import ApusTesting
import Foundation
import Testing

@testable import Evaluation

@Suite("Why questions are hard, and what several benchmarks say together")
struct AxesTests {
    private let fixture: EvaluationFixture

    init() throws { fixture = try EvaluationFixture() }

    @Test("Evidence is measured: its tokens, places, spread and cue")
    func evidence() {
        let near = Evidence(spans: [120..<130, 100..<110], textTokens: 1000, hops: 1, distractors: 0, lexicalCue: 0)
        #expect(near.tokens == 20 && near.count == 1 && near.spread == 0.03)
        let far = Evidence(spans: [0..<10, 500..<510, 990..<1000], textTokens: 1000, hops: 3, distractors: 2, lexicalCue: 0)
        #expect(far.tokens == 30 && far.count == 3 && far.spread == 1 && far.hops == 3 && far.distractors == 2)
        let none = Evidence(spans: [], textTokens: 0, hops: 1, distractors: 0, lexicalCue: 0)
        #expect(none.count == 0 && none.spread == 0)
        #expect(Evidence.lexicalCue(of: "Where is the silver key?", in: "The silver key lies in the barn.") == 1)
        #expect(Evidence.lexicalCue(of: "Where is the silver key?", in: "It lies in the barn.") == 0)
        #expect(Evidence.lexicalCue(of: "What?", in: "It lies in the barn.") == 0)
    }

    @Test("The figures of generated texts are those that they were made with")
    func generated() throws {
        func evidence(_ name: String) throws -> Evidence {
            let text = try BenchmarkRegistry.benchmark(name).text(0, length: 3000, in: fixture.workshop(cases: 3))
            return try #require(text.questions.first?.evidence)
        }
        let passkey = try evidence("passkey"), single = try evidence("niah_single_1")
        #expect(passkey.count == 1 && passkey.hops == 1 && passkey.distractors == 0 && passkey.lexicalCue == 1 && passkey.tokens < 60)
        #expect(single.count == 1 && single.distractors == 0 && single.lexicalCue >= 0.5)
        #expect(try evidence("niah_multikey_1").distractors == 3 && evidence("niah_multikey_1").count == 1)
        #expect(try evidence("niah_multivalue").distractors == 0 && evidence("niah_multiquery").distractors == 0)
        #expect(try evidence("niah_multiquery").spread > 0.1)
        #expect(try evidence("cwe").spread > 0.5 && evidence("fwe").tokens > 2000)
    }

    @Test("Every benchmark stands where the axes put it, whatever its length")
    func places() throws {
        func place(_ name: String) throws -> TaskPlace { try BenchmarkRegistry.benchmark(name).place }
        for name in ["passkey", "needle", "niah_single_1", "niah_single_2", "niah_single_3", "longchat-lines", "qa_1"] {
            #expect(try place(name) == TaskPlace(diffusion: .low, scope: .small))
        }
        for name in ["niah_multikey_2", "niah_multikey_3", "niah_multivalue", "niah_multiquery"] {
            #expect(try place(name) == TaskPlace(diffusion: .medium, scope: .small))
        }
        #expect(try place("vt") == TaskPlace(diffusion: .high, scope: .small) && place("qa_2") == place("vt"))
        #expect(try place("cwe") == TaskPlace(diffusion: .high, scope: .large) && place("fwe") == place("cwe"))
    }

    @Test("Three by three fields hold the means of what stands in them, and the others stay empty")
    func grid() throws {
        let outcome = try outcome("vt", [1, 0.5, 0.75]), grid = PlaceGrid(outcome.report.places)
        #expect(grid.rows.map(\.title) == ["low diffusion", "medium diffusion", "high diffusion"])
        #expect(grid.rows[2].cells[0]?.score == 0.75 && grid.rows[2].cells[0]?.records == 3)
        #expect(grid.rows.flatMap(\.cells).count { $0 != nil } == 1)
        #expect(grid.html.contains("75.0%") && !grid.html.contains("0.0%)"))
    }

    @Test("RULER's average is the mean of its tasks' means, with an interval, and what was not run is named")
    func overview() throws {
        let outcomes = try [outcome("vt", [1, 1, 1, 1]), outcome("cwe", [0.5, 0.7]), outcome("passkey", [0, 0])]
        let overview = try #require(EvaluationOverview(outcomes, notRun: [("qa_1", .noQuestions("qa_1", option: "--squad"))])),
            ruler = try #require(overview.ruler)
        #expect(ruler.tasks == 2 && abs((ruler.byLength.first?.score.score ?? 0) - 0.8) < 1e-12 && ruler.effectiveLength == nil)
        let interval = try #require(ruler.byLength.first?.score.interval)
        #expect(interval[0] < 0.7 && interval[0] > 0.5 && interval[1] > 0.8 && interval[1] < 0.9)
        #expect(overview.rows.map(\.benchmark) == ["vt", "cwe", "passkey", "qa_1"] && overview.rows[3].notRun?.contains("--squad") == true)
        #expect(overview.places.count == 3 && overview.html.contains("--squad") && !overview.html.contains("<script"))
        #expect(EvaluationOverview([], notRun: []) == nil)
    }

    @Test("LongBench's average is the mean of six kinds, code in both languages, and stands beside what others have published")
    func averages() throws {
        let names = LongBench.tasks.map(\.name).filter { !$0.hasSuffix("-triviaqa") && !$0.hasSuffix("zh") }
        let outcomes = try names.map { try outcome($0, $0.hasSuffix("-lcc") ? [1, 1] : [0, 0]) }
        let overview = try #require(EvaluationOverview(outcomes, notRun: [])), averages = try #require(overview.averages)
        func average(_ name: String) throws -> SuiteAverage { try #require(averages.first { $0.name == name }) }
        #expect(try average("longbench code (English)").score.score == 0.5 && average("longbench few-shot (English)").parts == 2)
        let english = try average("longbench English")
        #expect(abs(english.score.score - 0.5 / 6) < 1e-12 && english.parts == 6)
        // One few-shot task is missing, so that nothing published is like the whole.
        #expect(english.published.isEmpty)
        // No more than four kinds of Chinese tasks are there, so that nothing published is like it.
        let chinese = try average("longbench Chinese")
        #expect(chinese.parts == 4 && chinese.published.isEmpty && abs(chinese.score.score - 0.125) < 1e-12)
        #expect(
            try average("longbench code (English)").published.contains { $0.score == 0.541 }
                && overview.html.contains("GPT-3.5-Turbo-16k 54.1"))
        let quality = try outcome("leval-quality", [1]).report
        #expect(
            quality.published?.contains(PublishedScore(model: "GPT-4-32k", score: 0.8217)) == true && quality.html.contains("GPT-4-32k"))
    }

    @Test("M4LE's scores are shares of themselves and the reference's, bucket by bucket")
    func normalised() throws {
        let outcomes = try ["m4le-newsqa", "m4le-duorc"].map { try outcome($0, [1, 1, 0, 0], group: "1000") }
        let overview = try #require(EvaluationOverview(outcomes, notRun: [], references: ["newsqa": 0.5, "duorc": 0.25]))
        let average = try #require(overview.averages?.first { $0.name == "m4le normalised 1000" })
        #expect(abs(average.score.score - (0.5 + 2.0 / 3) / 2) < 1e-12 && average.parts == 2 && average.allParts == 39)
        #expect(SuiteAverage.normalized(0.4, reference: 0.4) == 0.5 && SuiteAverage.normalized(0, reference: 0) == 0)
        #expect(EvaluationOverview(outcomes, notRun: [])?.averages == nil)
        let folder = try TemporaryFolder(), path = folder.file("references.json")
        try #"{"newsqa": 0.5}"#.write(toFile: path, atomically: false, encoding: .utf8)
        #expect(try AbilityReferences.read(path) == ["newsqa": 0.5])
        for text in [#"{"newsqa": 50}"#, #"{"nothing": 0.5}"#, "[]"] {
            try text.write(toFile: path, atomically: false, encoding: .utf8)
            #expect(throws: EvaluationError.self) { try AbilityReferences.read(path) }
        }
    }

    @Test("A suite's name stands for its tasks, each benchmark once")
    func suites() throws {
        let names = try BenchmarkRegistry.benchmarks(["vt", "ruler", "passkey", "vt"]).map(\.name)
        #expect(names.count == 14 && names.first == "vt" && names.last == "passkey" && Set(names).count == 14)
        #expect(throws: EvaluationError.self) { try BenchmarkRegistry.benchmarks(["ruler", "nothing"]) }
    }

    /// A run that had these scores.
    private func outcome(_ name: String, _ scores: [Double], group: String? = nil) throws -> EvaluationOutcome {
        let benchmark = try BenchmarkRegistry.benchmark(name)
        let run = EvaluationRun(
            benchmark,
            subject: try EndpointSubject(Endpoint(url: "http://h", model: "m", key: nil), tokenizer: fixture.tokenizer, system: nil),
            settings: EvaluationSettings(lengths: [4096], cases: scores.count, seed: 0), material: fixture.material, folder: "")
        let results = scores.map { score in
            // As many references as make the share.
            let references = (0..<20).map { Double($0) < score * 20 ? "yes" : "no" }
            return EvaluationResult(
                EvaluationQuestion(question: "?", references: references, group: group), key: .init(), of: benchmark,
                length: 4096, reply: SubjectReply(text: "yes"), seconds: 0)
        }
        let report = EvaluationReport(of: run, identity: try run.subject.identity(), results: results, counts: RunCounts())
        return EvaluationOutcome(report: report, results: results)
    }
}
