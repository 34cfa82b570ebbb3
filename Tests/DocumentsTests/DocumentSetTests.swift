import ApusTesting
import Diagnostics
import Testing

@testable import Documents

@Suite("Several documents as one")
struct DocumentSetTests {
    private func sample() throws -> DocumentSet {
        DocumentSet([
            try PlainText(Array("first".utf8), name: "a.txt"), try PlainText([0xEF, 0xBB, 0xBF] + Array("second".utf8), name: "b.txt"),
            try PlainText(Array("third".utf8), name: "c.txt"),
        ])
    }

    @Test("Texts are joined in order by a blank line, with a record of each")
    func joining() throws {
        let set = try sample()
        #expect(set.text == "first\n\nsecond\n\nthird")
        #expect(set.members.map(\.name) == ["a.txt", "b.txt", "c.txt"])
        #expect(set.members.map(\.range) == [0..<5, 7..<13, 15..<20])
        #expect(set.members.map(\.sourceOffset) == [0, 3, 0])
        #expect(set.members[0].fingerprint == Fingerprint(of: Array("first".utf8)))
        #expect(DocumentSet([]).bytes.isEmpty)
    }

    @Test("Every stretch is traced to the files and bytes it came from")
    func sources() throws {
        let set = try sample()
        let files = ["a.txt": Array("first".utf8), "b.txt": [0xEF, 0xBB, 0xBF] + Array("second".utf8), "c.txt": Array("third".utf8)]
        for start in 0...set.bytes.count {
            for end in start...set.bytes.count {
                let traced = set.sources(of: start..<end).flatMap { source in files[source.name].map { Array($0[source.range]) } ?? [] }
                let expected = (start..<end).filter { place in set.members.contains { $0.range.contains(place) } }.map { set.bytes[$0] }
                #expect(traced == expected, "\(start)..<\(end)")
            }
        }
        #expect(set.sources(of: 3..<9) == [.init(name: "a.txt", range: 3..<5), .init(name: "b.txt", range: 3..<5)])
        #expect(set.sources(of: 5..<7).isEmpty)
    }

    @Test("Files are read in the order named, and one that fails names itself")
    func reading() throws {
        let folder = try TemporaryFolder()
        let first = try folder.write(Array("one\n".utf8), as: "one.txt")
        let second = try folder.write(Array("two\n".utf8), as: "two.txt")
        let set = try DocumentSet(reading: [second, first], separator: [])
        #expect(set.text == "two\none\n")
        #expect(throws: DocumentError(.missing, name: folder.file("none"))) { try DocumentSet(reading: [first, folder.file("none")]) }
    }
}
