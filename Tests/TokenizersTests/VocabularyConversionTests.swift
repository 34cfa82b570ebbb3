import ApusTesting
import Foundation
import ModelFiles
import Testing

@testable import Tokenizers

@Suite("Vocabularies on their way between folders and GGUF files")
struct VocabularyConversionTests {
    @Test("The sample text tells every two rules apart that cut differently")
    func sample() {
        let names = PreTokenizer.all.map { rule in
            PreTokenizer.name(ofRuleCuttingLike: rule, takesWholeWords: rule.takesWholeWords, preferring: "")
        }
        // Some rules differ in what they do with whole words, and in what is usual with them, alone.
        let expected = PreTokenizer.all.compactMap(\.names.first)
        #expect(names == expected.map { $0 == "glm4" ? "llama-bpe" : $0 })
    }

    @Test("Rules in the words of tokenizer.json cut like themselves", arguments: PreTokenizer.describable.compactMap(\.names.first))
    func components(name: String) throws {
        let rule = try PreTokenizer.named(name, source: "test")
        let parts = try #require(rule.components)
        var stages = WordStages()
        for part in parts { try TokenizerComponent(part, path: "part", source: "test").addWordRules(to: &stages) }
        let words = try #require(stages.withoutByteAlphabet).cutters
        #expect(PreTokenizer.name(ofRuleCuttingLike: words, takesWholeWords: rule.takesWholeWords, preferring: name) == name)
    }

    private static let texts = [
        "Hello World! It's 12345 o'clock.\n\n  — naïve café 中文 🙂", PreTokenizer.sample, "", " ", "  two", "<|endoftext|>", "</s><s>",
    ]

    @Test(
        "Folders of published tokenizers become GGUF vocabularies with the same tokens",
        .enabled(if: RealVocabulary.areThere, "the vocabularies lie beside the repository"),
        arguments: ["hf-gpt2", "hf-phi3-mini", "hf-t5-small", "qwen2", "llama3-tiktoken", "spm-test"])
    func published(name: String) throws {
        let folder = try TemporaryFolder(), source = RealVocabulary.folder.appendingPathComponent(name).path
        for file in try FileManager.default.contentsOfDirectory(atPath: source) {
            let copy = name == "spm-test" ? file.replacingOccurrences(of: "test_model", with: "tokenizer") : file
            try FileManager.default.copyItem(atPath: "\(source)/\(file)", toPath: folder.file(copy))
        }
        if name == "llama3-tiktoken" {
            #expect(throws: Never.self) { try Vocabulary(folder: folder.path, preferring: "llama") }
            return
        }
        let first = try Tokenizer(folder: folder.path)
        let vocabulary = try Vocabulary(folder: folder.path, preferring: "qwen2").resized(to: first.vocabularyCount + 3)
        let second = try Tokenizer(vocabulary: Vocabulary(metadata: GGUFMetadata(vocabulary.metadata, path: "test"), source: "test"))
        #expect(second.vocabularyCount == first.vocabularyCount + 3 && second.bos == first.bos && second.eos == first.eos)
        // The merges of Qwen2 make </s>, which in a GGUF file is either control or text.
        for text in Self.texts where name != "qwen2" || text != "</s><s>" {
            // What is a space in folders, and none in SentencePiece.
            let text = vocabulary.model == .unigram ? text.filter { $0 != "\u{85}" } : text
            for parses in [false, true] {
                let tokens = first.encode(text, addSpecial: true, parseSpecial: parses)
                #expect(second.encode(text, addSpecial: true, parseSpecial: parses) == tokens)
            }
        }
    }

    @Test(
        "GGUF vocabularies become folders with the same tokens",
        .enabled(if: RealVocabulary.areThere, "the vocabularies lie beside the repository"),
        arguments: ["gpt-2", "llama-spm", "phi-3", "starcoder", "mpt"])
    func described(name: String) throws {
        let path = RealVocabulary.folder.appendingPathComponent("ggml-vocab-\(name)/ggml-vocab-\(name).gguf").path
        let file = try GGUFFile(path: path), folder = try TemporaryFolder()
        for (name, contents) in try Vocabulary(metadata: file.metadata, source: path).folderFiles() {
            try JSONValue.object(contents).serialized().write(toFile: folder.file(name), atomically: true, encoding: .utf8)
        }
        let first = try Tokenizer(gguf: file), second = try Tokenizer(folder: folder.path)
        #expect(second.bos == first.bos && second.eos == first.eos && second.addsBOS == first.addsBOS)
        for text in Self.texts {
            for parses in [false, true] {
                let tokens = first.encode(text, addSpecial: true, parseSpecial: parses)
                #expect(second.encode(text, addSpecial: true, parseSpecial: parses) == tokens)
                #expect(second.decode(tokens) == first.decode(tokens))
            }
        }
    }

    /// A `tokenizer.json` of BERT's kind around the pieces of a golden vocabulary, of which the first four are for control.
    private static func bert(
        _ pieces: [String], lowercases: Bool, normalizer: JSONObject = [:], preTokenizer: String = "BertPreTokenizer",
        prefix: String = "##",
        ends: Bool = true
    ) -> JSONValue {
        var rules: JSONObject = ["type": "BertNormalizer", "lowercase": .bool(lowercases)]
        for (key, value) in normalizer { rules[key] = value }
        let special = pieces.prefix(4).enumerated().map { number, piece -> JSONValue in
            ["id": .integer(number), "content": .string(piece), "special": true, "normalized": false]
        }
        var vocabulary = JSONObject()
        for (number, piece) in pieces.enumerated() { vocabulary[piece] = .integer(number) }
        func token(_ number: Int) -> JSONValue { ["SpecialToken": ["id": .string(pieces[number]), "type_id": 0]] }
        let text: JSONValue = ["Sequence": ["id": "A", "type_id": 0]]
        var named = JSONObject()
        for number in [2, 3] {
            named[pieces[number]] = ["id": .string(pieces[number]), "ids": [.integer(number)], "tokens": [.string(pieces[number])]]
        }
        return [
            "normalizer": .object(rules), "pre_tokenizer": ["type": .string(preTokenizer)], "added_tokens": .array(special),
            "post_processor": [
                "type": "TemplateProcessing", "single": .array([token(2), text] + (ends ? [token(3)] : [])), "pair": [],
                "special_tokens": .object(named),
            ],
            "model": [
                "type": "WordPiece", "unk_token": .string(pieces[1]), "continuing_subword_prefix": .string(prefix),
                "max_input_chars_per_word": 100, "vocab": .object(vocabulary),
            ],
        ]
    }

    private static func write(_ document: JSONValue, to folder: TemporaryFolder, _ pieces: [String]) throws {
        _ = try folder.write(Array(document.serialized().utf8), as: "tokenizer.json")
        let settings: JSONValue = ["cls_token": .string(pieces[2]), "sep_token": .string(pieces[3]), "pad_token": .string(pieces[0])]
        _ = try folder.write(Array(settings.serialized().utf8), as: "tokenizer_config.json")
    }

    @Test("BERT's pieces become those of a GGUF file, which makes the same tokens", arguments: ["cased", "uncased"])
    func wordPieces(name: String) throws {
        let pieces = try #require(try SubwordGoldens.wordPieces.get()[name]).pieces, lowercases = name == "uncased"
        for accents: JSONValue in [.null, .bool(!lowercases)] {
            let folder = try TemporaryFolder()
            try Self.write(Self.bert(pieces, lowercases: lowercases, normalizer: ["strip_accents": accents]), to: folder, pieces)
            let vocabulary = try Vocabulary(folder: folder.path, preferring: "bert")
            let metadata = GGUFMetadata(vocabulary.metadata, path: "test")
            #expect(metadata.string("tokenizer.ggml.model") == "bert")
            #expect(metadata.bool("tokenizer.ggml.normalizer.lowercase") == lowercases)
            #expect(metadata.bool("tokenizer.ggml.normalizer.strip_accents") == accents.bool)
            #expect(["bos", "seperator", "unknown", "padding"].map { metadata.int("tokenizer.ggml.\($0)_token_id") } == [2, 3, 1, 0])
            let written = try #require(metadata.strings("tokenizer.ggml.tokens"))
            for (number, piece) in pieces.enumerated().dropFirst(4) {
                let expected = piece.hasPrefix("##") && piece.count > 2 ? String(piece.dropFirst(2)) : "\u{2581}" + piece
                #expect(written[number] == expected)
            }
            let first = try Tokenizer(folder: folder.path)
            let second = try Tokenizer(vocabulary: Vocabulary(metadata: metadata, source: "test"))
            for text in Self.texts + ["The keeper's Élan, THE KEY", pieces[3]] {
                let tokens = first.encode(text, addSpecial: true)
                #expect(second.encode(text, addSpecial: true) == tokens)
                #expect(tokens.first == 2 && tokens.last == 3)
            }
        }
    }

    @Test("What would not be BERT's tokens in a GGUF file is refused")
    func otherWordPieces() throws {
        let pieces = try #require(try SubwordGoldens.wordPieces.get()["cased"]).pieces
        for (document, reason) in [
            (Self.bert(pieces, lowercases: false, normalizer: ["clean_text": false]), "clean texts"),
            (Self.bert(pieces, lowercases: false, normalizer: ["type": "Lowercase"]), "clean texts"),
            (Self.bert(pieces, lowercases: false, preTokenizer: "WhitespaceSplit"), "cut text into words"),
            (Self.bert(pieces, lowercases: false, prefix: "@@"), "cut words into pieces"),
            (Self.bert(pieces, lowercases: false, ends: false), "no separator"),
        ] {
            let folder = try TemporaryFolder()
            try Self.write(document, to: folder, pieces)
            #expect { try Vocabulary(folder: folder.path, preferring: "bert") } throws: {
                "\($0)".contains("cannot be described in a GGUF file") && "\($0)".contains(reason)
            }
        }
    }

    /// A `tokenizer.json` of XLM-RoBERTa's kind around the pieces of SentencePiece's own file.
    private static func unigram(
        _ vocabulary: Vocabulary, normalizers: [JSONValue]? = nil, spaces: JSONValue? = nil
    ) -> JSONValue {
        let map = Data(vocabulary.characterMap).base64EncodedString()
        let special = vocabulary.types.enumerated().filter { [2, 3, 4].contains($1) }.map { number, type -> JSONValue in
            ["id": .integer(number), "content": .string(vocabulary.pieces.text(number)), "special": .bool(type != 4), "normalized": false]
        }
        let pieces = vocabulary.scores.enumerated().map { number, score -> JSONValue in
            [.string(vocabulary.pieces.text(number)), .number(Double(score))]
        }
        let precompiled: JSONValue = ["type": "Precompiled", "precompiled_charsmap": .string(map)]
        return [
            "normalizer": ["type": "Sequence", "normalizers": .array([precompiled] + (normalizers ?? []))],
            "pre_tokenizer": [
                "type": "Sequence", "pretokenizers": .array([["type": "WhitespaceSplit"], spaces ?? ["type": "Metaspace"]]),
            ],
            "added_tokens": .array(special),
            "model": ["type": "Unigram", "unk_id": .integer(vocabulary.identifiers[.unknown] ?? 0), "vocab": .array(pieces)],
        ]
    }

    @Test("A unigram model's folder becomes a GGUF vocabulary with the same tokens")
    func unigrams() throws {
        var original = try Vocabulary(sentencePieceModel: SubwordGoldens.path("unigram.model"))
        let folder = try TemporaryFolder()
        // Its own table leaves wide spaces alone, at which folders cut.
        _ = try folder.write(Array(Self.unigram(original).serialized().utf8), as: "tokenizer.json")
        #expect { try Vocabulary(folder: folder.path, preferring: "bert") } throws: { "\($0)".contains("not become the same tokens") }
        let table = try #require(SubwordGoldens.spaces.get()["charsmap"])
        original.characterMap = try Array(#require(Data(base64Encoded: table)))
        _ = try folder.write(Array(Self.unigram(original).serialized().utf8), as: "tokenizer.json")
        let vocabulary = try Vocabulary(folder: folder.path, preferring: "bert"), metadata = GGUFMetadata(vocabulary.metadata, path: "test")
        #expect(metadata.string("tokenizer.ggml.model") == "t5" && metadata.bool("tokenizer.ggml.remove_extra_whitespaces") == true)
        #expect(vocabulary.scores == original.scores && vocabulary.characterMap == original.characterMap)
        #expect(metadata.int("tokenizer.ggml.unknown_token_id") == original.identifiers[.unknown])
        let first = try Tokenizer(folder: folder.path), second = try Tokenizer(vocabulary: Vocabulary(metadata: metadata, source: "test"))
        // What is a space in folders, and none in SentencePiece, is left out.
        for text in (Self.texts + ["The keeper's Élan, THE KEY", "ﬁnal Ａ½"]).map({ $0.filter { $0 != "\u{85}" } }) {
            #expect(second.encode(text, addSpecial: true) == first.encode(text, addSpecial: true))
        }
    }

    @Test("What a GGUF file cannot say of a unigram model is refused")
    func otherUnigrams() throws {
        let original = try Vocabulary(sentencePieceModel: SubwordGoldens.path("unigram.model"))
        let again: JSONValue = [
            "type": "Precompiled", "precompiled_charsmap": .string(Data(original.characterMap).base64EncodedString()),
        ]
        for (document, reason) in [
            (Self.unigram(original, normalizers: [["type": "Lowercase"]]), "changes texts"),
            (Self.unigram(original, normalizers: [again]), "replaces characters"),
            (Self.unigram(original, spaces: ["type": "Whitespace"]), "mark spaces"),
            (Self.unigram(original, spaces: ["type": "Metaspace", "replacement": "_"]), "mark spaces"),
        ] {
            let folder = try TemporaryFolder()
            _ = try folder.write(Array(document.serialized().utf8), as: "tokenizer.json")
            #expect { try Vocabulary(folder: folder.path, preferring: "bert") } throws: { "\($0)".contains(reason) }
        }
    }

    @Test("Tokenizers that the other layout cannot describe are refused")
    func refusals() throws {
        var pieces = Vocabulary(source: "test", model: .unigram, pieces: PieceList(["<unk>", "a"]))
        pieces.types = [2, 1]
        pieces.scores = [0, -1]
        pieces.identifiers[.unknown] = 0
        #expect { try pieces.folderFiles() } throws: { "\($0)".contains("cannot be described") }
        let folder = try TemporaryFolder()
        let document = #"{"model": {"type": "WordPiece", "unk_token": "[UNK]", "vocab": {"[UNK]": 0, "a": 1}}}"#
        try document.write(toFile: folder.file("tokenizer.json"), atomically: true, encoding: .utf8)
        #expect { try Vocabulary(folder: folder.path, preferring: "llama") } throws: {
            "\($0)".contains("cannot be described in a GGUF file")
        }
    }
}
