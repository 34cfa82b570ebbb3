import ApusTesting
import Documents
import Foundation
import Testing
import Tokenizers

@testable import Training

@Suite("Texts to train on")
struct CorpusTests {
    private let book = """
        The Project Gutenberg EBook of Waves\r
        \r
        ***START OF THE PROJECT GUTENBERG EBOOK WAVES***\r
        \r
        Produced by A. Nobody\r
        and others\r
        \r
        CHAPTER I\r
        \r
        The sea was\r
        calm.\r
          A verse\r
          set in\r
        \r
        End of the Project Gutenberg EBook of Waves\r
        *** END OF THE PROJECT GUTENBERG EBOOK WAVES ***\r
        Licence\r

        """

    private func cleaned(_ text: String, joinsLines: Bool = false) -> String {
        String(decoding: BookText.cleaned(Array(text.utf8), joinsLines: joinsLines), as: UTF8.self)
    }

    @Test("Header, licence and producers are cut off, and lines end with line feeds")
    func cleaning() {
        #expect(cleaned(book) == "CHAPTER I\n\nThe sea was\ncalm.\n  A verse\n  set in\n")
        #expect(cleaned(book, joinsLines: true) == "CHAPTER I\n\nThe sea was calm.\n  A verse\n  set in\n")
        #expect(cleaned("Plain text\n\n*** a line of asterisks ***\nmore") == "Plain text\n\n*** a line of asterisks ***\nmore\n")
        #expect(cleaned("\n \n\t\n") == "" && cleaned("") == "" && cleaned("x") == "x\n")
    }

    @Test(
        "Of each book the text alone is left",
        .enabled(if: ExternalData.exists("books/training"), "the books lie beside the repository where there are any")
    )
    func realBooks() throws {
        let books = try CorpusText.read([ExternalData.path("books/training"), ExternalData.path("books/145.txt")])
        #expect(books.count == 19)
        for book in books {
            let text = String(decoding: book.bytes, as: UTF8.self)
            #expect(
                !text.contains("\r") && !text.contains("gutenberg.org") && !text.contains("End of the Project")
                    && !text.hasPrefix("Produced by"))
            #expect(book.bytes.count > 100_000)
        }
    }

    @Test("A folder stands for its texts in the order of their names, and what is not there is refused")
    func folders() throws {
        let folder = try TemporaryFolder()
        for name in ["b.txt", "a.txt", "c.md"] { _ = try folder.write(Array("text of \(name)".utf8), as: name) }
        let texts = try CorpusText.read([folder.path])
        #expect(texts.map { String(decoding: $0.bytes, as: UTF8.self) } == ["text of a.txt\n", "text of b.txt\n"])
        #expect(try CorpusText.read([folder.file("c.md")]).count == 1)
        #expect(throws: CorpusError.noTexts("the corpus")) { try CorpusText.read([]) }
        #expect(throws: DocumentError.self) { try CorpusText.read([folder.file("none.txt")]) }
        _ = try folder.write(Array(" \n".utf8), as: "b.txt")
        #expect(throws: DocumentError.self) { try CorpusText.read([folder.path]) }
    }

    @Test("What is held out is the last part of a document, from a paragraph on")
    func heldOut() throws {
        let paragraphs = (0..<20).map { "Paragraph \($0) has some words.\n" }
        let text = CorpusText(name: "a", bytes: Array(paragraphs.joined(separator: "\n").utf8))
        let (training, heldOut) = text.split(holdingOut: 0.1)
        let rest = try #require(heldOut)
        #expect(training.bytes + rest.bytes == text.bytes)
        #expect(String(decoding: rest.bytes, as: UTF8.self) == "Paragraph 18 has some words.\n\nParagraph 19 has some words.\n")
        #expect(text.split(holdingOut: 0).heldOut == nil)
        #expect(CorpusText(name: "b", bytes: Array("one line".utf8)).split(holdingOut: 0.5).heldOut == nil)
    }

    @Test("A document is its text between the tokens for beginning and end")
    func tokens() throws {
        let tokenizer = try CorpusFixture.tokenizer.get(), text = Array("The brig came in.\n".utf8)
        let corpus = try TokenCorpus([CorpusText(name: "a", bytes: text), CorpusText(name: "b", bytes: text)], tokenizer: tokenizer)
        #expect(corpus.documents.count == 2 && corpus.byteCount == 2 * text.count)
        let document = Array(corpus[corpus.documents[1]])
        #expect(document.first == tokenizer.bos && document.last == tokenizer.eos)
        #expect(tokenizer.decode(document) == text)
    }
}

@Suite("Concatenating and cutting into chunks")
struct ConcatenatedStreamTests {
    private let corpus = CorpusFixture.documents([100, 37, 2, 1, 64, 300])

    private func options(length: Int, tokens: Int, packing: ConcatenatedStream.Packing = .documents) -> ConcatenatedStream.Options {
        var options = ConcatenatedStream.Options(length: length, step: StepSize(tokens: tokens))
        options.packing = packing
        return options
    }

    @Test("Every input of an epoch comes once, with its own document's next token, and chunks are of one length", arguments: [true, false])
    func once(setsDocumentsApart: Bool) throws {
        // 99 + 36 + 1 + 0 + 63 + 299 = 498 inputs, of which 7 chunks of 64 are 448.
        var stream = try ConcatenatedStream(
            corpus, options: options(length: 64, tokens: 64, packing: setsDocumentsApart ? .documents : .chunks))
        #expect(stream.stepsPerEpoch == 7)
        for _ in 0..<2 {
            var seen: Set<Int32> = []
            for _ in 0..<7 {
                let batch = try #require(stream.next().first)
                #expect(batch.tokens.count == 64 && batch.sequences.reduce(0) { $0 + $1.count } == 64)
                #expect(zip(batch.tokens, batch.targets).allSatisfy { $0 + 1 == $1 })
                for token in batch.tokens { #expect(seen.insert(token).inserted) }
                let documents = batch.ranges.map { Set(batch.tokens[$0].map { $0 / 1_000_000 }).count }
                if setsDocumentsApart { #expect(documents.allSatisfy { $0 == 1 }) } else { #expect(documents.count == 1) }
            }
            #expect(seen.count == 448)
        }
    }

    @Test("A saved state brings the same batches again, over the end of an epoch")
    func resume() throws {
        var options = options(length: 16, tokens: 64)
        options.offsets = PositionOffsets(window: 128)
        var stream = try ConcatenatedStream(corpus, options: options)
        for _ in 0..<5 { _ = stream.next() }
        let saved = try JSONDecoder().decode(ConcatenatedStream.State.self, from: JSONEncoder().encode(stream.state))
        let rest = (0..<10).map { _ in stream.next() }
        var resumed = try ConcatenatedStream(corpus, options: options)
        #expect(resumed.fits(saved))
        resumed.state = saved
        #expect((0..<10).map { _ in resumed.next() } == rest)
        let positions = rest.joined().flatMap(\.sequences).map { $0.firstPosition + $0.count }
        #expect(positions.allSatisfy { $0 <= 128 } && Set(positions).count > 10)
        #expect(!resumed.fits(ConcatenatedStream.State(epoch: 0, chunk: 10_000)))
    }

    @Test("A step may be gone through in parts, and what cannot fill one is refused")
    func parts() throws {
        var options = ConcatenatedStream.Options(length: 16, step: StepSize(tokens: 64, tokensPerPart: 40))
        var stream = try ConcatenatedStream(corpus, options: options)
        #expect(stream.next().map(\.tokens.count) == [32, 32])
        options.step = StepSize(tokens: 65)
        #expect(throws: CorpusError.self) { try ConcatenatedStream(corpus, options: options) }
        options.step = StepSize(tokens: 1024)
        #expect(throws: CorpusError.tooLittle(stream: "corpus", found: 498, needed: 1024)) {
            try ConcatenatedStream(corpus, options: options)
        }
    }
}
