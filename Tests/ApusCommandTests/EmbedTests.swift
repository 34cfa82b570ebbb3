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
}
