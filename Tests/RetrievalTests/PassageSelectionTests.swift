import ApusTesting
import Documents
import Foundation
import Retrieval
import Testing

@Suite("What is read for a question")
struct PassageSelectionTests {
    private static func documents() throws -> DocumentSet {
        DocumentSet([
            try PlainText(Array("\u{FEFF}Alpha one.\n\nBeta two.\n\nGamma three.".utf8), name: "a.txt"),
            try PlainText(Array("Delta four.\n\nEpsilon five.".utf8), name: "b.txt"),
        ])
    }

    private static func choose(_ scores: [Double], _ budget: PassageSelection.Budget) throws -> (PassageSelection, DocumentSet) {
        let documents = try documents()
        let ranges = documents.passages(limit: 3) { text in text.split { $0 <= 0x20 }.count }
        return (
            PassageSelection(of: documents, ranges: ranges, scores: scores, tokens: [10, 20, 30, 40, 50], budget: budget), documents
        )
    }

    @Test("The best are read in the order of the source, neighbours as one, and know where they stand in their files")
    func order() throws {
        let (selection, _) = try Self.choose([1, 5, 4, 0, 9], .passages(3))
        #expect(selection.documents.text == "Beta two.\n\nGamma three.\n\nEpsilon five.")
        #expect(selection.chosenPassages == 3 && selection.passages == 5 && selection.chosenTokens == 100 && selection.tokens == 150)
        let sources = selection.documents.sources(of: 0..<selection.documents.bytes.count)
        #expect(sources.map(\.name) == ["a.txt", "b.txt"])
        #expect(sources.map(\.range) == [15..<38, 13..<26])
        #expect(selection.documents.summary == "2 files" && selection.leavesOut)
    }

    @Test("A file's own passages count as one file")
    func summary() throws {
        let (selection, _) = try Self.choose([5, 0, 4, 0, 0], .passages(2))
        #expect(selection.documents.members.count == 2 && selection.documents.summary == "a.txt")
        #expect(selection.documents.sources(of: 0..<8).first?.range == 3..<11)
    }

    @Test("Neighbours on both sides of the border of two files stay apart")
    func border() throws {
        let (selection, _) = try Self.choose([0, 0, 5, 4, 0], .passages(2))
        #expect(selection.documents.members.map(\.name) == ["a.txt", "b.txt"] && selection.documents.text == "Gamma three.\n\nDelta four.")
    }

    @Test("Tokens are a budget, too; one passage is always read, and where all have room nothing changes")
    func tokens() throws {
        #expect(try Self.choose([1, 2, 3, 4, 5], .tokens(95)).0.chosenTokens == 90)
        #expect(try Self.choose([1, 2, 3, 4, 5], .tokens(1)).0.chosenPassages == 1)
        for budget in [PassageSelection.Budget.tokens(150), .passages(5), .passages(99)] {
            let (selection, documents) = try Self.choose([1, 2, 3, 4, 5], budget)
            #expect(!selection.leavesOut && selection.documents == documents)
        }
    }

    @Test("Of equal passages the first are read")
    func ties() throws {
        #expect(try Self.choose([0, 0, 0, 0, 0], .passages(2)).0.documents.text == "Alpha one.\n\nBeta two.")
    }
}
