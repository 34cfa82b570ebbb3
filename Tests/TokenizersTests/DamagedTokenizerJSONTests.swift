import ApusTesting
import ModelFiles
import Testing

@testable import Tokenizers

@Suite("A damaged tokenizer.json ends in one sentence")
struct DamagedTokenizerJSONTests {
    private func message(_ json: String) -> String {
        do {
            _ = try Tokenizer(tokenizerJSON: Array(json.utf8), source: "tokenizer.json")
            return ""
        } catch {
            return error.description
        }
    }

    @Test("Every problem is named with its place")
    func problems() {
        let model = #""model": {"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "a"}"#
        #expect(message("[]").contains("the tokenizer should be an object"))
        #expect(message("{").contains("tokenizer.json"))
        #expect(message("{}").contains("model should be an object"))
        #expect(message(#"{"model": {"type": "Neural", "vocab": {}}}"#).contains(#"model is of the kind "Neural", which is not known"#))
        #expect(message(#"{"model": {"vocab": 1}}"#).contains("model.vocab should be a list or an object"))
        #expect(message(#"{"model": {"vocab": {}}}"#).contains("no pieces"))
        #expect(message(#"{"model": {"vocab": {"a": 9999999999}}}"#).contains("has the number 9999999999"))
        #expect(message(#"{"model": {"vocab": {"a": -1}}}"#).contains("has the number -1"))
        #expect(message(#"{"model": {"vocab": {"a": 0, "b": 0}}}"#).contains(#""a" and "b" both have the number 0"#))
        #expect(message(#"{"model": {"merges": ["a"], "vocab": {"a": 0}}}"#).contains("merge 0 is not two pieces"))
        #expect(message(#"{"model": {"merges": ["a b"], "vocab": {"a": 0}}}"#).contains(#"names "b""#))
        #expect(message("{" + model + #", "normalizer": {"type": "Magic"}}"#).contains(#"normalizer is of the kind "Magic""#))
        #expect(
            message("{" + model + #", "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "(a"}}}"#).contains("has a ( without its )"))
        #expect(
            message("{" + model + #", "pre_tokenizer": {"type": "Split", "pattern": {}}}"#).contains(
                "pattern should be a String or a Regex"))
        #expect(message("{" + model + #", "decoder": {"type": "Sequence"}}"#).contains("decoder.decoders should be a list"))
        #expect(message("{" + model + #", "post_processor": {"type": "BertProcessing", "cls": [1]}}"#).contains("a token and its number"))
        #expect(
            message("{" + model + #", "post_processor": {"type": "BertProcessing", "cls": ["a", 7], "sep": ["a", 0]}}"#).contains(
                "number 7"))
        #expect(message("{" + model + #", "added_tokens": [{"id": 90000000, "content": "x"}]}"#).contains("id should be a whole number"))
        #expect(message("{" + model + #", "added_tokens": [{"id": 900000, "content": "x"}]}"#).contains("has the number 900000"))
    }

    @Test("Deep nesting is refused, in JSON and in parts")
    func nesting() {
        #expect(!message(String(repeating: "[", count: 1_000_000)).isEmpty)
        let deep = String(repeating: #"{"type": "Sequence", "normalizers": ["#, count: 40) + String(repeating: "]}", count: 40)
        #expect(message(#"{"model": {"vocab": {"a": 0}}, "normalizer": "# + deep + "}").contains("parts deep"))
    }

    @Test("Replacements of replacements that would never end to grow are refused, for texts and for tokens")
    func growth() {
        func steps(_ kind: String, _ content: String, count: Int) -> String {
            let step = #"{"type": "Replace", "pattern": {"String": "a"}, "content": ""# + content + #""}"#
            return #"{"type": "Sequence", ""# + kind + #"": ["# + Array(repeating: step, count: count).joined(separator: ", ") + "]}"
        }
        let start = #"{"model": {"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "a"}, "#
        #expect(message(start + #""normalizer": "# + steps("normalizers", "aa", count: 60) + "}").contains("times as long"))
        #expect(message(start + #""decoder": "# + steps("decoders", "aa", count: 60) + "}").contains("times as long"))
        #expect(message(start + #""normalizer": "# + steps("normalizers", "b", count: 60) + "}").isEmpty)
    }

    @Test("Added tokens of unreasonable length are refused")
    func longNames() {
        let name = String(repeating: "x", count: 100_000)
        let added = #""added_tokens": [{"id": 1, "content": ""# + name + #""}]"#
        #expect(
            message(#"{"model": {"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "a"}, "# + added + "}").contains("at most 4096 bytes")
        )
    }

    @Test("Files with bytes changed are read or refused, and texts are encoded with what was read", arguments: GoldenPipeline.all)
    func changedBytes(golden: GoldenPipeline) throws {
        var generator = SeededGenerator(seed: FuzzBudget.seed(17))
        var document = try golden.document()
        document["model"] = Self.shortened(document["model"])
        let original = Array(JSONValue.object(document).serialized().utf8)
        let text = Array("It's <mask> the 12 Köln\u{301} 天気\n\u{2581} ".utf8)
        for _ in 0..<FuzzBudget.rounds(12) {
            var bytes = original
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let place = Int.random(in: bytes.indices, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: place)
                default: bytes.insert(contentsOf: bytes[place..<min(place + 30, bytes.count)], at: place)
                }
            }
            guard let tokenizer = try? Tokenizer(tokenizerJSON: bytes, source: "changed") else { continue }
            let tokens = tokenizer.encodeWithOffsets(text, addSpecial: true, parseSpecial: true)
            #expect(tokens.ids.allSatisfy { (0..<Int32(tokenizer.vocabularyCount)).contains($0) })
            #expect(tokens.ends.allSatisfy { (0...text.count).contains($0) })
            _ = tokenizer.decode(tokens.ids, includingSpecial: true)
        }
    }

    /// The model with few of its tokens, so that changes hit everything else.
    private static func shortened(_ model: JSONValue?) -> JSONValue? {
        guard var members = model?.object else { return model }
        if let merges = members["merges"]?.array { members["merges"] = .array(Array(merges.prefix(4))) }
        return .object(members)
    }
}
