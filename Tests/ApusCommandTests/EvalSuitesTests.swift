import ApusTesting
import Evaluation
import Foundation
import Testing

@testable import ApusCommand

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

@Suite(
    "A run of every suite of published records",
    .enabled(if: ApusProcess.binary != nil, "the apus binary is not beside the test bundle; `swift build` makes it"))
struct EvalSuitesTests {
    private let folder: TemporaryFolder

    /// Files of each suite with a record or a few, by their paths; "LONG" stands for a text that is too long for the window.
    private static let files = [
        "LongBench/dataset2prompt.json": #"{"hotpotqa": "Read.\n{context}\nAsked: {input}\nSay:", "lcc": "{context}"}"#,
        "LongBench/hotpotqa.jsonl": """
        {"input": "Who built it?", "context": "Ada Stone built the mill.", "answers": ["Ada Stone"], "length": 3}
        {"input": "Who mended it?", "context": "LONG", "answers": ["Bo"], "length": 5000}
        """,
        "LongBench/lcc.jsonl": #"{"input": "", "context": "int a =\n", "answers": ["int b;"], "length": 3}"#,
        "leval/quality.jsonl": """
        {"instructions": ["Who?", "Where?"], "outputs": ["A", "B"], "input": "A tale.", "source": "q", "evaluation": "exam"}
        """,
        "Ada-LEval/stackselect_1k.json": """
        [{"question": "Which?", "all_answers": ["one", "two"], "answer": "A2"}, {"question": "LONG", "all_answers": ["one"], "answer": "A1"}]
        """,
        "longiclbench/processed_data/fewnerd_train_10turns.json": """
        [{"sentence": "Ada Stone sang.", "entities": {"Ada Stone": "person-actor"}}]
        """,
        "longiclbench/processed_data/fewnerd_test.json": """
        [{"sentence": "Bo sang.", "entities": {"Bo": "person-actor"}}]
        """,
        "longiclbench/banking77/train.csv": "text,category\nWhere is it?,card_arrival\nMy \"\"PIN\"\"?,change_pin\n",
        "longiclbench/banking77/test.csv": "text,category\nHas it come?,card_arrival\n",
        "longproc/countdown/prompts.yaml": "USER_PROMPT: |-\n  {demonstration}\n  Numbers: {nums}\n  Target: {target}\n",
        "longproc/countdown/countdown_0.5k.json": #"[{"nums": [40, 19, 23, 7], "target": 29}]"#,
        "M4LE/newsqa.jsonl": """
        {"instruction": "Answer.", "input": "A tale. Who?", "answers": ["Ada"], "length_bucket": 1000}
        {"instruction": "Answer.", "input": "LONG Who?", "answers": ["Bo"], "length_bucket": 4000}
        """,
        "longbench-write/longbench_write.jsonl": #"{"prompt": "Write of mills.", "type": "Literature", "length": 100}"#,
        "longbench-write/judge.txt": "Wish: $INST$ Text: $RESPONSE$ Give marks.",
        "longsafety/longsafety_meta.jsonl": """
        {"id": 1, "instruction": "Name tools.", "safety_type": "Bias", "task_type": "Rewrite", "length": 3000}
        """,
        "longsafety/longsafety_docs.jsonl": #"{"id": 1, "context": "The mill."}"#,
        "LongBench-v2/data.json": """
        [{"question": "What?", "choice_A": "a", "choice_B": "b", "choice_C": "c", "choice_D": "d", "answer": "B", "context": "The mill.",
        "length": "short", "difficulty": "easy", "domain": "Code"}]
        """,
        "LongBench-v2/0shot.txt": "<text>$DOC$</text> $Q$ $C_A$ $C_B$ $C_C$ $C_D$",
    ]

    /// One task of each suite at least, and some whose texts are made.
    private static let benchmarks = [
        "longbench-hotpotqa", "longbench-lcc", "leval-quality", "leval-tpo", "ada-leval-bestanswer-1k", "longiclbench-fewnerd-1r",
        "longiclbench-banking77-1r", "longiclbench-grouped-banking77-1r", "longproc-countdown-0.5k", "m4le-newsqa", "longbench-write-full",
        "longsafety-context", "longbench-v2-direct", "passkey", "vt",
        "niah_single_1",
    ]

    init() throws {
        folder = try TemporaryFolder()
        let long = String(repeating: "The mill stood by the water. ", count: 1000)
        for (path, text) in Self.files {
            let file = URL(fileURLWithPath: folder.file("data/" + path))
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.replacing("LONG", with: long).write(to: file, atomically: false, encoding: .utf8)
        }
    }

    private func arguments(_ server: TinyServer, into output: String) throws -> [String] {
        ["eval"] + Self.benchmarks + [
            "--data", folder.file("data"), "--length", "20000", "--cases", "2", "--endpoint", server.url, "--endpoint-model", "small",
            "--judge", server.url, "--judge-model", "strict", "--model", try TinyModel().write(to: folder.file("tiny.gguf")), "--quiet",
            "-o", folder.file(output),
        ]
    }

    private func file(_ path: String) throws -> String { try String(contentsOfFile: folder.file(path), encoding: .utf8) }

    /// What a model and a judge say, by what they are asked.
    private static func reply(to request: String) -> String {
        if request.contains("Safety Judge") { return "0" }
        if request.contains("Give marks") {
            let names = ["Relevance", "Accuracy", "Coherence", "Clarity", "Breadth and Depth", "Reading Experience"]
            return "{" + names.map { "\\\"\($0)\\\": 4" }.joined(separator: ", ") + "}"
        }
        return request.contains("Ada Stone built") ? "Ada Stone" : request.contains("helpful answer") ? "Answer: A2" : "B"
    }

    @Test(
        "Killed in the middle and begun again, it ends with the overview of a run that was not, with all suites, classes and published scores"
    )
    func resumes() async throws {
        #expect(
            BenchmarkRegistry.published.allSatisfy { suite in Self.benchmarks.contains { $0.hasPrefix(suite.name + "-") } },
            "a suite is not among those that are run here")
        // The ninth request of all is not answered, once.
        let server = try TinyServer { number, request in number == 8 ? .silence : .completion(Self.reply(to: request)) }
        let cut = try await ApusProcess.run(arguments(server, into: "cut")) { process in
            await process.interrupt(by: SIGKILL) { server.requests.count > 8 }
        }
        #expect(cut.status != 0 && !FileManager.default.fileExists(atPath: folder.file("cut/report.json")))
        let again = try await ApusProcess.run(arguments(server, into: "cut"))
        #expect(again.status == 0, "\(again.errors)")
        let asked = server.requests.count - 1
        let whole = try await ApusProcess.run(arguments(server, into: "whole"))
        // Nothing that was answered before the end is asked again.
        #expect(whole.status == 0 && server.requests.count == 2 * asked + 1)
        for name in ["report.json", "report.html"] + Self.benchmarks.filter({ $0 != "leval-tpo" }).map({ $0 + "/report.json" }) {
            #expect(try file("cut/" + name) == file("whole/" + name), "\(name)")
        }
        let page = try file("whole/report.html")
        for heading in ["longbench", "leval", "m4le", "longbench-v2", "ruler", "recall", "Not run", "Why questions are hard"] {
            #expect(page.contains("<h2>\(heading)</h2>"), "\(heading)")
        }
        #expect(page.contains("GPT-4-32k 82.2%") && page.contains("o1-preview") && page.contains("href=\"leval-quality/report.html\""))
        #expect(page.contains("<td>1000</td>") && page.contains("<td>4-8k</td>") && page.contains("tpo.jsonl"))
        #expect(page.contains("a difference of +0.0 points to longiclbench-banking77-1r"))
        #expect(page.contains("1, 1 left out") && page.contains("2, 1 cut"))
    }

    @Test("One suite's records may be named by themselves; what serves none of the benchmarks is refused")
    func folders() async throws {
        let server = try TinyServer { _, _ in .completion("B") }
        func run(_ data: [String]) async throws -> ApusProcess.Result {
            try await ApusProcess.run(
                ["eval", "leval-quality", "longbench-lcc", "--length", "20000", "--endpoint", server.url, "--endpoint-model", "small"]
                    + data.flatMap { ["--data", $0] } + ["--quiet", "-o", folder.file("out")])
        }
        let named = try await run(["leval=" + folder.file("data/leval"), folder.file("data/LongBench")])
        #expect(named.status == 0 && !named.output.contains("Not run"), "\(named.output) \(named.errors)")
        let refused = try await run(["m4le=" + folder.file("data/M4LE")])
        #expect(refused.status == 64 && refused.errors.contains("m4le="), "\(refused.errors)")
    }
}
