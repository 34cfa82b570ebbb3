import ApusTesting
import Foundation
import Retrieval
import Testing

@testable import ApusCommand

@Suite("What embed reads and prints")
struct EmbedTests {
    @Test("Each line of standard input that is not empty is a text")
    func lines() {
        let lines = Embed.lines(of: Array("one\r\n\n two \n\r\nthree".utf8))
        #expect(lines.map { String(decoding: $0, as: UTF8.self) } == ["one", " two ", "three"])
        #expect(Embed.lines(of: []).isEmpty)
    }

    @Test("A vector is a line of numbers, and an object in JSON, with the numbers unchanged")
    func forms() throws {
        let folder = try TemporaryFolder()
        try TinyCheckpoint(encoderNamed: "bert").write(to: folder.path, tokenizer: true)
        let embedder = try Embedder(at: folder.path, pooling: .mean, threads: 1)
        let listing = EmbeddingListing(texts: try embedder.prepare([Array("abc".utf8)]), vectors: [[0.1, -2, 1e-9]])
        #expect(listing.text(0) == "0.1 -2.0 1e-09\n")
        #expect(listing.json(0).text == #"{"cut_tokens": 0, "embedding": [0.1, -2.0, 1e-09], "index": 0, "tokens": 3}"#)
    }

    @Test("Texts as arguments and as files at once, and a pooling that is none, are refused")
    func arguments() {
        #expect(throws: (any Error).self) { try Embed.parse(["text", "--file", "a.txt"]) }
        #expect(throws: (any Error).self) { try Embed.parse(["text", "--pooling", "max"]) }
        #expect(throws: Never.self) { try Embed.parse(["text", "--no-normalize", "--pooling", "cls", "--prefix", "query: ", "--json"]) }
    }

    @Test("How texts are read is checked before a model is opened")
    func encoding() throws {
        for wrong in [
            ["--context-length", "0"], ["--temperature-scale", "0"], ["--temperature-scale", "nan"], ["--global-tokens", "-1"],
        ] {
            #expect(throws: (any Error).self) { try Embed.parse(["text"] + wrong) }
        }
        let embed = try Embed.parse(["text", "--positions", "linear", "--context-length", "4096", "--temperature-scale", "0.8"])
        let options = embed.encoding.options
        #expect(options.positions == "linear" && options.contextLength == 4096 && options.temperatureScale == 0.8 && options.method == nil)
    }

    @Test("Tests of vectors take lengths, tests and counts that make sense")
    func evaluations() {
        #expect(throws: Never.self) {
            try EvalLongEmbed.parse(["--tasks", "needle", "--length", "512,4096", "--documents", "20", "--cases", "9"])
        }
        for wrong in [["--tasks", "haystack"], ["--length", "0"], ["--documents", "0"], ["--cases", "0"]] {
            #expect(throws: (any Error).self) { try EvalLongEmbed.parse(wrong) }
        }
        #expect(throws: (any Error).self) { try EvalCollapse.parse(["--texts", "1"]) }
        #expect(throws: Never.self) { try EvalCollapse.parse(["--length", "16,512", "--temperature-scale", "0.8"]) }
    }
}
