import ApusTesting
import ModelFiles
import Testing

@testable import Tokenizers

/// Thousands of damaged and made-up templates: each writes something or is refused with a `ChatTemplateError`. `Scripts/fuzz.sh` runs many
/// more, under the address sanitizer.
@Suite("Chat templates survive damage") struct ChatTemplateFuzzTests {
    private static let rounds = FuzzBudget.rounds(1_500)
    private static let seed = FuzzBudget.seed(1)

    private static let input = ChatTemplate.Input(
        messages: [
            ["role": "system", "content": "Be brief."], ["role": "user", "content": " Who?\n"],
            [
                "role": "assistant", "content": "Me",
                "tool_calls": [["function": ["name": "f", "arguments": ["a": 1, "b": [true, nil]]]]],
            ],
        ],
        tools: [["function": ["name": "f"]]], addGenerationPrompt: true, beginningToken: "<s>", endToken: "</s>", extra: ["x": ["a": 1]])

    /// - Returns: whether the template could be used.
    private func render(_ source: String) -> Bool {
        do {
            let rendering = try ChatTemplate(source: source).render(Self.input)
            #expect(rendering.text.utf8.count <= TemplateLimits.textBytes)
            return true
        } catch {
            #expect(error.line >= 0 && !error.description.isEmpty)
            return false
        }
    }

    @Test("Templates with random changes")
    func damaged() throws {
        let originals = try TemplateFolder(path: TemplateFolder.own).sources
        var generator = SeededGenerator(seed: Self.seed), used = 0
        for _ in 0..<Self.rounds {
            var bytes = Array((originals.randomElement(using: &generator) ?? "").utf8)
            for _ in 0..<Int.random(in: 1...6, using: &generator) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                let end = min(bytes.count, place + Int.random(in: 1...24, using: &generator))
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 0x20...0x7F, using: &generator)
                case 1: bytes.removeSubrange(place..<end)
                case 2: bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &generator))
                default: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &generator))
                }
            }
            if render(String(decoding: bytes, as: UTF8.self)) { used += 1 }
        }
        #expect(used > 0 && used < Self.rounds)
    }

    @Test("Templates made of random words of the language")
    func madeUp() {
        let words = [
            "{% ", " %}", "{{ ", " }}", "{%- ", " -%}", "{{- ", " -}}", "{# ", " #}", "if ", "elif ", "else ", "endif ", "for ", "in ",
            "endfor ",
            "set ", "endset ", "macro m(a) ", "endmacro ", "m(1) ", "x ", "messages ", "m ", "ns ", "= ", "namespace() ", "[", "]", "(",
            ")", "{", "}",
            ":", ",", ".", "~ ", "+ ", "- ", "* ", "// ", "% ", "** ", "== ", "< ", "is ", "not ", "and ", "or ", "1 ", "0 ", "-1 ", "2.5 ",
            "'a' ", "\"é\" ",
            "none ", "true ", "|", "trim ", "length ", "join ", "tojson ", "list ", "sort ", "map('upper') ", "select ", "defined ",
            "string ", ".items() ",
            ".split() ", "[::-1] ", "[0] ", "loop.index ", "range(3) ", "\n", "text", "break ", "continue ", "raw ", "endraw ", "call ",
            "endcall ",
            "caller() ", "filter upper ", "endfilter ", "generation ", "endgeneration ", ".append(1) ", "9223372036854775807 ", "\u{0}",
            "\\",
        ]
        var generator = SeededGenerator(seed: Self.seed)
        for _ in 0..<Self.rounds {
            let count = Int.random(in: 1...20, using: &generator)
            let middle = (0..<count).map { _ in words.randomElement(using: &generator) ?? "" }.joined()
            _ = render(Bool.random(using: &generator) ? "{{ \(middle) }}" : middle)
        }
    }
}
