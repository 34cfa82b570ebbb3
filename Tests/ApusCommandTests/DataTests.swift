import ApusTesting
import Foundation
import Testing
import Tokenizers

@testable import ApusCommand
@testable import Training

@Suite("apus data", .enabled(if: ApusProcess.binary != nil, "the apus binary is not beside the test bundle; `swift build` makes it"))
struct DataTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func run(_ arguments: String...) async throws -> ApusProcess.Result {
        try await ApusProcess.run(["data"] + arguments)
    }

    @Test("A tokenizer is trained and its numbers are told, for people and for programs", arguments: ["gguf", "json"])
    func tokenizer(ending: String) async throws {
        let text = folder.file("log.txt"), output = folder.file("tokenizer." + ending)
        #expect(try await run("log", "-o", text, "--words", "2000").status == 0)
        let result = try await run("tokenizer", text, "-o", output, "--size", "400", "--json")
        let object = try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        #expect(
            object.keys.sorted() == [
                "bytes", "bytes_per_token", "output", "pieces", "seconds", "size", "special_tokens", "texts", "tokens",
            ])
        #expect(object["pieces"] as? Int == 400 && object["texts"] as? Int == 1)
        let tokenizer = try Tokenizer(modelAt: output)
        #expect(tokenizer.vocabularyCount == 400 && tokenizer.id(ofSpecial: "<|answer|>") != nil)

        let kept = try await run("tokenizer", text, "-o", output)
        #expect(kept.status == 64 && kept.errors.contains("--force"))
        let again = try await run("tokenizer", folder.path, "-o", output, "--size", "300", "--spaces", "any-time", "--force")
        #expect(again.status == 0 && again.output.contains("300 pieces") && again.output.contains("bytes each"))
    }

    @Test("The log is written, with its questions")
    func log() async throws {
        let output = folder.file("log.txt")
        let result = try await run("log", "-o", output, "--words", "500", "--json")
        let object = try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        #expect(try String(contentsOfFile: output, encoding: .utf8) == HarbourLog(words: 500).text)
        #expect((object["questions"] as? [[String: String]])?.first?["question"] == HarbourLog(words: 500).plants[0].question)
        #expect(try await run("log", "-o", output).status == 64)
        #expect(try await run("log", "-o", output, "--words", "0", "--force").status == 64)
    }

    @Test("Texts with questions are written, the same for the same seed")
    func lookups() async throws {
        let text = folder.file("log.txt"), tokenizer = folder.file("t.gguf")
        #expect(try await run("log", "-o", text, "--words", "6000").status == 0)
        #expect(try await run("tokenizer", text, "-o", tokenizer, "--size", "800").status == 0)
        let arguments = ["lookups", text, "--tokenizer", tokenizer, "--set", "passkeys", "--length", "512", "--count", "3", "--json"]
        let result = try await ApusProcess.run(["data"] + arguments)
        let lines = result.output.split(separator: "\n")
        #expect(result.status == 0 && lines.count == 3)
        for line in lines {
            let object = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            let question = try #require((object["questions"] as? [[String: Any]])?.first)
            let answer = try #require(question["answer"] as? String)
            #expect((object["text"] as? String)?.contains(answer) == true && object["tokens"] as? Int == 513)
        }
        #expect(try await ApusProcess.run(["data"] + arguments).output == result.output)
        #expect(try await run("lookups", text, "--tokenizer", tokenizer, "--length", "20").status == 64)
    }

    @Test("Long records of one's own are written in the forms that apus eval reads, the same for the same seed")
    func records() async throws {
        let text = folder.file("log.txt"), tokenizer = folder.file("t.gguf"), sorted = folder.file("textsort_2k.json")
        #expect(try await run("log", "-o", text, "--words", "6000").status == 0)
        #expect(try await run("tokenizer", text, "-o", tokenizer, "--size", "400").status == 0)
        let sort = try await run(
            "records", "sort", text, "--length", "600", "--tokenizer", tokenizer, "--count", "3", "-o", sorted, "--json")
        let object = try #require(JSONSerialization.jsonObject(with: Data(sort.output.utf8)) as? [String: Any])
        #expect(object["records"] as? Int == 3 && object["recipe"] as? String == "sort" && object["left_out"] as? Int == 0)
        let first = try String(contentsOfFile: sorted, encoding: .utf8)
        #expect(
            try await run("records", "sort", text, "--length", "600", "--tokenizer", tokenizer, "--count", "3", "-o", sorted).status == 64)
        let again = try await run(
            "records", "sort", text, "--length", "600", "--tokenizer", tokenizer, "--count", "3", "-o", sorted, "--force")
        let second = try String(contentsOfFile: sorted, encoding: .utf8)
        #expect(again.output.contains("3 records") && first == second)

        let news = (0..<30).map {
            #"{"text": "Article \#($0) of some words that say little.", "label": "\#($0 % 2 == 0 ? "even" : "odd")"}"#
        }
        let items = try folder.write(Array(news.joined(separator: "\n").utf8), as: "news.jsonl"), output = folder.file("marc.jsonl")
        let members = try await run("records", "members-of-class", items, "--buckets", "150,250", "--count", "2", "-o", output)
        let lines = try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n")
        #expect(members.status == 0 && lines.count == 4 && lines[3].contains("\"length_bucket\": 250"))

        #expect(try await run("records", "sort", text, "-o", folder.file("x")).errors.contains("--tokenizer"))
        #expect(try await run("records", "question", items, "--buckets", "9", "-o", folder.file("x")).errors.contains("question"))
        #expect(try await run("records", "class-of-one", items, "-o", folder.file("x")).errors.contains("--buckets"))
        #expect(try await run("records", "class-of-one", items, "--buckets", "900,100", "-o", folder.file("x")).status == 64)
        #expect(try await run("download", "a b").errors.contains("owner/name"))
    }

    @Test("What cannot be trained or written is refused with its status, and leaves nothing behind")
    func refusals() async throws {
        let text = folder.file("a.txt")
        try "some words and some more words".write(toFile: text, atomically: true, encoding: .utf8)
        #expect(try await run("tokenizer", folder.file("none.txt"), "-o", folder.file("t.gguf")).status == 66)
        #expect(try await run("tokenizer", text, "-o", folder.file("t.txt")).status == 64)
        #expect(try await run("tokenizer", text, "-o", folder.file("t.gguf"), "--size", "10").status == 64)
        #expect(try await run("tokenizer", text, "-o", folder.file("none/t.gguf")).status == 73)
        let few = try await run("tokenizer", text, "-o", folder.file("t.gguf"))
        #expect(few.status == 0 && few.output.contains("no more to join"))
        #expect(try folder.names == ["a.txt", "t.gguf"])
    }
}
