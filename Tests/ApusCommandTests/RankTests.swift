import ApusTesting
import Foundation
import Retrieval
import Testing

@testable import ApusCommand

@Suite("What rank is asked for")
struct RankArgumentTests {
    private func refusal(_ arguments: String...) -> String? {
        do {
            _ = try ApusCommand.parseAsRoot(["rank"] + arguments)
            return nil
        } catch {
            return ApusCommand.message(for: error)
        }
    }

    @Test("Options without effect, and ones that do not go together, are refused")
    func refusals() {
        #expect(refusal("q", "--passages", "p", "--window", "5")?.contains("--window has no effect") == true)
        #expect(refusal("q", "--passages", "p", "--model", "m")?.contains("--by bm25 needs none") == true)
        #expect(refusal("q", "--passages", "p", "--by", "full", "--truncate", "--model", "m")?.contains("--truncate") == true)
        #expect(refusal("q", "--passages", "p", "--by", "embedding", "--model", "m", "--method", "full")?.contains("--method") == true)
        #expect(refusal("q", "--passages", "p", "--by", "sliding", "--window", "5", "--step", "6")?.contains("--step") == true)
        #expect(refusal("q", "--passages", "p", "--measures", "mrr")?.contains("without --qrels") == true)
        #expect(refusal("q", "--passages", "p", "--qrels", "r", "--measures", "gain")?.contains("\"gain\" is no measure") == true)
        #expect(refusal("--passages", "p")?.contains("--queries") == true)
        #expect(refusal("q", "--queries", "f", "--passages", "p")?.contains("one of the two") == true)
        #expect(refusal("q", "--passages", "p", "--candidates", "0")?.contains("--candidates") == true)
        #expect(refusal("q", "--passages", "p", "--by", "sliding", "--window", "5", "--step", "2", "--passes", "3") == nil)
    }

    @Test("score needs judgements")
    func score() {
        #expect(refusal("score", "--run", "r")?.contains("--qrels") == true)
        #expect(refusal("score", "--run", "r", "--qrels", "q", "--json", "--each")?.contains("--each") == true)
        #expect(refusal("score", "--run", "r", "--qrels", "q", "--each") == nil)
    }
}

@Suite(
    "apus rank",
    .enabled(if: ApusProcess.binary != nil, "the apus binary is not beside the test bundle; `swift build` makes it"))
struct RankTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        let passages = [
            "{\"id\": \"mill\", \"title\": \"Mill\", \"text\": \"the miller's wife keeps the key of the mill\"}",
            "{\"id\": \"lamp\", \"text\": \"the lamp of the lighthouse burns all night\"}",
            "{\"id\": \"ship\", \"text\": \"a ship came in with salt and a key of brass\"}",
        ]
        _ = try folder.write(Array(passages.joined(separator: "\n").utf8), as: "passages.jsonl")
        _ = try folder.write(Array("q1\tkeeps key\nq2\twhat burns in the lighthouse\n".utf8), as: "queries.tsv")
        _ = try folder.write(Array("q1 0 mill 2\nq1 0 ship 1\nq2 0 lamp 1\n".utf8), as: "qrels.txt")
    }

    private var inputs: [String] { ["--passages", folder.file("passages.jsonl")] }

    @Test("BM25 needs no model; its run is scored, and scored again from the file")
    func words() async throws {
        let run = folder.file("bm25.run")
        let ranked = try await ApusProcess.run(
            ["rank", "--queries", folder.file("queries.tsv"), "--qrels", folder.file("qrels.txt"), "-o", run, "--json"] + inputs)
        #expect(ranked.status == 0, "\(ranked.errors)")
        #expect(ranked.output.contains("\"measures\": {\"map\": 1.0, \"mrr@10\": 1.0, \"ndcg@10\": 1.0"))
        let scored = try await ApusProcess.run([
            "rank", "score", "--run", run, "--qrels", folder.file("qrels.txt"), "--measures", "ndcg@10,mrr",
        ])
        #expect(scored.output == "ndcg@10\t1.0000\nmrr\t1.0000\n" && scored.status == 0)
        let lines = try String(contentsOfFile: run, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 6 && lines[0].hasPrefix("q1 Q0 mill 1 ") && lines[0].hasSuffix(" apus-bm25"))
    }

    @Test("One query's ranking is a table of its best passages")
    func table() async throws {
        let result = try await ApusProcess.run(["rank", "who keeps the key", "--top", "1"] + inputs)
        #expect(result.output.contains("mill") && !result.output.contains("lamp") && result.status == 0)
        #expect(result.errors.contains("ranked by bm25"))
    }

    @Test("A decoder orders the candidates of a run, and says what it read", arguments: ["full", "sliding"])
    func decoder(way: String) async throws {
        let model = try TinyModel(
            family: .llama, layers: 1, width: 32, heads: 2, keyValueHeads: 1, feedForward: 32, contextLength: 2048, seed: 1
        ).write(to: folder.file("tiny.gguf"))
        _ = try folder.write(Array("q1 Q0 ship 1 3.5 n\nq1 Q0 mill 2 2.5 n\nq2 Q0 lamp 1 1 n\n".utf8), as: "first.run")
        let result = try await ApusProcess.run(
            [
                "rank", "--queries", folder.file("queries.tsv"), "--run", folder.file("first.run"), "--by", way, "--model", model, "--json",
                "--quiet", "--threads", "1",
            ] + inputs)
        #expect(result.status == 0, "\(result.errors)")
        struct Listing: Decodable {
            struct Query: Decodable {
                struct Entry: Decodable {
                    let id: String
                    let score: Double
                }
                let id: String
                let ranking: [Entry]
            }
            struct Cost: Decodable {
                let tokens_read: Int
                let calls: Int
            }
            let queries: [Query]
            let cost: Cost
        }
        let listing = try JSONDecoder().decode(Listing.self, from: Data(result.output.utf8))
        #expect(Set(listing.queries[0].ranking.map(\.id)) == ["ship", "mill"] && listing.queries[0].ranking.map(\.score) == [3.5, 2.5])
        #expect(listing.cost.tokens_read > 100 && listing.cost.calls == 2)
    }

    @Test("Vectors rank, and a cross-encoder that is none is refused")
    func encoders() async throws {
        let encoder = folder.file("encoder")
        try FileManager.default.createDirectory(atPath: encoder, withIntermediateDirectories: true)
        try TinyCheckpoint(encoderNamed: "bert").write(to: encoder, tokenizer: true)
        let ranked = try await ApusProcess.run(
            ["rank", "who keeps the key", "--by", "embedding", "--pooling", "mean", "--model", encoder, "--json", "--quiet"] + inputs)
        #expect(ranked.status == 0 && ranked.output.contains("\"calls\": 4"), "\(ranked.errors)")
        let refused = try await ApusProcess.run(["rank", "key", "--by", "cross-encoder", "--model", encoder, "--quiet"] + inputs)
        #expect(refused.status == 64 && refused.errors.contains("head for classifying"))
    }

    @Test("A run that names passages that are not there, and damaged files, are told by name")
    func damage() async throws {
        _ = try folder.write(Array("q1 Q0 nobody 1 1 n\n".utf8), as: "other.run")
        let other = try await ApusProcess.run(
            ["rank", "--queries", folder.file("queries.tsv"), "--run", folder.file("other.run"), "--by", "full"] + inputs)
        #expect(other.status == 64 && other.errors.contains("nobody"))
        _ = try folder.write(Array("q1 Q0 x\n".utf8), as: "bad.run")
        let bad = try await ApusProcess.run(["rank", "score", "--run", folder.file("bad.run"), "--qrels", folder.file("qrels.txt")])
        #expect(bad.status == 65 && bad.errors.contains("bad.run: line 1 "))
        let missing = try await ApusProcess.run(["rank", "score", "--run", folder.file("none.run"), "--qrels", folder.file("qrels.txt")])
        #expect(missing.status == 66)
    }
}

@Suite("What ask retrieves")
struct RetrievalArgumentTests {
    @Test("An amount is passages, tokens with a t, or auto")
    func amounts() {
        #expect(RetrievalAmount(argument: "12") == .passages(12) && RetrievalAmount(argument: "4000t") == .tokens(4000))
        #expect(RetrievalAmount(argument: "auto") == .auto)
        for wrong in ["", "0", "0t", "-3", "t", "12x", "12tt", "99999999999999999999"] { #expect(RetrievalAmount(argument: wrong) == nil) }
    }

    @Test("auto leaves room for frame and reply, and takes a short prompt's worth at most")
    func automatic() {
        #expect(RetrievalAmount.auto.budget(room: 1256) == .tokens(900))
        #expect(RetrievalAmount.auto.budget(room: 1_000_000) == .tokens(4096))
        #expect(RetrievalAmount.auto.budget(room: 10) == .tokens(1))
    }

    @Test("A retriever without --retrieve, and segments with it, are refused")
    func refusals() throws {
        var arguments = RetrievalArguments()
        arguments.retrieve = nil
        arguments.retriever = "m"
        #expect(throws: CommandFailure.self) { try arguments.check(method: nil) }
        arguments.retrieve = .auto
        #expect(throws: CommandFailure.self) { try arguments.check(method: "segments:512") }
        #expect(throws: Never.self) { try arguments.check(method: "infllm") }
    }
}

@Suite(
    "apus ask --retrieve",
    .enabled(if: ApusProcess.binary != nil, "the apus binary is not beside the test bundle; `swift build` makes it"))
struct AskRetrievalTests {
    private struct Reply: Decodable {
        struct Retrieval: Decodable {
            let retriever: String
            let passages: Int
            let chosen_passages: Int
            let tokens: Int
            let chosen_tokens: Int
        }
        struct Source: Decodable {
            let file: String
            let start: Int
            let end: Int
            let text: String
        }
        struct Tokens: Decodable { let prompt: Int }
        let retrieval: Retrieval?
        let sources: [Source]
        let tokens: Tokens
    }

    @Test("Only the best passages are read, counted, and their sources' offsets are those of the file")
    func reading() async throws {
        let folder = try TemporaryFolder()
        let model = try TinyModel(
            family: .llama, layers: 1, width: 32, heads: 2, keyValueHeads: 1, feedForward: 32, contextLength: 4096, seed: 1
        ).write(to: folder.file("tiny.gguf"))
        let filler = (0..<40).map {
            "On day \($0) nothing at all was seen at sea, and nobody wrote more than this, for want of ink and of \(String(repeating: "patience ", count: 60))."
        }
        let text =
            filler.prefix(20).joined(separator: "\n\n") + "\n\nThe miller's wife keeps the brass key in a jar.\n\n"
            + filler.suffix(20).joined(separator: "\n\n")
        let file = try folder.write(Array(text.utf8), as: "log.txt"), bytes = Array(text.utf8)
        let result = try await ApusProcess.run(
            [
                "ask", file, "Who keeps the brass key?", "--retrieve", "2", "--model", model, "--json", "--threads", "1", "-n", "4",
                "--sources", "5",
            ])
        #expect(result.status == 0, "\(result.errors)")
        let reply = try JSONDecoder().decode(Reply.self, from: Data(result.output.utf8)), retrieval = try #require(reply.retrieval)
        #expect(retrieval.retriever == "bm25" && retrieval.chosen_passages == 2 && retrieval.passages > 30)
        #expect(retrieval.chosen_tokens < reply.tokens.prompt && reply.tokens.prompt < 4096 && retrieval.tokens > 20_000)
        #expect(result.errors.contains("read are the best 2 of "))
        for source in reply.sources {
            #expect(source.file == file && source.end <= bytes.count)
            #expect(String(decoding: bytes[source.start..<source.end], as: UTF8.self).hasPrefix(String(source.text.prefix(10))))
        }
    }

    @Test("Where the window has no room, what is said names --retrieve auto, which has", arguments: [nil, "90", "9000t"])
    func advice(amount: String?) async throws {
        let folder = try TemporaryFolder()
        let model = try TinyModel(
            family: .llama, layers: 1, width: 32, heads: 2, keyValueHeads: 1, feedForward: 32, contextLength: 1024, seed: 1
        ).write(to: folder.file("tiny.gguf"))
        let text = (0..<400).map { "Day \($0): nothing was seen at sea." }.joined(separator: "\n\n")
        let command = ["ask", try folder.write(Array(text.utf8), as: "log.txt"), "What was seen?", "--model", model, "-n", "4"]
        let refused = try await ApusProcess.run(command + (amount.map { ["--retrieve", $0] } ?? []))
        #expect(refused.status == 64 && refused.errors.contains("--retrieve auto"), "\(refused.errors)")
        let served = try await ApusProcess.run(command + ["--retrieve", "auto"])
        #expect(served.status == 0, "\(served.errors)")
    }

    @Test("A saved reading has been read, so that --retrieve is refused")
    func savedReading() async throws {
        let folder = try TemporaryFolder()
        let result = try await ApusProcess.run(["ask", folder.path, "Who?", "--retrieve", "2"])
        #expect(result.status == 64 && result.errors.contains("--retrieve has no effect here"))
    }
}
