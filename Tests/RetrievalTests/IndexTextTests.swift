import ApusTesting
import Documents
import Foundation
import Testing

@testable import Retrieval

@Suite("What an index keeps of files")
struct IndexTextTests {
    private static func words(_ text: ArraySlice<UInt8>) -> Int { text.split(whereSeparator: { $0 == 0x20 || $0 == 0x0A }).count }

    private func records(_ text: String, _ format: DocumentFormat, limit: Int = 100, titles: Int = 10) throws -> [PassageRecord] {
        let bytes = Array(text.utf8)
        return PassageRecord.records(
            of: try ExtractedText(bytes, name: "a", format: format), contents: bytes, settings: SplitSettings(limit: limit),
            titleTokens: titles, tokens: Self.words)
    }

    @Test("Names of code are also words")
    func names() {
        #expect(CodeWords.split("let pageCount = readHTTPHeader_v2(x) // read") == "page count read http header v2")
        #expect(CodeWords.split("_a B __c__ UPPER lower").isEmpty)
    }

    @Test("A query is any of its words, each once, with the words in names")
    func queries() {
        #expect(TextQuery.words(of: "Who keeps \"the\" KEY* -key? keyHolder") == ["Who", "keeps", "the", "KEY", "keyHolder", "holder"])
        #expect(TextQuery.words(of: " ?! ").isEmpty && TextQuery.words(of: (0..<500).map { "w\($0)" }.joined(separator: " ")).count == 64)
        #expect(TextQuery.folded("Élan") == "elan")
    }

    @Test("Passages know their lines and bytes; titles go before what the model sees where they are not there already")
    func places() throws {
        let text = "# One\nfirst\n\n## Two\nsecond three\n\nfourth\n"
        let found = try records(text, .markdown, limit: 4)
        #expect(found.map(\.place) == [1...2, 4...5, 7...7])
        #expect(found.map(\.title) == ["One", "One › Two", "One › Two"])
        #expect(
            found.map { String(decoding: $0.blockTexts[0], as: UTF8.self) } == [
                "# One\nfirst", "One\n## Two\nsecond three", "One, Two\nfourth",
            ])
        let bytes = Array(text.utf8)
        #expect(found.allSatisfy { Array(bytes[$0.range]) == Array($0.text.utf8) && $0.blocks.count == 1 && $0.words.isEmpty })
        #expect(try records(text, .markdown, limit: 4, titles: 0).map { String(decoding: $0.blockTexts[0], as: UTF8.self) }[2] == "fourth")
    }

    @Test("Blocks of code know their lines, and a passage's fingerprint does not depend on where it stands")
    func blocks() throws {
        let body = (0..<12).map { "    step\($0) {\n        a\n        b\n        c\n    }\n" }.joined()
        let code = "func long() {\n\(body)}\n"
        let here = try records(code, .code(.swift), limit: 16), there = try records("import X\n\n\n" + code, .code(.swift), limit: 16)
        let first = try #require(here.first), second = try #require(there.last)
        #expect(first.blocks.count > 3 && first.fingerprint == second.fingerprint && first.blocks == second.blocks)
        #expect(first.place == 1...62 && second.place == 4...65)
        let lines = code.split(separator: "\n", omittingEmptySubsequences: false)
        for (block, text) in zip(first.blocks, first.blockTexts) {
            // A block begins behind the first line's indentation.
            let seen = String(decoding: text, as: UTF8.self), stands = lines[block.lines]
            #expect(stands.joined(separator: "\n").hasSuffix(seen) && stands.count == seen.split(separator: "\n").count)
        }
        #expect(try records("func long() {\n    x\n}\n", .code(.swift))[0].fingerprint != first.fingerprint)
    }

    @Test("Folders are gone through; hidden and foreign files and links are left out")
    func walk() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.file("sub/.git"), withIntermediateDirectories: true)
        for name in ["b.md", "a.txt", "x.png", ".hidden.txt", "sub/c.swift", "sub/.git/d.txt"] { _ = try folder.write([0x61], as: name) }
        try FileManager.default.createSymbolicLink(atPath: folder.file("link.txt"), withDestinationPath: folder.file("a.txt"))
        let walk = try FileWalk([folder.path, folder.file("x.png"), folder.file("a.txt")])
        let root = FileWalk.absolute(folder.path)
        #expect(walk.files.map(\.path) == ["a.txt", "b.md", "sub/c.swift", "x.png"].map { "\(root)/\($0)" })
        #expect(walk.files.map(\.format) == [.plain, .markdown, .code(.swift), .plain])
        #expect(walk.covers("\(root)/gone.txt") && !walk.covers("\(root)2/gone.txt"))
        #expect(throws: DocumentError(.missing, name: "/nowhere/at/all")) { try FileWalk(["/nowhere/at/all"]) }
    }
}
