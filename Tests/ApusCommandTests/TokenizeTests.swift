import ApusTesting
import Documents
import Foundation
import Testing
import Tokenizers

@testable import ApusCommand

@Suite("What tokenize prints")
struct TokenizeTests {
    private func listing(_ text: String, pieces: Bool) throws -> TokenListing {
        let tokenizer = try Tokenizer(gguf: TinyModel(family: .qwen2).open())
        return TokenListing(tokens: tokenizer.encodeWithOffsets(text), tokenizer: tokenizer, showsPieces: pieces)
    }

    @Test("Ids stand on one line, and under their key in JSON")
    func ids() throws {
        // The tiny vocabulary has one piece for each byte and no merges, and its ids are the bytes.
        let listing = try listing("Hi!", pieces: false)
        #expect(listing.text == "72 105 33\n")
        #expect(listing.json.text == #"{"ids": [72, 105, 33]}"#)
    }

    @Test("Pieces come with the bytes that they stand for")
    func pieces() throws {
        let listing = try listing("a\té", pieces: true)
        #expect(
            listing.text == """
                97\t0\t1\t"a"
                9\t1\t2\t"\\t"
                195\t2\t3\t"\u{FFFD}"
                169\t3\t4\t"\u{FFFD}"

                """)
        let first = #"{"ids": [97, 9, 195, 169], "pieces": [{"end": 1, "id": 97, "start": 0, "text": "a"}, "#
        #expect(listing.json.text.hasPrefix(first))
    }

    @Test("An empty text has no tokens")
    func empty() throws {
        #expect(try listing("", pieces: false).json.text == #"{"ids": []}"#)
        #expect(try listing("", pieces: true).text.isEmpty)
    }

    @Test("A text comes from a file or from --text, and never from both or neither", arguments: [[], ["a.txt", "--text", "b"]])
    func source(arguments: [String]) {
        #expect(throws: (any Error).self) { try Tokenize.parse(arguments + ["--model", "m.gguf"]) }
    }

    @Test("The bytes of a file are read as they are, and a missing one is named")
    func files() throws {
        let folder = try TemporaryFolder()
        let bytes: [UInt8] = [0xFF, 0x00, 0x0D, 0x0A] + Array(repeating: 0x61, count: 3_000_000)
        let path = try folder.write(bytes, as: "raw.txt")
        // Compared outside of the expectation, which would describe every byte of both.
        let isEqual = try InputText.parse([path]).bytes() == bytes
        #expect(isEqual)
        #expect(try InputText.parse(["--text", "ü"]).bytes() == [0xC3, 0xBC])
        let error = #expect(throws: DocumentError.self) { try InputText.parse([folder.file("none.txt")]).bytes() }
        #expect(error?.kind == .missingInput)
        #expect(error?.description.contains("none.txt") == true)
    }
}
