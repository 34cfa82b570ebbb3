import Foundation
import ModelFiles
import Testing

@testable import Tokenizers

@Suite("The language of chat templates") struct ChatTemplateTests {
    static let variables = Result { try load("snippets.json") }

    private static func load(_ name: String) throws -> JSONObject {
        let path = "\(TemplateFolder.own)/\(name)"
        return try JSONValue(parsing: Array(Data(contentsOf: URL(fileURLWithPath: path))), path: path).object ?? JSONObject()
    }

    @Test("Every construct does what it does in Jinja")
    func snippets() throws {
        let goldens = try Self.variables.get()
        let snippets = goldens["snippets"]?.array ?? []
        #expect(snippets.count > 100)
        for case .object(let snippet) in snippets {
            let source = snippet["template"]?.string ?? "", expected = snippet["text"]?.string
            let found = Result { () throws(ChatTemplateError) in try Self.render(source, goldens["variables"]?.object) }
            switch (found, expected) {
            case (.success(let text), let expected?):
                #expect(Array(text.utf8) == Array(expected.utf8), "\(source)\n\(text.debugDescription)\n\(expected.debugDescription)")
            case (.failure(let error), nil):
                if let reason = snippet["error"]?.string { #expect(error.problem == .refused(reason)) }
            case (.success(let text), nil): Issue.record("\(source) is written as \(text) and should be refused")
            case (.failure(let error), _?): Issue.record("\(source) is refused: \(error)")
            }
        }
    }

    private static func render(_ source: String, _ variables: JSONObject?) throws(ChatTemplateError) -> String {
        let now = TemplateDate(year: 2026, month: 7, day: 4, hour: 9, minute: 5, second: 3)
        return try ChatTemplate(source: source).render(.init(messages: [], extra: variables ?? JSONObject(), now: now)).text
    }

    private func problem(_ source: String, _ variables: JSONObject = JSONObject()) -> (problem: ChatTemplateError.Problem, line: Int)? {
        do {
            _ = try Self.render(source, variables)
            return nil
        } catch {
            return (error.problem, error.line)
        }
    }

    @Test("What is not known is refused by its name, with the line where it stands")
    func unknown() throws {
        #expect(try #require(problem("a\nb{{ x | frobnicate }}")) == (.unknown("filter", name: "frobnicate"), 2))
        #expect(
            try #require(problem("\n\n{% if x is odious %}{% endif %}\n{{ 1 | frobnicate }}")) == (
                .unknown("filter", name: "frobnicate"), 4
            ))
        #expect(try #require(problem("{% include 'x' %}")) == (.unknown("tag", name: "include"), 1))
        #expect(try #require(problem("{% for a in b recursive %}{% endfor %}")) == (.unknown("kind of loop", name: "recursive"), 1))
        #expect(try #require(problem("\n{{ strftime_now('%Q') }}")) == (.unknown("date format", name: "%Q"), 2))
        let error = ChatTemplateError(.unknown("filter", name: "frobnicate"), line: 2)
        #expect(
            error.description == "the model's chat template, line 2: there is no filter \"frobnicate\"; choose another frame for the model")
    }

    @Test(
        "A template that would not end, or would fill the memory, ends in one sentence",
        arguments: [
            "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
            "{% macro a(n) %}{{ b(n) ~ b(n) }}{% endmacro %}{% macro b(n) %}{{ a(n + 1) }}{% endmacro %}{{ a(0) }}",
            "{% for a in range(100000) %}{% for b in range(100000) %}{% for c in range(100000) %}{% endfor %}{% endfor %}{% endfor %}",
            "{{ range(100000000) }}",
            "{% set ns = namespace(t='x') %}{% for i in range(100) %}{% set ns.t = ns.t ~ ns.t %}{% endfor %}",
            "{% set ns = namespace(t=[1]) %}{% for i in range(100) %}{% set ns.t = ns.t + ns.t %}{% endfor %}",
            "{% set ns = namespace(t=[1]) %}{% for i in range(1000) %}{% set ns.t = [ns.t] %}{% endfor %}{{ ns.t }}",
            "{% set ns = namespace(t=[1]) %}{% for i in range(60) %}{% set ns.t = [ns.t, ns.t] %}{% endfor %}{{ ns.t }}",
            "{% set ns = namespace(t=(1,)) %}{% for i in range(60) %}{% set ns.t = (ns.t, ns.t) %}{% endfor %}{{ ns.t == ns.t }}",
            "{% set ns = namespace(t=(1,)) %}{% for i in range(60) %}{% set ns.t = (ns.t, ns.t) %}{% endfor %}{{ {ns.t: 1} }}",
            "{% set ns = namespace(t=(1,)) %}{% for i in range(60) %}{% set ns.t = (ns.t, ns.t) %}{% endfor %}{{ ns.t in [ns.t] }}",
            "{% set ns = namespace(t=(1,)) %}{% for i in range(60) %}{% set ns.t = (ns.t, ns.t) %}{% endfor %}{{ ns.t < ns.t }}",
            "{% set ns = namespace(t={}) %}{% for i in range(60) %}{% set ns.t = {1: ns.t, 2: ns.t} %}{% endfor %}{{ [ns.t].index(ns.t) }}",
            "{{ 'x' * 100000000000 }}", "{{ [1] * 100000000000 }}", "{{ 'xxxxxxxx' * 8000000 }}{{ 'xxxxxxxx' * 8000000 }}",
            "{{ ('x' * 100000).replace('x', 'y' * 1000000) }}", "{{ ('x' * 1000000) | replace('', 'y' * 1000) }}",
            "{{ ('x,' * 100000).split(',') | join('y' * 1000) }}", "{{ ('\\n' * 100000) | indent(100000, blank=true) }}",
            "{{ [[1]] | tojson(indent=100000) }}{% for i in range(100000) %}{{ [[1, 2, 3]] | tojson(indent=100000) }}{% endfor %}",
            String(repeating: "(", count: 4_000), "{{" + String(repeating: "(", count: 4_000),
            "{{" + String(repeating: "[", count: 4_000), "{{ " + String(repeating: "not ", count: 4_000) + "x }}",
            "{{ " + String(repeating: "-", count: 4_000) + "1 }}", "{{ x" + String(repeating: ".y", count: 4_000) + " }}",
            "{{ x" + String(repeating: "|upper", count: 4_000) + " }}", "{{ 1" + String(repeating: " if 1 else 1", count: 4_000) + " }}",
            "{{ 1" + String(repeating: " if 1", count: 4_000) + " }}", String(repeating: "{% if 1 %}", count: 4_000),
            "{{ " + String(repeating: "x(", count: 4_000), "{{ " + String(repeating: "{1:", count: 4_000),
            "{{ x is " + String(repeating: "eq x(", count: 4_000), "{{ x[" + String(repeating: "x[", count: 4_000),
            "{{ '%s' " + String(repeating: "% 1", count: 4_000), "{{ 9223372036854775807 + 1 }}", "{{ 2 ** 64 }}",
            "{{ 3 ** 9223372036854775807 }}",
            "{{ (-9223372036854775807 - 1) // -1 }}", "{{ x[9223372036854775807:-9223372036854775807:-9223372036854775807 - 1] }}",
        ])
    func endless(source: String) {
        // Text that is not a template at all is written as it stands.
        guard let error = problem(source) else {
            #expect(!source.contains("{"))
            return
        }
        let sentence = ChatTemplateError(error.problem, line: error.line).description
        #expect(!sentence.contains("\n") && sentence.count < 300)
    }

    @Test("What nests as deep as is allowed runs without an overflow of the stack")
    func deep() throws {
        let depth = TemplateLimits.nesting - 2
        let list = "{{ " + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + " }}"
        #expect(problem(list) == nil)
        let blocks = String(repeating: "{% if 1 %}", count: depth) + "x" + String(repeating: "{% endif %}", count: depth)
        #expect(try Self.render(blocks, nil) == "x")
        let macro = "{% macro m(n) %}{% if n > 0 %}{{ (('' ~ (m(n - 1) | trim))) }}{% else %}end{% endif %}{% endmacro %}{{ m(50) }}"
        #expect(try Self.render(macro, nil) == "end")
    }

    @Test("The date is written in all its parts")
    func date() throws {
        let date = TemplateDate(year: 2024, month: 2, day: 29, hour: 0, minute: 7, second: 9)
        #expect(try date.formatted("%F %T %I %p %j %A %-d %e %D %%") == "2024-02-29 00:07:09 12 AM 060 Thursday 29 29 02/29/24 %")
        #expect(TemplateDate.now.year >= 2025)
    }
}
