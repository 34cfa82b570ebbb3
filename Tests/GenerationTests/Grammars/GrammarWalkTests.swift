import ApusTesting
import ModelFiles
import Testing
import Tokenizers

@testable import Generation

@Suite("Grammars, random texts") struct GrammarWalkTests {
    private static let schemas = [
        #"{"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer", "minimum": 0}}, "required": ["name", "age"], "additionalProperties": false}"#,
        #"{"type": "object"}"#,
        #"{}"#,
        #"{"type": "array", "items": {"type": "string", "minLength": 2, "maxLength": 5}, "minItems": 2, "maxItems": 4}"#,
        ##"{"$ref": "#/$defs/tree", "$defs": {"tree": {"type": "object", "properties": {"value": {"type": "number"}, "left": {"$ref": "#/$defs/tree"}, "right": {"anyOf": [{"$ref": "#/$defs/tree"}, {"type": "null"}]}}, "required": ["value"], "additionalProperties": false}}}"##,
        #"{"type": "string", "pattern": "^[A-Z][a-zé]{1,5}( [0-9]+)?$"}"#,
        #"{"type": "string", "pattern": "\\d{3}", "maxLength": 12}"#,
        #"{"type": ["string", "number"], "minLength": 3, "minimum": -3.5, "exclusiveMaximum": 1e3}"#,
        #"{"type": "object", "properties": {"kind": {"enum": ["cat", "car", "\"quoted\""]}, "é": {"const": [1, {"a": null}]}}, "required": ["é"]}"#,
        #"{"type": "object", "additionalProperties": {"type": "boolean"}, "properties": {"abc": {"type": "null"}}}"#,
        #"{"anyOf": [{"type": "object", "properties": {"a": {"const": 1}}, "required": ["a"]}, {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "array"}}, "required": ["a", "b"], "additionalProperties": false}]}"#,
        #"{"allOf": [{"type": "object", "properties": {"a": {"type": "integer"}}}, {"required": ["a", "b"], "properties": {"a": {"minimum": 5}}}]}"#,
    ]

    @Test("Whatever a mask allows, to the end, makes a valid document", arguments: schemas)
    func walks(schema: String) throws {
        try walk(try GrammarFixture.schema(schema), rounds: 30, seed: 1)
    }

    @Test("So it is for schemas made at random")
    func randomSchemas() throws {
        var random = SeededGenerator(seed: FuzzBudget.seed(3))
        var walked = 0
        for round in 0..<FuzzBudget.rounds(40) {
            let schema = RandomSchema.make(depth: 2, &random)
            do {
                try walk(schema, rounds: 3, seed: UInt64(round))
                walked += 1
            } catch let error as GrammarError {
                // What contradicts itself, or could not be held to, is refused with its place, as other tests check.
                switch error.problem {
                case .unsatisfiable, .unsupported: continue
                case .invalid, .tooLarge: throw error
                }
            }
        }
        #expect(walked > 15)
    }

    /// Draws tokens among those allowed until the document ends, and looks at every step whether the mask agrees with single bytes.
    private func walk(_ schema: JSONValue, rounds: Int, seed: UInt64) throws {
        let tokenizer = try GrammarFixture.crossing()
        let grammar = try ReplyGrammar(schema: schema, tokenizer: tokenizer)
        let judge = SchemaJudge(root: schema)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<rounds {
            var state = grammar.begin()
            var text: [UInt8] = [], length = 0
            while !state.mustEnd {
                let allowed = state.allowed(tokenizer)
                guard let token = choose(allowed, length: length, tokenizer, &random) else {
                    Issue.record("nothing can follow \(String(decoding: text, as: UTF8.self))")
                    return
                }
                let before = state
                state = try #require(state.after([token]))
                if token == GrammarFixture.end { break }
                if length % 16 == 0 { check(allowed, in: before, tokenizer, &random) }
                text += tokenizer.piece(token)
                length += 1
            }
            #expect(judge.accepts(text) != false, "\(String(decoding: text, as: UTF8.self)) by \(schema.serialized())")
        }
    }

    /// Any of the tokens; in a long text often one that closes something. Not always, since a string may want something else before its end.
    private func choose(_ allowed: [Int32], length: Int, _ tokenizer: Tokenizer, _ random: inout SeededGenerator) -> Int32? {
        if allowed.contains(GrammarFixture.end), length > 20 || Bool.random(using: &random) { return GrammarFixture.end }
        if length > 40, Bool.random(using: &random) {
            for closing in ["\"", "}", "]", "null", "1"] {
                if let token = allowed.first(where: { tokenizer.piece($0) == Array(closing.utf8) }) { return token }
            }
        }
        return allowed.randomElement(using: &random)
    }

    /// The mask holds exactly the tokens whose bytes can be read one after the other.
    private func check(_ allowed: [Int32], in state: GrammarState, _ tokenizer: Tokenizer, _ random: inout SeededGenerator) {
        let mask = Set(allowed)
        let firstByte = Int32(tokenizer.vocabularyCount - 256)
        for token in 2..<Int32(tokenizer.vocabularyCount) {
            let isTaken = state.after(tokenizer.piece(token).map { firstByte + Int32($0) }) != nil
            if isTaken != mask.contains(token) { Issue.record("token \(token) is \(isTaken ? "missing" : "too many")") }
        }
    }

    // MARK: - Tokenizations

    @Test("A valid document is taken in every way to divide it into tokens, even inside characters")
    func everyTokenization() throws {
        let schema =
            #"{"type": "object", "properties": {"name": {"type": "string"}, "list": {"type": "array", "items": {"type": "number"}}}}"#
        let documents = [
            #"{"name": "日本 é🙂 \"x\" A\n", "list": [1, -2.5e+10, 0.125], "more": {"a": [true, null, {}]}}"#,
            "{\n  \"name\":\"\",\n  \"list\":[\n    12\n  ]\n}", #"{"list":[]}"#, "{}", " {\"other\":\"the  of\"}",
        ]
        let tokenizer = try GrammarFixture.crossing()
        let grammar = try GrammarFixture.grammar(schema, tokenizer)
        var random = SeededGenerator(seed: 5)
        let pieces = (2..<Int32(tokenizer.vocabularyCount)).map { ($0, tokenizer.piece($0)) }
        for document in documents {
            let text = Array(document.utf8)
            for _ in 0..<40 {
                var state = grammar.begin()
                var place = 0
                while place < text.count {
                    let fitting = pieces.filter { text[place...].starts(with: $0.1) }
                    guard let (token, piece) = fitting.randomElement(using: &random) else { return }
                    #expect(!state.mustEnd)
                    guard state.accept(token) else {
                        Issue.record("\(document) is refused at byte \(place)")
                        return
                    }
                    place += piece.count
                }
                #expect(state.mayEnd && state.mustEnd)
            }
        }
    }

    @Test(
        "Bytes that make no character never come",
        arguments: [[0xC0], [0xC3, 0x22], [0xED, 0xA0], [0xF4, 0x90], [0x80], [0xE0, 0x80], [0x1F], [0xFF]])
    func illFormed(bytes: [UInt8]) throws {
        let tokenizer = try GrammarFixture.tokenizer(["\""], bytes: true)
        let state = try #require(try GrammarFixture.grammar(#"{"type": "string"}"#, tokenizer).begin().after([2]))
        #expect(state.after(bytes.map { 3 + Int32($0) }) == nil)
    }

    @Test("An escaped half of a surrogate pair never comes, other characters may be escaped")
    func surrogates() throws {
        let tokenizer = try GrammarFixture.tokenizer(["\"", "\\u00e9", "\\ud7ff", "\\ud83d", "\\uDE00", "\\uE000"])
        let state = try #require(try GrammarFixture.grammar(#"{"type": "string"}"#, tokenizer).begin().after([2]))
        #expect(state.allowed(tokenizer) == [2, 3, 4, 7])
    }

    @Test("The end comes exactly where the reply may end, other special tokens never")
    func ends() throws {
        var vocabulary = Vocabulary(
            source: "a test", model: .sentencePiece, pieces: PieceList(["<unk>", "</s>", "1", "2", "<|turn|>", "<|im_end|>"]))
        vocabulary.types = [2, 3, 1, 1, 3, 3]
        vocabulary.scores = [0, 0, 0, 0, 0, 0]
        vocabulary.identifiers = [.unknown: 0, .end: 1]
        let tokenizer = try Tokenizer(vocabulary: vocabulary)
        let grammar = try GrammarFixture.grammar(#"{"type": "integer", "minimum": 1, "maximum": 12}"#, tokenizer)
        let start = grammar.begin()
        #expect(start.allowed(tokenizer) == [2, 3] && !start.mayEnd)
        #expect(start.after([1]) == nil && start.after([4]) == nil)
        let one = try #require(start.after([2]))
        #expect(one.mayEnd && one.allowed(tokenizer) == [1, 2, 3, 5], "<|im_end|> is known to end turns")
        let twelve = try #require(one.after([3]))
        #expect(twelve.mayEnd && twelve.mustEnd && twelve.allowed(tokenizer) == [1, 5], "nothing may follow 12")
        let turn = try #require(grammar.begin(endedBy: [4]).after([2, 4]))
        #expect(turn.mustEnd && turn.allowed(tokenizer).isEmpty && turn.after([2]) == nil)
    }

    @Test("Copies of a state go on by themselves")
    func copies() throws {
        let tokenizer = try GrammarFixture.crossing()
        let start = try GrammarFixture.grammar(#"{"type": "array"}"#, tokenizer).begin()
        let bytes = Int32(tokenizer.vocabularyCount - 256)
        var one = start
        for token in "[1]".utf8.map({ bytes + Int32($0) }) { one.accept(token) }
        #expect(one.mustEnd && !start.mustEnd && start.after("[1]]", bytesFrom: bytes) == nil)
        #expect(start.after("[[", bytesFrom: bytes)?.mayEnd == false)
    }
}

/// Schemas of every keyword, in no sense.
private enum RandomSchema {
    static func make(depth: Int, _ random: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 12 : 7), using: &random) {
        case 0: return ["type": "boolean"]
        case 1: return ["type": ["null", "integer"], "minimum": .integer(Int.random(in: -50...5, using: &random)), "maximum": 120]
        case 2: return ["type": "number", "exclusiveMinimum": .number(Double.random(in: -5...0, using: &random)), "maximum": 2.5]
        case 3: return ["type": "string", "minLength": .integer(Int.random(in: 0...2, using: &random)), "maxLength": 4]
        case 4: return ["type": "string", "pattern": ["^a*b?$", "[0-9]", "^(é|日)+", "x$"].randomElement(using: &random) ?? ""]
        case 5: return ["enum": ["a", 1, nil, 2.5, ["b", [:]]]]
        case 6: return true
        case 7: return object(depth: depth, &random)
        case 8:
            return [
                "type": "array", "prefixItems": [make(depth: depth - 1, &random)], "items": make(depth: depth - 1, &random), "maxItems": 3,
            ]
        case 9: return ["type": "array", "items": make(depth: depth - 1, &random), "minItems": 1]
        case 10: return ["anyOf": [make(depth: depth - 1, &random), make(depth: depth - 1, &random)]]
        default: return ["allOf": [object(depth: depth, &random), object(depth: depth, &random)]]
        }
    }

    private static func object(depth: Int, _ random: inout SeededGenerator) -> JSONValue {
        var properties = JSONObject(), required: [JSONValue] = []
        for name in ["a", "b", "name", "é\""] where Bool.random(using: &random) {
            properties[name] = make(depth: depth - 1, &random)
            if Bool.random(using: &random) { required.append(.string(name)) }
        }
        var schema: JSONObject = ["type": "object", "properties": .object(properties), "required": .array(required)]
        if Bool.random(using: &random) { schema["additionalProperties"] = Bool.random(using: &random) ? false : ["type": "integer"] }
        return .object(schema)
    }
}
