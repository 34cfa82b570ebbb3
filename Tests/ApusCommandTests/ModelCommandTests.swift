import ApusTesting
import Foundation
import Testing

@testable import ApusCommand

/// The commands that run a model, as a person runs them, with a tiny model of random weights.
@Suite(
    "Commands that run a model",
    .enabled(if: ApusProcess.binary != nil, "the apus binary is not beside the test bundle; `swift build` makes it"))
struct ModelCommandTests {
    private let folder: TemporaryFolder
    private let model: String
    private let text: String

    init() throws {
        folder = try TemporaryFolder()
        model = try TinyModel(family: .qwen2, layers: 1, contextLength: 128).write(to: folder.file("tiny.gguf"))
        text = try folder.write(Array("The key is in the box.".utf8), as: "text.txt")
    }

    private func run(_ arguments: String...) async throws -> ApusProcess.Result {
        try await ApusProcess.run(arguments + ["--model", model])
    }

    private func object(_ result: ApusProcess.Result) throws -> [String: Any] {
        #expect(result.output.hasSuffix("}\n") && result.output.split(separator: "\n").count == 1)
        return try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    }

    private let replyKeys = ["method", "positions", "sources", "stop_reason", "text", "timing", "tokens"]

    @Test("ask prints the answer alone on standard output, and sources and a note on standard error")
    func ask() async throws {
        let result = try await run("ask", text, "Who?", "-n", "8")
        #expect(result.status == 0)
        #expect(result.errors.contains("\(text) 0-22 ") && result.errors.contains("apus: "))
        let quiet = try await run("ask", text, "Who?", "-n", "8", "--quiet")
        #expect(quiet.output == result.output && quiet.errors.isEmpty)
    }

    @Test("ask --json prints one object, in which the text just read is not reused")
    func askJSON() async throws {
        let answer = try object(await run("ask", text, "Who?", "-n", "8", "--json", "--sources", "1"))
        #expect(answer.keys.sorted() == replyKeys)
        let tokens = try #require(answer["tokens"] as? [String: Int])
        #expect(tokens.keys.sorted() == ["dropped", "generated", "prompt", "reused", "visited"])
        #expect(tokens["reused"] == 0 && tokens["prompt", default: 0] > 22)
        let timing = try #require(answer["timing"] as? [String: Any])
        #expect(timing.keys.sorted() == ["first_token_seconds", "read_seconds", "tokens_per_second"])
        let source = try #require((answer["sources"] as? [[String: Any]])?.first)
        #expect(source.keys.sorted() == ["end", "file", "start", "text", "weight"])
        #expect(source["file"] as? String == text && source["end"] as? Int == 22)
    }

    @Test("A text longer than the window can be asked by segments, which are listed, and with what auto takes, which is told")
    func beyondWindow() async throws {
        let long = try folder.write(Array(String(repeating: "The key is in the box. ", count: 30).utf8), as: "long.txt")
        let refused = try await run("ask", long, "Who?", "-n", "4")
        #expect(refused.status == 64)
        let segments = try object(await run("ask", long, "Who?", "-n", "4", "--json", "--method", "segments:40:8"))
        #expect(segments.keys.sorted() == (replyKeys + ["segments"]).sorted())
        let listed = try #require(segments["segments"] as? [[String: Any]])
        #expect(listed.count > 20 && listed.allSatisfy { $0.keys.sorted() == ["contrast", "entropy", "kept", "places"] })
        let auto = try await run("ask", long, "Who?", "-n", "4", "--method", "auto")
        #expect(auto.status == 0 && auto.errors.contains("is taken, because"))
        #expect(try object(await run("ask", long, "Who?", "-n", "4", "--json", "--method", "auto"))["method_reason"] is String)
    }

    @Test("ask reads standard input, and calls it so")
    func askStandardInput() async throws {
        let input = try #require(FileHandle(forReadingAtPath: text))
        let result = try await ApusProcess.run(["ask", "-", "Who?", "-n", "4", "--json", "--model", model], input: input)
        let sources = try #require(try object(result)["sources"] as? [[String: Any]])
        #expect(sources.first?["file"] as? String == "standard input")
    }

    @Test("A text that is read, saved and asked gives the answer of one that is read and asked at once")
    func readThenAsk() async throws {
        let reading = folder.file("text.reading")
        let saved = try object(await run("read", text, "-o", reading, "--json"))
        #expect(saved.keys.sorted() == ["bytes", "method", "positions", "reading", "reused", "seconds", "tokens"])
        #expect(saved["reused"] as? Int == 0 && saved["method"] as? String == "full" && saved["reading"] as? String == reading)
        let later = try object(await run("ask", reading, "Who?", "-n", "8", "--json"))
        let atOnce = try object(await run("ask", text, "Who?", "-n", "8", "--json"))
        #expect(later["text"] as? String == atOnce["text"] as? String)
        #expect((later["tokens"] as? [String: Int])?["reused"] == saved["tokens"] as? Int)
    }

    @Test("read says what it wrote, goes on where it was, and appends")
    func readAgain() async throws {
        let reading = folder.file("text.reading")
        let first = try await run("read", text, "-o", reading)
        #expect(first.status == 0 && first.output.isEmpty && first.errors.contains("\(reading) holds "))
        let again = try object(await run("read", text, "-o", reading, "--json"))
        #expect(again["reused"] as? Int == again["tokens"] as? Int)
        let more = try object(await run("read", text, "-o", reading, "--append", "--json"))
        #expect(more["reused"] as? Int == again["tokens"] as? Int)
        #expect(try #require(more["tokens"] as? Int) > #require(again["tokens"] as? Int))
    }

    @Test("Ctrl-C while reading ends with 130, keeps what was read, and the same command goes on", .timeLimit(.minutes(15)))
    func interruptedReading() async throws {
        let long = try folder.write(Array(repeating: UInt8(ascii: "a"), count: 200_000), as: "long.txt")
        let arguments = ["read", long, "-o", folder.file("long.reading"), "--method", "streaming", "--model", model]
        let manifest = folder.file("long.reading/manifest.json")
        let stopped = try await ApusProcess.run(arguments) { await $0.interrupt { FileManager.default.fileExists(atPath: manifest) } }
        #expect(stopped.status == 130)
        #expect(stopped.errors.contains("keeps ") && stopped.errors.contains("the same command goes on"))
        let kept = try Self.tokensKept(manifest)
        let resumed = try await ApusProcess.run(arguments) { await $0.interrupt { (try? Self.tokensKept(manifest)) ?? 0 > kept } }
        // On a busy machine the rest may have been read before the signal came.
        #expect(resumed.status == 130 || resumed.status == 0)
        #expect(try kept > 0 && Self.tokensKept(manifest) > kept)
    }

    /// How many tokens a reading's shards hold.
    private static func tokensKept(_ manifest: String) throws -> Int {
        let contents = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: manifest))) as? [String: Any]
        return try #require(contents?["shards"] as? [[String: Any]]).reduce(0) { $0 + ($1["token_count"] as? Int ?? 0) }
    }

    @Test("complete continues a prompt given as text or as a file, and stops where it is told to")
    func complete() async throws {
        let result = try await run("complete", "--prompt", "The key", "-n", "6")
        #expect(result.status == 0)
        let file = try folder.write(Array("The key".utf8), as: "prompt.txt")
        #expect(try await run("complete", "--prompt-file", file, "-n", "6").output == result.output)
        let whole = try object(await run("complete", "--prompt", "The key", "-n", "6", "--json"))
        #expect(whole.keys.sorted() == replyKeys && whole["text"] as? String == result.output)
        #expect((whole["tokens"] as? [String: Int])?["prompt"] == 7)
    }

    @Test("The same seed draws the same text")
    func seeds() async throws {
        let arguments = ["complete", "--prompt", "The key", "-n", "12", "--temperature", "1", "--seed", "5", "--model", model]
        let texts = try await [ApusProcess.run(arguments).output, ApusProcess.run(arguments + ["--threads", "1"]).output]
        #expect(texts[0] == texts[1])
    }

    @Test("complete --logits prints the most likely next tokens, ten unless told otherwise")
    func logits() async throws {
        let answer = try object(await run("complete", "--prompt", "The key", "--logits", "--json"))
        let logits = try #require(answer["logits"] as? [[String: Any]])
        #expect(answer.count == 1 && logits.count == 10)
        #expect(logits.first?.keys.sorted() == ["id", "log_probability", "text"])
        let values = logits.compactMap { $0["log_probability"] as? Double }
        #expect(values == values.sorted(by: >) && values.allSatisfy { $0 <= 0 })
        #expect(try await run("complete", "--prompt", "The key", "--logits", "3").output.split(separator: "\n").count == 3)
    }

    @Test("chat answers each line, and with --json each reply is a line")
    func chat() async throws {
        let turns = try folder.write(Array("Hello\n\nAnd then?\n".utf8), as: "turns.txt")
        let input = try #require(FileHandle(forReadingAtPath: turns))
        let result = try await ApusProcess.run(["chat", "-n", "4", "--json", "--model", model], input: input)
        #expect(result.status == 0)
        let replies = try result.output.split(separator: "\n").map {
            try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        #expect(replies.count == 2 && replies.allSatisfy { $0.keys.sorted() == replyKeys })
        #expect((replies.last?["tokens"] as? [String: Int])?["reused", default: 0] ?? 0 > 0)
        #expect(replies.first?["method"] as? String == "streaming:4:124")
    }

    @Test("bench measures what it is told to, one result each")
    func bench() async throws {
        let answer = try object(await run("bench", "--prefill", "8,16", "--decode", "2", "--depth", "0,32", "--repeat", "1", "--json"))
        #expect(answer.keys.sorted() == ["model", "results", "threads"])
        let results = try #require(answer["results"] as? [[String: Any]])
        #expect(results.map { $0["test"] as? String } == ["prefill", "prefill", "decode", "prefill", "prefill", "decode"])
        #expect(results.map { $0["depth"] as? Int } == [0, 0, 0, 32, 32, 32])
        let keys = [
            "depth", "keys_compared", "keys_visited", "method", "peak_memory_bytes", "positions", "test", "tokens", "tokens_per_second",
            "tokens_per_second_of_each",
        ]
        #expect(results.first?.keys.sorted() == keys)
    }

    @Test("bench --compare takes two methods in turn")
    func compare() async throws {
        let answer = try object(
            await run("bench", "--prefill", "0", "--decode", "2", "--repeat", "2", "--compare", "sliding:8", "--json"))
        let results = try #require(answer["results"] as? [[String: Any]])
        #expect(results.map { $0["method"] as? String } == ["full", "sliding:8"])
        #expect(results.allSatisfy { ($0["tokens_per_second_of_each"] as? [Double])?.count == 2 })
        #expect((answer["comparisons"] as? [[String: Any]])?.first?["to"] as? String == "full")
    }

    @Test("perplexity measures every token but the first, bucket by bucket")
    func perplexity() async throws {
        let answer = try object(await run("perplexity", text, "--bucket", "8", "--json"))
        #expect(answer.keys.sorted() == ["buckets", "mean_loss", "method", "perplexity", "positions", "tokens"])
        let buckets = try #require(answer["buckets"] as? [[String: Any]])
        #expect(buckets.map { $0["tokens"] as? Int } == [7, 8, 6])
        #expect(answer["tokens"] as? Int == 21)
        #expect(try await run("perplexity", text).output.hasPrefix("Perplexity "))
        let stretched = try object(await run("perplexity", text, "--positions", "linear", "--context-length", "256", "--json"))
        #expect(stretched["positions"] as? String == "linear:2")
    }
}

/// What commands that run a model refuse, and with which status.
@Suite(
    "Refusals of commands that run a model",
    .enabled(if: ApusProcess.binary != nil, "the apus binary is not beside the test bundle; `swift build` makes it"))
struct ModelCommandRefusalTests {
    private let folder: TemporaryFolder
    private let model: String
    private let text: String

    init() throws {
        folder = try TemporaryFolder()
        model = try TinyModel(family: .qwen2, layers: 1, contextLength: 128).write(to: folder.file("tiny.gguf"))
        text = try folder.write(Array("The key is in the box.".utf8), as: "text.txt")
    }

    private func refusal(_ arguments: [String], _ status: Int32, _ words: String...) async throws {
        let result = try await ApusProcess.run(arguments)
        #expect(result.status == status, "\(arguments): \(result.errors)")
        #expect(result.output.isEmpty)
        let message = result.errors.split(separator: "\n").first ?? ""
        #expect(message.hasPrefix("apus: "))
        for word in words { #expect(message.contains(word), "\(message)") }
    }

    @Test("Wrong options end with 64")
    func wrongOptions() async throws {
        try await refusal(["ask", text, "--model", model], 64, "ask a question")
        try await refusal(["ask", text, text, "--model", model], 64, "the last argument is the question")
        try await refusal(["ask", text, "Who?", "--model", model, "--method", "nonsense"], 64, "nonsense", "streaming")
        try await refusal(["ask", text, "Who?", "--model", model, "--cache-type", "q9"], 64, "q9")
        try await refusal(["ask", text, "Who?", "--model", model, "--positions", "yarm:2"], 64, "yarm", "ntk-by-parts")
        try await refusal(["perplexity", text, "--model", model, "--positions", "yarn"], 64, "yarn:FACTOR", "--context-length")
        try await refusal(["read", text, "-o", folder.file("r"), "--append", "--positions", "yarn:2", "--model", model], 64, "--positions")
        try await refusal(["complete", "--model", model], 64, "--prompt-file")
        try await refusal(["complete", "--prompt", "a", "--logits", "-n", "3", "--model", model], 64, "--max-tokens has no effect")
        try await refusal(["complete", "--prompt", "a", "--seed", "3", "--model", model], 64, "--seed has no effect")
        try await refusal(["bench", "--prefill", "5,x", "--model", model], 64, "5,x")
        try await refusal(["bench", "--prefill", "0", "--decode", "0", "--model", model], 64, "nothing to measure")
        try await refusal(["read", text, "-o", folder.file("r"), "--append", "--cache-type", "q8", "--model", model], 64, "--cache-type")
    }

    @Test("A text beyond the window ends with 64 and names the methods, before it is read")
    func tooLong() async throws {
        try await refusal(["ask", text, "Who?", "-n", "120", "--model", model], 64, "128", "--method auto")
        let long = try folder.write(Array(repeating: 0x61, count: 300), as: "long.txt")
        try await refusal(["perplexity", long, "--model", model], 64, "128", "--method auto")
    }

    @Test("A missing file ends with 66, and a file that is not what it should be with 65")
    func badFiles() async throws {
        let none = folder.file("none"), binary = try folder.write([0x61, 0xFF, 0x62], as: "binary")
        try await refusal(["ask", none, "Who?", "--model", model], 66, none)
        try await refusal(["ask", text, "Who?", "--model", none], 66, none)
        try await refusal(["complete", "--prompt-file", none, "--model", model], 66, none)
        try await refusal(["perplexity", none, "--model", model], 66, none)
        try await refusal(["read", none, "-o", folder.file("r"), "--model", model], 66, none)
        try await refusal(["ask", text, "Who?", "--model", text], 65, text)
        try await refusal(["chat", "--model", text], 65, text)
        try await refusal(["bench", "--model", text], 65, text)
        try await refusal(["ask", binary, "Who?", "--model", model], 65, "offset 1")
        try await refusal(["ask", folder.path, "Who?", "--model", model], 65, "manifest.json")
    }

    @Test("A reading belongs to its model and to the way it was read")
    func otherModel() async throws {
        let reading = folder.file("text.reading")
        #expect(try await ApusProcess.run(["read", text, "-o", reading, "--model", model]).status == 0)
        let other = try TinyModel(family: .llama, seed: 2).write(to: folder.file("other.gguf"))
        try await refusal(["ask", reading, "Who?", "--model", other], 64, "tiny random qwen2", "tiny random llama")
        try await refusal(["ask", reading, "Who?", "--model", model, "--cache-type", "q8"], 64, "--cache-type has no effect")
        try await refusal(["ask", text, reading, "Who?", "--model", model], 64, "--append")
    }

    @Test("Output that cannot be written ends with 73")
    func unwritable() async throws {
        try await refusal(["read", text, "-o", text + "/reading", "--model", model], 73, text)
    }

    @Test(
        "A full disk behind standard output ends with 73",
        .enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "needs /dev/full"))
    func fullDisk() async throws {
        for arguments in [["ask", text, "Who?", "-n", "4"], ["complete", "--prompt", "a", "-n", "4"], ["perplexity", text]] {
            let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
            let result = try await ApusProcess.run(arguments + ["--model", model, "--quiet"], output: full)
            #expect(result.status == 73)
            #expect(result.errors.hasPrefix("apus: standard output could not be written"))
        }
    }
}
