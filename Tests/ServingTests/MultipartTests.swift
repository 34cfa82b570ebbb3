import ApusTesting
import Testing

@testable import Serving

@Suite("Forms with files")
struct MultipartTests {
    private static let type = "multipart/form-data; boundary=XX"

    private static func part(_ disposition: String, _ content: String) -> String {
        "--XX\r\nContent-Disposition: form-data; \(disposition)\r\nContent-Type: text/plain\r\n\r\n\(content)\r\n"
    }

    private func form(_ text: String, type: String = type) throws -> MultipartForm {
        try MultipartForm(Array(text.utf8), type: type)
    }

    @Test("Fields and files are found, contents byte for byte")
    func parts() throws {
        let text =
            Self.part("name=\"name\"", "My book") + Self.part("name=\"file\"; filename=\"a \\\"b\\\".txt\"", "one\r\n--X\r\ntwo")
            + "--XX--\r\n"
        let parts = try form(text).parts
        #expect(parts.map(\.name) == ["name", "file"])
        #expect(parts[0].fileName == nil)
        #expect(parts[1].fileName == "a \"b\".txt")
        #expect(String(decoding: parts[1].bytes, as: UTF8.self) == "one\r\n--X\r\ntwo")
    }

    @Test("A preamble, an epilogue, an empty file and a quoted boundary are well-formed")
    func oddities() throws {
        let text = "preamble\r\n" + Self.part("name=file; filename=\"\"", "") + "--XX--epilogue"
        let parts = try form(text, type: "Multipart/Form-Data; charset=utf-8; boundary=\"XX\"").parts
        #expect(parts == [.init(name: "file", fileName: nil, bytes: [])])
        #expect(try form("--XX--").parts.isEmpty)
    }

    @Test(
        "What is not well-formed is refused",
        arguments: [
            "", "--XX", "--XX\r\n", "--XX\r\n\r\n", "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb", "--XY--",
            "--XX\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nb\r\n--XX--",
            "--XX\r\nContent-Disposition: form-data\r\n\r\nb\r\n--XX--",
            "--XX junk\r\n\r\n\r\n--XX--",
        ])
    func malformed(text: String) {
        #expect(throws: APIError.self) { try form(text) }
    }

    @Test(
        "A boundary is wanted", arguments: ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"\""])
    func boundaries(type: String) {
        #expect(throws: APIError.self) { try form("--XX--", type: type) }
    }

    @Test("Damaged forms are refused or read, and never more than that")
    func fuzz() {
        var generator = SeededGenerator(seed: FuzzBudget.seed(7))
        let whole = Array((Self.part("name=\"name\"", "n") + Self.part("name=\"file\"; filename=\"f\"", "text") + "--XX--\r\n").utf8)
        for _ in 0..<FuzzBudget.rounds(3000) {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...6, using: &generator) where bytes.count > 1 {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(contentsOf: bytes[place...].prefix(8), at: place)
                default: bytes.removeLast(min(bytes.count - 1, place))
                }
            }
            let form = try? MultipartForm(bytes, type: Self.type)
            #expect((form?.parts.reduce(0) { $0 + $1.bytes.count } ?? 0) <= bytes.count)
        }
    }

    @Test(
        "Headers are taken apart",
        arguments: [
            ("form-data; name=\"a;b\"; filename=c", ["name": "a;b", "filename": "c"]), ("x;;  ; a = b ", ["a": "b"]),
            ("x; a=\"unclosed", ["a": "unclosed"]), ("x; a=1; a=2", ["a": "1"]), ("x; b; a=1", ["a": "1"]), ("x; a=\"%22\"", ["a": "\""]),
        ])
    func headers(text: String, parameters: [String: String]) {
        #expect(HeaderValue(text).parameters == parameters)
    }
}
