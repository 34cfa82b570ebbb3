import Testing

@testable import Serving

@Suite("Calls of tools in replies")
struct ToolCallParserTests {
    /// What a reply becomes, however it is divided into pieces.
    private func parsed(_ reply: String, pieces: Int) -> (text: String, calls: [String]) {
        var parser = ToolCallParser(names: ["f", "g"])
        var text = "", calls: [ToolCall] = [], rest = reply[...]
        while !rest.isEmpty {
            let release = parser.append(String(rest.prefix(pieces)))
            rest = rest.dropFirst(pieces)
            text += release.text
            calls += release.calls
        }
        let last = parser.finish()
        return (text + last.text, (calls + last.calls).map { "\($0.name)\($0.arguments)" })
    }

    @Test(
        "The usual forms are found",
        arguments: [
            ("<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": 1}}\n</tool_call>", "", ["f{\"a\": 1}"]),
            (
                "I look. <tool_call>{\"name\": \"f\", \"arguments\": {}}</tool_call>\n<tool_call>{\"name\": \"g\", \"arguments\": {}}</tool_call>",
                "I look. ", ["f{}", "g{}"]
            ),
            ("{\"name\": \"f\", \"parameters\": {\"a\": \"b\"}}", "", ["f{\"a\": \"b\"}"]),
            ("<|python_tag|>{\"name\": \"f\", \"parameters\": {}}", "", ["f{}"]),
            ("[TOOL_CALLS] [{\"name\": \"f\", \"arguments\": {}}, {\"name\": \"g\", \"arguments\": {}}]", "", ["f{}", "g{}"]),
            ("[{\"name\": \"f\", \"arguments\": \"{\\\"a\\\": 1}\"}]", "", ["f{\"a\": 1}"]),
            ("<tool_call>{\"name\": \"f\", \"arguments\": {}}", "", ["f{}"]),
        ])
    func forms(reply: String, text: String, calls: [String]) {
        for pieces in [1, 3, 7, 1000] {
            let found = parsed(reply, pieces: pieces)
            #expect(found.calls == calls)
            #expect(found.text.trimmingPrefix(while: \.isWhitespace) == text[...] || found.text == text)
        }
    }

    @Test(
        "What looks like a call and is none stays text",
        arguments: [
            "{\"name\": \"h\", \"arguments\": {}}", "{\"a\": 1}", "[1, 2]", "{ not JSON", "<tool_call>f()</tool_call>", "a < b, <tool",
            "plain",
            "<tool_call>{\"name\": \"h\", \"arguments\": {}}</tool_call>",
        ])
    func texts(reply: String) {
        for pieces in [1, 4, 1000] {
            let found = parsed(reply, pieces: pieces)
            #expect(found.text == reply)
            #expect(found.calls.isEmpty)
        }
    }

    @Test("Text that cannot become a call is not held back")
    func prompt() {
        var parser = ToolCallParser(names: ["f"])
        #expect(parser.append("Hello").text == "Hello")
        #expect(parser.append(" there <to").text == " there ")
        #expect(parser.append("p>").text == "<top>")
    }
}
