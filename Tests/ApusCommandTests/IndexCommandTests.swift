import ApusTesting
import Foundation
@testable import Retrieval
import Testing

@testable import ApusCommand

@Suite("What index and search take and print")
struct IndexCommandTests {
    @Test("Options that make no sense, or not together, are refused")
    func arguments() {
        for arguments in [
            ["a", "--window", "32"], ["a", "--window", "16,32"], ["a", "--passage-tokens", "2"], ["a", "--aggregate", "sum"], [],
        ] {
            #expect(throws: (any Error).self) { try IndexCommand.parse(arguments) }
        }
        #expect(throws: Never.self) {
            try IndexCommand.parse(["a", "b", "--window", "32,16", "--aggregate", "max", "--rebuild", "--json"])
        }
        for arguments in [
            [], ["q", "--queries", "f"], [" "], ["q", "--limit", "0"], ["q", "--share", "0"], ["q", "--share", "0.5", "--exact"],
            ["q", "--mode", "words", "--exact"], ["q", "--mode", "fuzzy"],
        ] {
            #expect(throws: (any Error).self) { try SearchCommand.parse(arguments) }
        }
        #expect(throws: Never.self) { try SearchCommand.parse(["q", "--mode", "vectors", "--share", "0.5", "--json"]) }
    }

    #if SQLite
    private func result(format: String, block: FoundBlock?) -> SearchResult {
        let passage = FoundPassage(
            id: 1, file: "/a/b", format: format, range: 3..<40, place: 2...5, title: "T", text: "one\ntwo\n\nthree\nfour", block: block)
        return SearchResult(passage: passage, score: 0.5, cosine: 0.25, vectorPlace: 2, wordPlace: nil)
    }

    private func listing(_ results: [SearchResult]) -> SearchListing {
        SearchListing(query: "q", mode: .hybrid, results: results, embedSeconds: 0.5, searchSeconds: 0.25)
    }

    @Test("Results are places with excerpts, of the nearest block where there is one, and JSON with pages for PDF")
    func forms() {
        let block = FoundBlock(range: 10..<20, lines: 3...4, score: 0.75)
        #expect(listing([]).text == "nothing was found\n")
        #expect(listing([result(format: "text", block: nil)]).text == "1. /a/b:2  T\n    one\n    two\n    three\n    four\n")
        #expect(listing([result(format: "swift", block: block)]).text == "1. /a/b:3  T\n    two\n    three\n    four\n")
        let json = listing([result(format: "pdf", block: nil)]).json.text
        #expect(json.contains(#""cosine": 0.25, "end": 40, "file": "/a/b", "first_page": 2, "last_page": 5"#))
        #expect(json.contains(#""timing": {"embed_seconds": 0.5, "search_seconds": 0.25}"#) && json.contains(#""word_rank": null"#))
        #expect(
            listing([result(format: "c", block: block)]).json.text
                .contains(#""block": {"cosine": 0.75, "end": 20, "first_line": 3, "last_line": 4, "start": 10}"#))
    }
    #else
    @Test("Without SQLite the commands say how to build with it")
    func unavailable() async throws {
        let index = try IndexCommand.parse(["a"]), search = try SearchCommand.parse(["q"])
        await #expect(throws: IndexError.unavailable) { try await index.run() }
        await #expect(throws: IndexError.unavailable) { try await search.run() }
        #expect(IndexError.unavailable.description.contains("--traits SQLite"))
    }
    #endif
}
