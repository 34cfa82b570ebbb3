import ModelFiles
import Testing

@testable import Tokenizers

@Suite("Unigram and WordPiece vocabularies in GGUF files")
struct SubwordVocabularyTests {
    private typealias Entries = [(key: String, value: MetadataValue)]

    private func strings(_ pieces: PieceList) -> MetadataValue {
        .array(.string(StringTable((0..<pieces.count).map { pieces.text($0) })))
    }

    private func open(_ entries: Entries, _ changes: [String: MetadataValue?] = [:]) throws -> Tokenizer {
        var entries = entries.filter { changes[$0.key] == nil }
        for case (let key, let value?) in changes { entries.append((key, value)) }
        return try Tokenizer(vocabulary: Vocabulary(metadata: GGUFMetadata(entries, path: "test.gguf"), source: "test.gguf"))
    }

    private func unigram() throws -> (entries: Entries, vocabulary: Vocabulary) {
        let vocabulary = try Vocabulary(sentencePieceModel: SubwordGoldens.path("unigram.model"))
        let entries: Entries = [
            ("tokenizer.ggml.model", .string("t5")),
            ("tokenizer.ggml.tokens", strings(vocabulary.pieces)),
            ("tokenizer.ggml.scores", .array(.float32(vocabulary.scores))),
            ("tokenizer.ggml.token_type", .array(.int32(vocabulary.types.map { Int32($0) }))),
            ("tokenizer.ggml.precompiled_charsmap", .array(.uint8(vocabulary.characterMap))),
            ("tokenizer.ggml.remove_extra_whitespaces", .bool(true)),
            ("tokenizer.ggml.add_space_prefix", .bool(true)),
            ("tokenizer.ggml.unknown_token_id", .uint32(0)),
            ("tokenizer.ggml.eos_token_id", .uint32(2)),
        ]
        return (entries, vocabulary)
    }

    @Test("A unigram vocabulary gives the tokens of the model that it came from, and an end")
    func unigramTokens() throws {
        let (entries, vocabulary) = try unigram()
        let (found, expected) = (try open(entries), try Tokenizer(vocabulary: vocabulary))
        for text in try Goldens.texts() where !text.contains("<") && !text.contains("0x") {
            #expect(found.encode(text) == expected.encode(text), "\(text.debugDescription)")
        }
        #expect(found.addsEOS && !found.addsBOS && found.encode("a", addSpecial: true).last == 2)
        let signed = vocabulary.characterMap.map { Int8(bitPattern: $0) }
        let other = try open(entries, ["tokenizer.ggml.precompiled_charsmap": .array(.int8(signed))])
        #expect(other.encode("\u{fb03}\u{3000}x") == found.encode("\u{fb03}\u{3000}x"))
    }

    @Test("A damaged table of replacements, and missing scores")
    func damagedUnigram() throws {
        let (entries, vocabulary) = try unigram()
        let cut = Array(vocabulary.characterMap.prefix(100))
        #expect(throws: TokenizerError(.invalidCharacterMap, in: "test.gguf")) {
            try open(entries, ["tokenizer.ggml.precompiled_charsmap": .array(.uint8(cut))])
        }
        #expect(throws: TokenizerError(.missing("scores"), in: "test.gguf")) {
            try open(entries, ["tokenizer.ggml.scores": nil as MetadataValue?])
        }
        #expect(throws: TokenizerError.self) { try open(entries, ["tokenizer.ggml.token_type": nil as MetadataValue?]) }
    }

    @Test("BERT's vocabulary says which tokens stand around a text")
    func wordPiece() throws {
        let vocabulary = try #require(try SubwordGoldens.wordPieces.get()["cased"]).vocabulary(lowercases: false)
        let entries: Entries = [
            ("tokenizer.ggml.model", .string("bert")),
            ("tokenizer.ggml.pre", .string("jina-v2-en")),
            ("tokenizer.ggml.tokens", strings(vocabulary.pieces)),
            ("tokenizer.ggml.token_type", .array(.int32(vocabulary.types.map { Int32($0) }))),
            ("tokenizer.ggml.unknown_token_id", .uint32(1)),
            ("tokenizer.ggml.cls_token_id", .uint32(2)),
            ("tokenizer.ggml.seperator_token_id", .uint32(3)),
            ("tokenizer.ggml.normalizer.lowercase", .bool(false)),
        ]
        let tokenizer = try open(entries)
        let ids = tokenizer.encode("The keeper", addSpecial: true)
        #expect(ids.first == 2 && ids.last == 3 && tokenizer.decode(ids) == Array("The keeper".utf8))
        #expect(try open(entries, ["tokenizer.ggml.normalizer.lowercase": .bool(true)]).encode("THE") == tokenizer.encode("the"))
        // Of a pair of texts it says something, and of a single one nothing.
        #expect(try open(entries, ["tokenizer.ggml.add_sep_token": .bool(false)]).encode("The keeper", addSpecial: true) == ids)
        #expect(throws: TokenizerError(.noFallback, in: "test.gguf")) {
            try open(entries, ["tokenizer.ggml.unknown_token_id": nil as MetadataValue?])
        }
    }
}
