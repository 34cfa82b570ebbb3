import ModelFiles
import Testing
import Tokenizers

@testable import Generation

/// A schema, pieces that its documents can be put together from, and how many of them.
private struct Case: CustomTestStringConvertible, Sendable {
    let schema: String
    let pieces: [String]
    let length: Int

    init(_ schema: String, _ pieces: String, _ length: Int) {
        self.schema = schema
        self.pieces = pieces.split(separator: " ").map(String.init)
        self.length = length
    }

    var testDescription: String { schema }
}

private let cases = [
    Case(#"{"type": "integer", "minimum": -12, "maximum": 105}"#, "- 0 1 2 5 9 10", 4),
    Case(#"{"type": "integer", "exclusiveMinimum": 7, "exclusiveMaximum": 20.5}"#, "- 0 1 2 3 7 8 9", 3),
    Case(#"{"type": "number", "minimum": -1.25, "exclusiveMaximum": 0.5}"#, "- 0 1 2 4 5 6 .", 5),
    Case(#"{"type": "number", "exclusiveMinimum": 9.5, "maximum": 110}"#, "0 1 5 9 11 . .5", 5),
    Case(#"{"type": ["boolean", "null"]}"#, "t rue true fa lse null nul l", 3),
    Case(#"{"enum": ["a", "ab", 1, 12, null, [1], {"a": 2}]}"#, #"" a b "a ab" 1 2 [1] null {"a":"#, 4),
    Case(#"{"type": "string", "enum": ["a", "b", 1]}"#, #"" a "b" b 1"#, 4),
    Case(#"{"const": "é"}"#, #"" é " e"#, 4),
    Case(#"{"type": "string", "minLength": 1, "maxLength": 2}"#, #"" a é ab \\ \" \u0041 🙂"#, 5),
    Case(#"{"type": "string", "pattern": "^a+(b|c{2})$"}"#, #"" a b c cc ab"#, 5),
    Case(#"{"type": "string", "pattern": "b.?a", "maxLength": 4}"#, #"" a b ba x"#, 5),
    Case(#"{"type": "array", "items": {"enum": [1, 2]}, "minItems": 1, "maxItems": 3}"#, "[ ] , 1 2 [1 ,2]", 5),
    Case(
        #"{"type": "array", "prefixItems": [{"const": 1}, {"const": 2}], "items": {"type": "boolean"}, "minItems": 1}"#,
        "[ ] , 1 2 true ,2", 5),
    Case(#"{"type": "array", "prefixItems": [{"const": 1}], "items": false}"#, "[ ] , 1 [1", 5),
    Case(#"{"type": "array", "maxItems": 0}"#, "[ ] [] 1", 4),
    Case(
        #"{"type": "object", "properties": {"a": {"const": 1}, "b": {"const": 2}}, "required": ["b"], "additionalProperties": false}"#,
        #"{ } "a":1 "b":2 , "c":1 "b": 2"#, 5),
    Case(
        #"{"type": "object", "properties": {"a": {"const": 1}, "b": {"const": 2}}, "additionalProperties": {"type": "null"}}"#,
        #"{ } "a":1 "b":2 , "c":null "a":null"#, 5),
    Case(#"{"type": "object", "additionalProperties": false}"#, "{ } {} a", 3),
    Case(#"{"type": "object", "required": ["z"], "properties": {"a": {"const": 1}}}"#, #"{ } "a":1 "z":[] "aa":0 ,"#, 5),
    Case(#"{"anyOf": [{"type": "array", "items": {"const": 1}}, {"type": "array", "items": {"const": 12}}]}"#, "[ ] , 1 2 12", 5),
    Case(
        #"{"allOf": [{"minimum": 3}, {"type": "integer", "maximum": 12}], "anyOf": [{"maximum": 5}, {"minimum": 11}]}"#, "0 1 2 3 4 5 6 -",
        3),
    Case(
        ##"{"$ref": "#/$defs/t", "$defs": {"t": {"anyOf": [{"const": 1}, {"type": "array", "items": {"$ref": "#/$defs/t"}}]}}}"##,
        "[ ] , 1 [[ ]]", 5),
]

@Suite("Grammars, every short text") struct GrammarExhaustiveTests {
    @Test("The texts that tokens can be put together to are exactly the valid documents", arguments: cases)
    private func exactly(_ example: Case) throws {
        let tokenizer = try GrammarFixture.tokenizer(example.pieces)
        let schema = try GrammarFixture.schema(example.schema)
        let judge = SchemaJudge(root: schema)
        let state = try ReplyGrammar(schema: schema, tokenizer: tokenizer).begin()
        var valid = 0
        // Bounded numbers have no negative zero: what it would be compared to is the zero without a sign.
        func visit(_ text: String, _ state: GrammarState?, _ length: Int) {
            if let accepted = judge.accepts(Array(text.utf8)), !text.starts(with: "-0") {
                let isValid = accepted && hasOrder(text)
                if isValid != (state?.mayEnd ?? false) {
                    Issue.record("\(text) is \(isValid ? "valid and refused" : "taken and not valid")")
                }
                valid += isValid ? 1 : 0
            }
            guard length < example.length else { return }
            var mask = TokenMask(tokenCount: tokenizer.vocabularyCount)
            var before = state
            before?.allow(in: &mask)
            for (number, piece) in example.pieces.enumerated() {
                let token = Int32(number + 2)
                var next = state
                let isTaken = next?.accept(token) ?? false
                if isTaken != mask.contains(token) { Issue.record("\(text) and then \(piece): the mask differs") }
                visit(text + piece, isTaken ? next : nil, length + 1)
            }
            #expect(mask.contains(GrammarFixture.end) == state?.mayEnd ?? false)
        }
        visit("", state, 0)
        #expect(valid > 0)
    }

    /// What grammars demand beyond the schema: the keys of the cases in their order.
    private func hasOrder(_ text: String) -> Bool {
        let keys = text.matches(of: /"(a|b|c|z|aa)":/).map { String($0.output.1) }
        let ranks = keys.map { ["a": 0, "b": 1, "z": 2][$0] ?? 3 }
        return ranks == ranks.sorted()
    }
}
