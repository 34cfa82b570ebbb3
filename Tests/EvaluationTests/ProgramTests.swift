import ApusTesting
import Diagnostics
import Foundation
import Testing

@testable import Evaluation

/// A sandbox, where this machine has one.
private let sandbox = try? ProgramSandbox()

@Suite("Programs that models write", .enabled(if: sandbox != nil, "needs Linux with g++, prlimit and unshare"))
struct SandboxTests {
    private func outcome(_ code: String, _ input: String = "", _ output: String = "yes") throws -> ProgramSandbox.Outcome {
        try #require(sandbox).outcome(of: code, tests: [ProgramSandbox.Test(input: [input], output: [output])])
    }

    @Test("A program passes that writes what its tests want, all of them and to the byte")
    func tests() throws {
        let sum = "int main() { int a, b; cin >> a >> b; cout << a + b << endl; }", sandbox = try #require(sandbox)
        let right = ProgramSandbox.Test(input: ["1", "2"], output: ["3"]), wrong = ProgramSandbox.Test(input: ["1 2"], output: ["3 "])
        #expect(sandbox.outcome(of: sum, tests: [right, right]) == .passed && sandbox.outcome(of: sum, tests: [right, wrong]) == .wrong)
        // No more than ten are run.
        #expect(sandbox.outcome(of: sum, tests: Array(repeating: right, count: 10) + [wrong]) == .passed)
        #expect(try outcome("int main() { cout << \"yes\"; }") == .wrong && outcome("int main() { return }") == .noCompile)
        // As published, a program may end with any status.
        #expect(try outcome("int main() { cout << \"yes\" << endl; return 7; }") == .passed)
    }

    @Test("A program that does not end is ended, and one that takes too much has none of it")
    func limits() throws {
        let began = ContinuousClock.now
        #expect(try outcome("int main() { for (;;) cout << 1; }") != .passed && outcome("int main() { for (;;); }") == .timeout)
        #expect(ContinuousClock.now - began < .seconds(30))
        #expect(try outcome("int main() { vector<char> all(3u << 30, 1); cout << \"yes\" << endl; }") == .wrong)
        let file =
            "int main() { ofstream f(\"/f\"); for (int i = 0; i < 40; i++) f << string(1 << 20, 'x'); f.flush(); cout << (f.good() ? \"all\" : \"yes\") << endl; }"
        // It is ended by the signal, or told that it may not write on.
        #expect(try outcome(file, "", "all") == .wrong)
    }

    @Test("What a program has started ends with it, whether it ends by itself or is ended")
    func children() throws {
        let name = "left\(UInt32.random(in: 0..<1_000_000))"
        let forking = """
            #include <sys/prctl.h>
            #include <unistd.h>
            int main() {
                pid_t child = fork();
                if (child == 0) {
                    prctl(PR_SET_NAME, "\(name)");
                    setsid();
                    for (;;) sleep(1);
                }
                usleep(200000);
                cout << "yes" << endl;
                END
            }
            """
        #expect(try outcome(forking.replacing("END", with: "return 0;")) == .passed)
        #expect(try outcome(forking.replacing("END", with: "for (;;);")) == .timeout)
        // Those that are ended are gone a moment later.
        let end = ContinuousClock.now + .seconds(5)
        while ContinuousClock.now < end, Self.processes(named: name) > 0 { usleep(10_000) }
        #expect(Self.processes(named: name) == 0)
    }

    private static func processes(named name: String) -> Int {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).count { process in
            (try? String(contentsOfFile: "/proc/\(process)/comm", encoding: .utf8))?.hasPrefix(name) == true
        }
    }

    @Test("A program sees no file of this machine and reaches no network")
    func isolation() throws {
        let reading = "int main() { ifstream f(\"/etc/passwd\"); cout << (f.good() ? \"seen\" : \"yes\") << endl; }"
        #expect(try outcome(reading) == .passed)
        let server = try TinyServer { _, _ in .completion("hello") }
        let calling = """
            #include <arpa/inet.h>
            #include <sys/socket.h>
            int main() {
                sockaddr_in to = {};
                to.sin_family = AF_INET; to.sin_port = htons(\(server.port)); to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
                int s = socket(AF_INET, SOCK_STREAM, 0);
                cout << (connect(s, (sockaddr *)&to, sizeof to) == 0 ? "reached" : "yes") << endl;
            }
            """
        #expect(try outcome(calling) == .passed && server.requests.isEmpty)
        let environment = "#include <cstdlib>\nint main() { cout << (getenv(\"HOME\") ? \"seen\" : \"yes\") << endl; }"
        #expect(try outcome(environment) == .passed)
    }
}

@Suite("LongProc's programs")
struct ProgramRunTests {
    private let fixture: EvaluationFixture
    private let folder: TemporaryFolder

    init() throws {
        fixture = try EvaluationFixture()
        folder = try TemporaryFolder()
        let record = #"{"pseudocode_lines": ["read a", "  print a"], "code_lines": ["int main()"], "testcases": [[["7"], ["7"]]]}"#
        let other = record.replacing("read a", with: "read b")
        try "[\(record), \(other)]".write(toFile: folder.file("pseudo_to_code_0.5k.json"), atomically: false, encoding: .utf8)
        try "USER_PROMPT: |-\n  Write {{}}:\n  {pseudocode}\n  [CODE]:".write(
            toFile: folder.file("prompts.yaml"), atomically: false, encoding: .utf8)
    }

    private func run(_ server: TinyServer, sandbox: ProgramSandbox?) async throws -> EvaluationReport {
        let benchmark = try BenchmarkRegistry.benchmark("longproc-pseudo_to_code-0.5k")
            .prepared(with: PublishedFolder(path: folder.path, segmenter: nil))
        let endpoint = try Endpoint(url: server.url, model: "small", key: nil, pause: .milliseconds(10))
        return try await EvaluationRun(
            benchmark, subject: EndpointSubject(endpoint, tokenizer: fixture.tokenizer, system: nil),
            settings: EvaluationSettings(lengths: [4000], cases: 2, seed: 1), material: fixture.material, folder: folder.file("r"),
            sandbox: sandbox
        ).perform().report
    }

    @Test("Without leave nothing is run, and replies are kept and not scored; with it the same replies are tested, once")
    func leave() async throws {
        let server = try TinyServer { number, _ in
            .completion(number == 0 ? "```c++\\nint main() { int a; cin >> a; cout << a << endl; }\\n```" : "no program")
        }
        let kept = try await run(server, sandbox: nil)
        #expect(kept.score.records == 0 && kept.unjudged == nil)
        #expect(kept.notes.contains { $0.contains("2 replies") && $0.contains("--allow-code-execution") })
        let body = try #require(server.requests[0].components(separatedBy: "\r\n\r\n").last)
        #expect(body.contains(#"Write {}:\nread a\n  print a\n[CODE]:"#))
        guard let sandbox else { return }
        let tested = try await run(server, sandbox: sandbox)
        #expect(
            tested.score.records == 2 && tested.score.score == 0.5 && tested.figures == ["partial_accuracy": 0.5, "extraction_rate": 0.5])
        #expect(try await run(server, sandbox: sandbox) == tested && server.requests.count == 2)
    }

    @Test("The program is what stands between the first fence of C++ and the last fence")
    func code() {
        #expect(ProgramTests.code(in: "So:\n```cpp\na\n```\nor\n```\nb\n```") == "\na\n```\nor\n```\nb\n")
        #expect(
            ProgramTests.code(in: "```c++\na```") == "\na" && ProgramTests.code(in: "```cpp\na") == nil && ProgramTests.code(in: "") == nil)
    }
}

@Suite("Published programs", .enabled(if: sandbox != nil && ExternalData.exists("benchmarks/longproc"), "needs the samples and g++"))
struct PublishedProgramTests {
    @Test("A file of replies is scored by running its programs, by their order or their number, and not without leave")
    func predictions() throws {
        let name = "longproc-pseudo_to_code-0.5k", folder = try TemporaryFolder(), path = folder.file("replies.jsonl")
        let folders = PublishedFolders(["longproc=" + ExternalData.path("benchmarks/longproc")], segmenter: nil)
        let benchmark = try BenchmarkRegistry.benchmark(name)
        let published = try #require(benchmark as? PublishedBenchmark).loaded(from: #require(folders.folder(of: benchmark)))
        func line(_ reply: String, index: Int?) throws -> String {
            let fields = ["pred": reply as Any].merging(index.map { ["index": $0] } ?? [:]) { own, _ in own }
            return String(decoding: try JSONSerialization.data(withJSONObject: fields), as: UTF8.self)
        }
        let right = published.questions.map { "```cpp\n\($0.references[0])\n```" }
        try [line(right[0], index: nil), line("none", index: nil), line(right[3], index: 3)].joined(separator: "\n")
            .write(toFile: path, atomically: false, encoding: .utf8)
        let scores = try PredictionScores(name, predictions: path, folders: folders, sandbox: sandbox)
        #expect(scores.score.records == 3 && abs(scores.score.score - 2.0 / 3) < 1e-12 && scores.notScored == 0)
        #expect { try PredictionScores(name, predictions: path, folders: folders) } throws: { "\($0)".contains("--allow-code-execution") }
    }

    @Test("Every reference program passes its tests, and half of one does not")
    func references() async throws {
        let sandbox = try #require(sandbox), folder = PublishedFolder(path: ExternalData.path("benchmarks/longproc"), segmenter: nil)
        for name in ["longproc-pseudo_to_code-0.5k", "longproc-pseudo_to_code-2k"] {
            let benchmark = try #require(try BenchmarkRegistry.benchmark(name) as? PublishedBenchmark).loaded(from: folder)
            let tests = try #require(benchmark.judging as? ProgramTests)
            #expect(tests.records.count == benchmark.questions.count)
            for (question, tests) in zip(benchmark.questions, tests.records) {
                #expect(sandbox.outcome(of: question.references[0], tests: tests) == .passed)
                let half = String(question.references[0].prefix(question.references[0].count / 2))
                #expect(sandbox.outcome(of: half, tests: tests) == .noCompile)
            }
        }
    }
}
