import ApusTesting
import Diagnostics
import ModelFiles
import Testing
import Tokenizers

@testable import Generation

@Suite("Schemas that are refused") struct SchemaRefusalTests {
    private func error(_ schema: String) throws -> GrammarError? {
        let tokenizer = try GrammarFixture.tokenizer(["{", "}"])
        let value = try GrammarFixture.schema(schema)
        return #expect(throws: GrammarError.self) { try ReplyGrammar(schema: value, tokenizer: tokenizer) }
    }

    @Test(
        "A keyword that would change what is valid is refused where it stands, with what to do instead",
        arguments: [
            ("not", #"{"properties": {"a/b": {"not": {}}}}"#, "#/properties/a~1b"), ("if", #"{"if": {}}"#, "#"),
            ("multipleOf", #"{"items": {"multipleOf": 2}}"#, "#/items"), ("uniqueItems", #"{"uniqueItems": true}"#, "#"),
            ("patternProperties", #"{"anyOf": [{"type": "null"}, {"patternProperties": {}}]}"#, "#/anyOf/1"),
            ("minlength", #"{"minlength": 2}"#, "#"), ("format", #"{"format": "iri"}"#, "#"),
            ("$ref", ##"{"$ref": "other.json#/a"}"##, "#"),
            ("pattern", #"{"pattern": "^(?=a)b"}"#, "#"), ("pattern", #"{"pattern": "\\bword"}"#, "#"),
            ("items", #"{"items": [{"type": "null"}]}"#, "#"), ("minimum", #"{"enum": [1, 2], "minimum": 2}"#, "#"),
        ])
    func unsupported(keyword: String, schema: String, path: String) throws {
        let error = try #require(try error(schema))
        guard case .unsupported(keyword, let advice) = error.problem else {
            Issue.record("\(error)")
            return
        }
        #expect(error.path == path && !advice.isEmpty && error.kind == .usage)
        #expect(error.description.contains("\"\(keyword)\"") && error.description.contains(path))
    }

    @Test(
        "What is no schema is refused",
        arguments: [
            "3", "[]", #"{"type": "strnig"}"#, #"{"type": 3}"#, #"{"enum": 1}"#, #"{"properties": []}"#, #"{"required": "a"}"#,
            #"{"required": [1]}"#, #"{"minLength": -1}"#, #"{"maxItems": 1.5}"#, #"{"minimum": "a"}"#, #"{"anyOf": {}}"#,
            #"{"pattern": "("}"#,
            #"{"pattern": 1}"#, ##"{"$ref": "#/nowhere"}"##, ##"{"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}}"##,
            ##"{"anyOf": [{"type": "null"}, {"$ref": "#"}]}"##, #"{"pattern": "[]a]"}"#, #"{"pattern": "a{3,1}"}"#,
            #"{"nullable": 1, "type": "null"}"#,
        ])
    func invalid(schema: String) throws {
        let error = try #require(try error(schema))
        guard case .invalid = error.problem else {
            Issue.record("\(error)")
            return
        }
    }

    @Test(
        "A schema without any finite value is refused",
        arguments: [
            "false", #"{"enum": []}"#, #"{"type": "string", "enum": [1]}"#, #"{"type": "integer", "minimum": 3, "maximum": 2}"#,
            #"{"minLength": 3, "maxLength": 2}"#, #"{"type": "array", "minItems": 2, "maxItems": 1}"#,
            #"{"type": "object", "required": ["a"], "additionalProperties": false}"#,
            ##"{"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]}"##,
            #"{"allOf": [{"type": "string"}, {"type": "null"}]}"#, #"{"type": "array", "items": false, "minItems": 1}"#,
            #"{"type": "string", "pattern": "^a{5}$", "maxLength": 4}"#, #"{"type": "string", "pattern": "a^"}"#,
            #"{"type": "number", "exclusiveMinimum": 1, "maximum": 1}"#, #"{"allOf": [{"const": 1}, {"const": 2}]}"#,
        ])
    func unsatisfiable(schema: String) throws {
        #expect(try error(schema)?.problem == .unsatisfiable)
    }

    @Test("Schemas that would take long or much are refused before they do", arguments: HostileSchema.allCases)
    func tooLarge(schema: HostileSchema) throws {
        let tokenizer = try GrammarFixture.tokenizer(["{"])
        let error = #expect(throws: GrammarError.self) { try ReplyGrammar(schema: schema.value, tokenizer: tokenizer) }
        guard case .tooLarge = error?.problem else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("Schemas with anything in any place are followed or refused, and never more")
    func fuzz() throws {
        let tokenizer = try GrammarFixture.crossing()
        var random = SeededGenerator(seed: FuzzBudget.seed(9))
        let words: [JSONValue] = [
            "object", "array", "string", "integer", "#", "#/properties/a", "^a{2,}$", "(", "date", 0, -1, 1e300, .number(.nan), nil, true,
            false,
            [], [:], ["a"], ["type": "string"], [["a": 1]], .integer(.max), "",
        ]
        let keywords =
            Array(SchemaKeywords.limiting.keys.sorted()) + [
                "type", "enum", "const", "anyOf", "allOf", "oneOf", "$ref", "nullable", "not", "title",
            ]
        func value(_ depth: Int) -> JSONValue {
            guard depth > 0, Int.random(in: 0..<4, using: &random) > 0 else { return words.randomElement(using: &random) ?? nil }
            if Int.random(in: 0..<5, using: &random) == 0 { return .array((0..<2).map { _ in value(depth - 1) }) }
            var members = JSONObject()
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                members[keywords.randomElement(using: &random) ?? ""] = value(depth - 1)
            }
            return .object(members)
        }
        for _ in 0..<FuzzBudget.rounds(400) {
            let schema = value(4)
            guard let grammar = try? ReplyGrammar(schema: schema, tokenizer: tokenizer) else { continue }
            var state = grammar.begin()
            for _ in 0..<12 where !state.mustEnd {
                let allowed = state.allowed(tokenizer)
                guard let token = allowed.randomElement(using: &random) else {
                    Issue.record("a dead end in \(schema.serialized())")
                    break
                }
                state = try #require(state.after([token]))
            }
        }
    }
}

/// Small schemas that stand for large ones.
enum HostileSchema: CaseIterable, CustomTestStringConvertible {
    case doublingReferences, manyAlternatives, multipliedAlternatives, longChain, manyOptional, nestedRepetition, explodingPattern, longKey
    case manyProperties, longValue

    var testDescription: String { "\(self)" }

    var value: JSONValue {
        switch self {
        case .doublingReferences: chain(length: 60) { ["allOf": [$0, $0]] }
        case .longChain: chain(length: 100) { $0 }
        case .manyAlternatives: ["anyOf": .array(Array(repeating: ["type": "string"], count: 300))]
        case .multipliedAlternatives:
            ["allOf": .array(Array(repeating: ["anyOf": [["minimum": 1], ["maximum": 2]]], count: 30))]
        case .manyOptional: ["properties": properties(300)]
        case .manyProperties:
            ["properties": properties(6_000), "required": .array(properties(6_000).object?.map { .string($0.key) } ?? [])]
        case .nestedRepetition: ["pattern": "((a{1000}){1000}){1000}"]
        case .explodingPattern: ["pattern": "(a|b)*a(a|b){30}$"]
        case .longKey: ["properties": [String(repeating: "k", count: 2_000): true]]
        case .longValue: ["const": .string(String(repeating: "k", count: 2_000))]
        }
    }

    private func properties(_ count: Int) -> JSONValue {
        .object(JSONObject((0..<count).map { ("p\($0)", ["type": "null"]) }))
    }

    private func chain(length: Int, _ link: (JSONValue) -> JSONValue) -> JSONValue {
        let links = (0..<length).map { ("d\($0)", link(["$ref": .string("#/$defs/d\($0 + 1)")])) }
        return ["$ref": "#/$defs/d0", "$defs": .object(JSONObject(links + [("d\(length)", ["type": "null"])]))]
    }
}
