import ApusTesting
import Diagnostics
import Documents
import Foundation
import Testing

@Suite("Plain text")
struct PlainTextTests {
    private func problem(_ contents: [UInt8]) -> DocumentError.Problem? {
        do {
            _ = try PlainText(contents, name: "book.txt")
            return nil
        } catch {
            return error.problem
        }
    }

    private func problem(reading name: String) -> DocumentError? {
        do {
            _ = try PlainText(reading: name)
            return nil
        } catch {
            return error
        }
    }

    @Test("Text is kept byte for byte, offsets from its beginning")
    func whole() throws {
        let contents = Array("Naïve\r\n☕ 🦉\u{0}\n".utf8)
        let text = try PlainText(contents, name: "book.txt")
        #expect(text.bytes == contents && text.sourceOffset == 0 && text.name == "book.txt")
        #expect(text.text == "Naïve\r\n☕ 🦉\u{0}\n")
        #expect(text.fingerprint == Fingerprint(of: contents))
    }

    @Test("A byte-order mark is skipped, and offsets still mean the file")
    func mark() throws {
        let text = try PlainText([0xEF, 0xBB, 0xBF] + Array("abc".utf8), name: "book.txt")
        #expect(text.text == "abc" && text.sourceOffset == 3)
        #expect(problem([0xEF, 0xBB, 0xBF]) == .empty)
        #expect(problem([0xEF, 0xBB, 0xBF, 0x61, 0xFF]) == .invalidUTF8(offset: 4))
    }

    @Test("Other encodings are named where their mark gives them away")
    func encodings() {
        #expect(problem([0xFF, 0xFE, 0x61, 0]) == .otherEncoding("UTF-16"))
        #expect(problem([0xFE, 0xFF, 0, 0x61]) == .otherEncoding("UTF-16"))
        #expect(problem([0xFF, 0xFE, 0, 0, 0x61, 0, 0, 0]) == .otherEncoding("UTF-32"))
    }

    @Test("Missing files, folders and empty files are errors of their own class")
    func files() throws {
        let folder = try TemporaryFolder()
        let empty = try folder.write([], as: "empty.txt")
        let latin = try folder.write(Array("caf".utf8) + [0xE9, 0x20], as: "latin.txt")
        #expect(problem(reading: folder.file("none.txt"))?.kind == .missingInput)
        #expect(problem(reading: folder.path)?.problem == .isFolder)
        #expect(problem(reading: empty)?.problem == .empty)
        #expect(problem(reading: empty)?.kind == .badData)
        let error = try #require(problem(reading: latin))
        #expect(error.problem == .invalidUTF8(offset: 4) && error.kind == .badData)
        #expect(error.description.hasPrefix(latin) && error.description.contains("offset 4"))
    }

    @Test("Files longer than one piece are read whole")
    func long() throws {
        let folder = try TemporaryFolder()
        let contents = [UInt8](repeating: 0x61, count: 3 << 20 | 17)
        let text = try PlainText(reading: folder.write(contents, as: "long.txt"))
        #expect(text.bytes == contents)
    }

    @Test("A pipe, which has no size, is read to its end")
    func pipe() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("pipe")
        #expect(mkfifo(path, 0o600) == 0)
        Thread.detachNewThread {
            let pipe = FileHandle(forWritingAtPath: path)
            pipe?.write(Data("through ".utf8))
            pipe?.write(Data("a pipe".utf8))
            try? pipe?.close()
        }
        #expect(try PlainText(reading: path).text == "through a pipe")
    }

    @Test("Fingerprints are those of FNV-1a, and survive encoding")
    func fingerprints() throws {
        #expect(Fingerprint(of: []).description == "cbf29ce484222325")
        #expect(Fingerprint(of: Array("foobar".utf8)).description == "85944171f73967e8")
        let fingerprint = Fingerprint(of: [1, 2, 3])
        #expect(try JSONDecoder().decode(Fingerprint.self, from: JSONEncoder().encode(fingerprint)) == fingerprint)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(Fingerprint.self, from: Data("\"xyz\"".utf8)) }
    }
}
