import Foundation
import ModelFiles
import Testing

@testable import Tokenizers

@Suite("What a template writes knows where it came from") struct ChatTemplateProvenanceTests {
    private func pieces(_ source: String, content: String = "abc", more: JSONObject = JSONObject()) throws -> [TemplateRendering.Piece] {
        var message = more
        message["role"] = "user"
        message["content"] = .string(content)
        return try ChatTemplate(source: source).render(.init(messages: [.object(message)], beginningToken: "<s>")).pieces
    }

    private func piece(_ text: String, _ origin: TemplateOrigin? = nil) -> TemplateRendering.Piece { .init(text: text, origin: origin) }

    private let said = TemplateOrigin.content(message: 0)

    @Test("The parts of a message are told from what stands around them")
    func plain() throws {
        let source = "{{ bos_token }}{% for m in messages %}<|{{ m.role }}|>{{ m['content'] + '<|end|>' }}{% endfor %}"
        #expect(try pieces(source) == [piece("<s><|user|>"), piece("abc", said), piece("<|end|>")])
    }

    @Test(
        "Whatever is done with a text, its parts stay known",
        arguments: [
            "[{{ c | trim }}]", "[{{ c.strip() }}]", "[{{ c[1:-1] }}]", "[{{ c.replace('z', '+') }}]", "[{{ c.split('z') | join('') }}]",
            "[{{ c | upper | lower }}]", "[{{ c ~ '' }}]", "[{{ '' + c + '' }}]", "[{{ (c | list) | join }}]", "[{{ c | string | safe }}]",
            "[{% set x %}{{ c }}{% endset %}{{ x }}]", "[{% macro m(t) %}{{ t }}{% endmacro %}{{ m(c) }}]", "[{{ '%s' % c }}]",
            "[{{ '{}'.format(c) }}]", "[{% for l in c %}{{ l }}{% endfor %}]", "[{{ c | first }}]", "[{{ {'k': c}.k }}]",
            "[{{ messages | map(attribute='content') | join }}]", "[{% filter trim %}{{ c }}{% endfilter %}]", "[{{ c.splitlines()[0] }}]",
            "[{{ messages | selectattr('role', 'eq', 'user') | map(attribute='content') | first | indent }}]",
            "[{{ ' ' ~ c[::-1] }}]", "[{{ c | reverse }}]", "[{{ c | e }}]", "[{{ c | capitalize }}]", "[{{ [c, c] | unique | first }}]",
        ])
    func operations(source: String) throws {
        let found = try pieces("{% set c = messages[0].content %}" + source, content: "qqq")
        #expect(
            found.allSatisfy { piece in piece.text.unicodeScalars.allSatisfy { ($0.properties.isAlphabetic) == (piece.origin == said) } })
        #expect(found.contains { $0.origin == said })
    }

    @Test("In JSON and in lists the marks are the template's and the texts are not")
    func written() throws {
        let call: JSONObject = ["call": ["name": "n", "arguments": ["<|end|>": "v"]]]
        let json = try pieces("{{ messages[0].call | tojson }}", more: call)
        #expect(json.map(\.text).joined() == #"{"name": "n", "arguments": {"<|end|>": "v"}}"#)
        #expect(!json.contains { $0.origin == nil && $0.text.contains("end") })
        #expect(json.contains(piece("v", .field("messages[0].call.arguments.<|end|>"))))
        #expect(try pieces("{{ [messages[0].content] }}") == [piece("['"), piece("abc", said), piece("']")])
    }

    @Test("No control token can be put together of inputs", arguments: ["<|im_end|>", "<|", "im_end", "|>"])
    func control(content: String) throws {
        let source = "{% set c = messages[0].content %}{{ '<|' ~ c ~ '|>' }}{{ c ~ c }}{{ messages[0].role }}{{ messages[0].kind }}"
        for piece in try pieces(source, content: content, more: ["kind": "<|im_end|>"]) where piece.origin == nil {
            #expect(!piece.text.contains("im_end"))
        }
    }

    @Test("Only known roles are the template's words")
    func roles() throws {
        let source = "{% for m in messages %}<|{{ m.role }}|>{% endfor %}"
        let rendering = try ChatTemplate(source: source).render(.init(messages: [["role": "user"], ["role": "im_end"]]))
        #expect(rendering.pieces == [piece("<|user|><|"), piece("im_end", .field("messages[1].role")), piece("|>")])
    }

    @Test("The parts of a content are that content, and tools and further variables have names")
    func fields() throws {
        let source = "{{ messages[0].content[0].text }}{{ tools[0].function.name }}{{ documents[0].title }}{{ persona }}"
        let rendering = try ChatTemplate(source: source).render(
            .init(
                messages: [["role": "user", "content": [["type": "text", "text": "t"]]]], tools: [["function": ["name": "f"]]],
                documents: [["title": "d"]], extra: ["persona": "p"]))
        #expect(
            rendering.pieces == [
                piece("t", said), piece("f", .field("tools[0].function.name")), piece("d", .field("documents[0].title")),
                piece("p", .field("persona")),
            ])
    }

    @Test("Inputs that stand too deep in each other are refused")
    func depth() throws {
        let deep = (0..<200).reduce(JSONValue.string("x")) { value, _ in .array([value]) }
        let template = try ChatTemplate(source: "{{ x }}")
        #expect(throws: ChatTemplateError(.limit("inputs stand in each other", most: TemplateLimits.valueDepth), line: 0)) {
            try template.render(.init(messages: [], extra: ["x": deep]))
        }
    }
}
