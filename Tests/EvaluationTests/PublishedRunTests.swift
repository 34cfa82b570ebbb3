import ApusTesting
import Foundation
import Generation
import Synchronization
import Testing

@testable import Evaluation

@Suite("Runs of published benchmarks")
struct PublishedRunTests {
    private let fixture: EvaluationFixture
    private let folder: TemporaryFolder

    init() throws {
        fixture = try EvaluationFixture()
        folder = try TemporaryFolder()
        try #"{"hotpotqa": "Read.\n{context}\nAsked: {input}\nSay:", "lcc": "{context}"}"#.write(
            toFile: folder.file("dataset2prompt.json"), atomically: false, encoding: .utf8)
        let long = String(repeating: "The mill stood by the water. ", count: 400)
        let records = ["Ada Stone built it.", long, "Bo mended it."].enumerated().map { number, text in
            #"{"input": "Who \#(number)?", "context": "\#(text)", "answers": ["Ada Stone", "Bo"], "length": 3}"#
        }
        try records.joined(separator: "\n").write(toFile: folder.file("hotpotqa.jsonl"), atomically: false, encoding: .utf8)
        try #"{"input": "", "context": "int a =\n", "answers": ["int b;"], "length": 3}"#.write(
            toFile: folder.file("lcc.jsonl"), atomically: false, encoding: .utf8)
    }

    private func run(_ name: String, _ subject: any EvaluationSubject, cases: Int = 3, length: Int = 600, into path: String = "r") throws
        -> EvaluationRun
    {
        let benchmark = try BenchmarkRegistry.benchmark(name).prepared(with: PublishedFolder(path: folder.path, segmenter: nil))
        return EvaluationRun(
            benchmark, subject: subject, settings: EvaluationSettings(lengths: [length], cases: cases, seed: 1),
            material: fixture.material, folder: folder.file(path))
    }

    private func model() throws -> Model {
        let path = try TinyModel(layers: 1, width: 32, heads: 2, keyValueHeads: 1, feedForward: 32, contextLength: 4096)
            .write(to: folder.file("tiny.gguf"))
        return try Model(at: path, threads: 2)
    }

    private func message(_ request: String) throws -> String {
        let body = try #require(request.components(separatedBy: "\r\n\r\n").last)
        let object = try #require(JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
        return try #require((object["messages"] as? [[String: String]])?.last?["content"])
    }

    @Test("An endpoint is sent the prompts as they are; its replies are scored, and the report tells what was cut")
    func endpoint() async throws {
        let server = try TinyServer { _, _ in .completion("Ada Stone") }
        let endpoint = try Endpoint(url: server.url, model: "small", key: nil, pause: .milliseconds(10))
        let subject = EndpointSubject(endpoint, tokenizer: fixture.tokenizer, system: nil)
        let report = try await run("longbench-hotpotqa", subject).perform().report
        #expect(report.score.score == 1 && report.score.records == 3 && report.cut == 1 && report.skipped == 0)
        #expect(report.groups.contains { $0.name == "0-4k" } && report.notes.contains { $0.contains("1 texts were cut") })
        #expect(try message(server.requests[0]) == "Read.\nAda Stone built it.\nAsked: Who 0?\nSay:")
        #expect(try message(server.requests[1]).hasSuffix("\nAsked: Who 1?\nSay:"))
        // What was answered is not asked again.
        let again = try await run("longbench-hotpotqa", subject).perform().report
        #expect(again == report && server.requests.count == 3)
        // The file of a run is scored without a model.
        let scores = try PredictionScores(
            "longbench-hotpotqa", predictions: folder.file("r/results.jsonl"), folders: PublishedFolders([], segmenter: nil))
        #expect(scores.score.score == 1 && scores.score.records == 3 && scores.groups.map(\.name) == ["0-4k"])
    }

    @Test("A model here answers prompts with and without its frame, and a run that was killed goes on")
    func local() async throws {
        let subject = LocalSubject(try model(), reading: ReadingOptions())
        let whole = try await run("longbench-hotpotqa", subject, length: 900, into: "whole").perform().report
        #expect(whole.score.records == 3 && whole.cut == 1)
        let code = try await run("longbench-lcc", subject, length: 900, into: "code").perform().report
        #expect(code.subject.frame == "none" && code.score.records == 1 && code.metric == .codeSimilarity)
        _ = try await run("longbench-hotpotqa", subject, cases: 1, length: 900, into: "cut").perform()
        let resumed = Mutex(0)
        let report = try await run("longbench-hotpotqa", subject, length: 900, into: "cut").perform(progress: { progress in
            resumed.withLock { $0 = max($0, progress.resumed) }
        }).report
        #expect(report == whole && resumed.withLock { $0 } == 1)
    }

    @Test("Records that no rule makes fit are left out and counted; where none fits, the run is refused with the length that it needs")
    func tooLong() async throws {
        let answers = { (count: Int) in (0..<count).map { "\"answer \($0)\"" }.joined(separator: ", ") }
        let records = [3, 4000, 4].map { #"{"question": "Which?", "all_answers": [\#(answers($0))], "answer": "A2"}"# }
        try "[\(records.joined(separator: ","))]".write(toFile: folder.file("stackselect_1k.json"), atomically: false, encoding: .utf8)
        let server = try TinyServer { _, _ in .completion("Answer: A2") }
        let endpoint = try Endpoint(url: server.url, model: "small", key: nil, pause: .milliseconds(10))
        let subject = EndpointSubject(endpoint, tokenizer: fixture.tokenizer, system: nil)
        let report = try await run("ada-leval-bestanswer-1k", subject, length: 4000).perform().report
        #expect(report.score.score == 1 && report.score.records == 2 && report.skipped == 1 && report.figures?["followed"] == 1)
        #expect(report.notes.contains { $0.contains("record 2") } && report.html.contains("record 2"))
        await #expect { _ = try await run("ada-leval-bestanswer-1k", subject, length: 200, into: "s").perform() } throws: {
            "\($0)".contains("--length")
        }
    }

    @Test("Without its records a benchmark is refused with what names them; files of replies that hold no reply are refused, too")
    func refusals() async throws {
        let benchmark = try BenchmarkRegistry.benchmark("LongBench_HotpotQA")
        let server = try TinyServer { _, _ in .hangUp }
        let subject = EndpointSubject(
            try Endpoint(url: server.url, model: "m", key: nil), tokenizer: fixture.tokenizer, system: nil)
        let run = EvaluationRun(
            benchmark, subject: subject, settings: EvaluationSettings(lengths: [900], cases: 1, seed: 1), material: fixture.material,
            folder: folder.file("r"))
        await #expect { _ = try await run.perform() } throws: { "\($0)".contains("--data") }
        func refusal(_ name: String, _ text: String, file: String = "hotpotqa.jsonl") -> String {
            do {
                try text.write(toFile: folder.file(file), atomically: false, encoding: .utf8)
                _ = try PredictionScores(name, predictions: folder.file(file), folders: PublishedFolders([], segmenter: nil))
                return ""
            } catch { return "\(error)" }
        }
        #expect(refusal("longbench", "").contains("no reply"))
        #expect(refusal("longbench", "{}\n").contains("line 1"))
        #expect(refusal("longbench", "{\"pred\": \"x\"}\n").contains("--data"))
        #expect(refusal("longbench", "{}", file: "other.jsonl").contains("longbench-narrativeqa"))
        #expect(refusal("longbench", "\u{1}\u{2}").contains("no JSON"))
        #expect(refusal("leval", #"{"query": "q", "gt": "A", "evaluation": "exam"}"#, file: "quality.jsonl").contains("_pred"))
        #expect(refusal("longproc-countdown-2k", #"{"pred": "x"}"#).contains("--data"))
        #expect(refusal("passkey", #"{"reply": "7"}"#).contains("references"))
    }

    @Test("A suite stands for its tasks, in the published order, and every task has a place on the axes")
    func suites() throws {
        #expect(try BenchmarkRegistry.benchmarks(["longbench"]).count == 21 && BenchmarkRegistry.benchmarks(["L-Eval"]).count == 20)
        #expect(try BenchmarkRegistry.benchmarks(["ada-leval"]).count == 17 && BenchmarkRegistry.benchmarks(["longproc"]).count == 16)
        let names = BenchmarkRegistry.published.flatMap(\.tasks).map(\.name)
        #expect(Set(names.map(BenchmarkRegistry.plain)).count == names.count)
        #expect(try BenchmarkRegistry.benchmark("longbench-hotpotqa").place == .chaining)
        #expect(try BenchmarkRegistry.benchmark("longproc-html_to_tsv-2k").place == TaskPlace(diffusion: .low, scope: .large))
    }
}
