import ApusTesting
import Testing

@testable import Documents

@Suite("Texts split into passages")
struct SplittingTests {
    /// As many tokens as words, and one for every four bytes of a long one.
    private static func words(_ text: ArraySlice<UInt8>) -> Int {
        text.split(whereSeparator: \.isSpace).reduce(0) { $0 + 1 + ($1.count - 1) / 4 }
    }

    private func split(_ text: String, limit: Int, format: DocumentFormat = .plain) throws -> [(text: String, titles: [String])] {
        let text = try ExtractedText(Array(text.utf8), name: "a", format: format)
        return text.passages(SplitSettings(limit: limit), tokens: Self.words).map {
            (String(decoding: text.bytes[$0.range], as: UTF8.self), $0.titles)
        }
    }

    @Test("Paragraphs stay together as far as they fit; a long one is divided at its sentences")
    func paragraphs() throws {
        let text = "One two.\n\nThe for.\n\nFive six. Mr X. Y. said no! (It end.”) So."
        #expect(try split(text, limit: 4).map(\.text) == ["One two.\n\nThe for.", "Five six.", "Mr X. Y. said", "no!", "(It end.”) So."])
        #expect(try split(text, limit: 6).map(\.text) == ["One two.\n\nThe for.", "Five six.", "Mr X. Y. said no!", "(It end.”) So."])
        #expect(try split("  \n\n \t", limit: 4).isEmpty)
    }

    @Test("Sentences of Chinese and Japanese end where no space stands, with what closes a quotation")
    func ideographic() throws {
        let sentences = ["他说：「走吧。」", "好？", "今天天气很好。"]
        #expect(try split(sentences.joined(), limit: 7).map(\.text) == sentences)
    }

    @Test("Passages of a set of documents go over the border of none")
    func documents() throws {
        let documents = DocumentSet([
            try PlainText(Array("One two.\n\nThe for.".utf8), name: "a"), try PlainText(Array(" \n".utf8), name: "b"),
            try PlainText(Array("Five.".utf8), name: "c"),
        ])
        let passages = documents.passages(limit: 2, tokens: Self.words).map { String(decoding: documents.bytes[$0], as: UTF8.self) }
        #expect(passages == ["One two.", "The for.", "Five."])
        #expect(documents.passages(limit: 100, tokens: Self.words).count == 2)
    }

    @Test("Passages of Markdown stand under their headings, and marks in code are none")
    func markdown() throws {
        let text = "intro\n\n# One #\na\n\n## Two\n```\n# no heading\n```\nb\n\nThree\n=====\nc\n\n#hash\n"
        let passages = try split(text, limit: 100, format: .markdown)
        #expect(passages.map(\.titles) == [[], ["One"], ["One", "Two"], ["Three"]])
        #expect(passages.map(\.text) == ["intro", "# One #\na", "## Two\n```\n# no heading\n```\nb", "Three\n=====\nc\n\n#hash"])
    }

    @Test("Random texts: passages ascend, fit, end in no white space, and leave nothing out")
    func properties() throws {
        var random = SeededGenerator(seed: FuzzBudget.seed(3))
        let parts = [
            "word ", "a", "longerwordthanthat", ". ", "!\n", "\n\n", "\r\n", " ", "é☕🦉", "# T\n", "x".repeated(90), "\u{0C}", "。」",
        ]
        for round in 0..<FuzzBudget.rounds(150) {
            let source = Array(
                (0..<Int.random(in: 1...60, using: &random)).map { _ in parts.randomElement(using: &random) ?? "" }.joined().utf8)
            let text = try ExtractedText(source, name: "a", format: round.isMultiple(of: 2) ? .plain : .markdown)
            let limit = Int.random(in: 1...12, using: &random)
            let passages = text.passages(SplitSettings(limit: limit), tokens: Self.words)
            var covered = Set<Int>()
            for passage in passages {
                #expect(passage.blocks == [passage.range] && !passage.range.isEmpty)
                #expect(
                    Self.words(text.bytes[passage.range]) <= limit || String(decoding: text.bytes[passage.range], as: UTF8.self).count == 1)
                #expect(UTF8Validation.firstInvalidOffset(in: Array(text.bytes[passage.range])) == nil)
                covered.formUnion(passage.range)
            }
            #expect(zip(passages, passages.dropFirst()).allSatisfy { $0.range.upperBound <= $1.range.lowerBound })
            #expect(text.bytes.indices.allSatisfy { covered.contains($0) || text.bytes[$0].isSpace })
        }
    }

    @Test("The format is what a name ends with")
    func formats() {
        #expect(
            DocumentFormat(path: "a/b.MD") == .markdown && DocumentFormat(path: "x.pdf") == .pdf && DocumentFormat(path: "x.htm") == .html)
        #expect(DocumentFormat(path: "x.tsx") == .code(.typescript) && DocumentFormat(path: "x.h") == .code(.c))
        #expect(DocumentFormat(path: "x.png") == nil && DocumentFormat(path: ".txt") == nil && DocumentFormat(path: "Makefile") == nil)
    }
}

extension String {
    fileprivate func repeated(_ count: Int) -> String { String(repeating: self, count: count) }
}
