import Testing

@testable import ApusCommand

@Suite("Tables")
struct TableTests {
    @Test("Texts stand left, numbers right, and no line ends in spaces")
    func alignment() {
        let table = Table(headings: [.number("Bytes"), .text("Name")], rows: [["12", "output"], ["123456", "a"]])
        #expect(
            table.text == """
                 Bytes Name
                ------ ------
                    12 output
                123456 a

                """)
    }

    @Test("Without rows there is no table")
    func empty() {
        #expect(Table(headings: [.text("Name")]).text.isEmpty)
    }

    @Test("A name with a line break stays on its line")
    func lineBreak() {
        #expect(Table(headings: [.text("Name")], rows: [["a\nb"]]).text.split(separator: "\n").last == #"a\nb"#)
    }
}
