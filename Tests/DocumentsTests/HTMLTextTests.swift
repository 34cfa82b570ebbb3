import ApusTesting
import Diagnostics
import Testing

@testable import Documents

@Suite("Text out of HTML")
struct HTMLTextTests {
    private func extract(_ page: String) throws -> ExtractedText {
        try ExtractedText(Array(page.utf8), name: "page.html", format: .html)
    }

    private func text(_ page: String) throws -> String { String(decoding: try extract(page).bytes, as: UTF8.self) }

    @Test("Blocks are paragraphs, white space is one space, and what is not shown is left out")
    func blocks() throws {
        let page = """
            <!DOCTYPE html><html><head><title>The  Mill</title><style>p > a { color: "red" }</style></head><body>
            <!-- not <b>this</b> --><p class='x>y'>One\n  <b>two</b>&nbsp;three</p><script>if (a < b) { "</p>" }</script>
            <ul><li>first<li>second</ul>last<br>line 1 < 2</body>
            """
        #expect(try text(page) == "The Mill\n\nOne two three\n\nfirst\nsecond\n\nlast\nline 1 < 2")
    }

    @Test("Preformatted text keeps its lines, and references become characters")
    func references() throws {
        #expect(try text("<pre>a\n  b &lt;&#99;&#x1F989;&eacute;&unknown; &amp</pre> x") == "a\n  b <c🦉é&unknown; &amp\n\nx")
        #expect(try text("&#0;&#xD800;&#99999999;") == "&#0;&#xD800;&#99999999;")
    }

    @Test("Headings are known with their levels")
    func headings() throws {
        let page = try extract("<h1>One</h1><p>a</p><h2> <i>Two</i> more </h2>b<h3></h3><h4>open")
        let found = page.headings.map { (String(decoding: page.bytes[$0.range], as: UTF8.self), $0.level) }
        #expect(found.map(\.0) == ["One", "Two more", "open"] && found.map(\.1) == [1, 2, 4])
    }

    @Test("Every stretch of the text knows where it stood in the page")
    func offsets() throws {
        let source = Array("\u{FEFF}<p>Who &amp; what <b>keeps</b>\n the key</p>".utf8)
        let page = try ExtractedText(source, name: "a.html", format: .html)
        let text = String(decoding: page.bytes, as: UTF8.self)
        #expect(text == "Who & what keeps the key")
        for word in ["Who", "&", "what", "keeps", "the", "key"] {
            let range = try #require(text.firstRange(of: word))
            let start = text.utf8.distance(from: text.startIndex, to: range.lowerBound)
            let place = page.sourceRange(of: start..<start + word.utf8.count)
            #expect(String(decoding: source[place], as: UTF8.self) == (word == "&" ? "&amp;" : word))
        }
    }

    @Test("Pages made at random are read to the end, and what was copied is what stands there")
    func damaged() throws {
        var random = SeededGenerator(seed: FuzzBudget.seed(11))
        let parts = [
            "<", ">", "</", "p", "script", "<!--", "-->", "\"", "'", "=", "&", ";", "#x41", "amp", " ", "\n", "h1", "é", "<pre>", "</h1>",
            "text",
        ]
        for _ in 0..<FuzzBudget.rounds(400) {
            let source = Array(
                (0..<Int.random(in: 1...40, using: &random)).map { _ in parts.randomElement(using: &random) ?? "" }.joined().utf8)
            let page = HTMLText(source, sourceOffset: 0)
            #expect(UTF8Validation.firstInvalidOffset(in: page.bytes) == nil)
            for run in page.runs where run.text.count == run.source.count && run.text.count > 1 {
                #expect(page.bytes[run.text].elementsEqual(source[run.source]) || source[run.source.lowerBound] == UInt8(ascii: "&"))
            }
            #expect(zip(page.runs, page.runs.dropFirst()).allSatisfy { $0.text.upperBound <= $1.text.lowerBound })
        }
    }
}
