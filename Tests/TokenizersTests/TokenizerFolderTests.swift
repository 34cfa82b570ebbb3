import ApusTesting
import ModelFiles
import Synchronization
import Testing

@testable import Tokenizers

@Suite("A model's folder gives its tokenizer")
struct TokenizerFolderTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func write(_ name: String, _ text: String) throws {
        _ = try folder.write(Array(text.utf8), as: name)
    }

    private func tokenizer() throws -> Tokenizer { try Tokenizer(folder: folder.path) }

    private static let words = #"""
        {"added_tokens": [{"id": 4, "content": "<s>", "special": true}, {"id": 5, "content": "</s>", "special": true}],
         "pre_tokenizer": {"type": "Whitespace"},
         "model": {"type": "WordLevel", "unk_token": "?", "vocab": {"?": 0, "a": 1, "b": 2, "c": 3}}}
        """#

    @Test("Settings name the tokens with a part to play and ask for those around a text")
    func settings() throws {
        try write("tokenizer.json", Self.words)
        try write(
            "tokenizer_config.json",
            #"""
            {"bos_token": "<s>", "eos_token": {"content": "</s>"}, "add_bos_token": true, "chat_template": "{{ messages }}",
             "added_tokens_decoder": {"7": {"content": "<turn>", "special": true}}}
            """#)
        try write("generation_config.json", #"{"eos_token_id": [5, 7, 99]}"#)
        let tokenizer = try tokenizer()
        #expect((tokenizer.bos, tokenizer.eos, tokenizer.unknown) == (4, 5, 0))
        #expect(tokenizer.addsBOS && !tokenizer.addsEOS)
        #expect(tokenizer.endOfGeneration == [5, 7])
        #expect(tokenizer.vocabularyCount == 8)
        #expect(tokenizer.chatTemplate == "{{ messages }}")
        #expect(tokenizer.encode("a<turn>d", addSpecial: true, parseSpecial: true) == [4, 1, 7, 0])
        #expect(!tokenizer.encode("a<turn>d").contains(7))
    }

    @Test("A template in a file of its own goes before one in the settings, and of several the default is meant")
    func templates() throws {
        try write("tokenizer.json", Self.words)
        try write(
            "tokenizer_config.json",
            #"{"chat_template": [{"name": "tool_use", "template": "t"}, {"name": "default", "template": "d"}]}"#)
        #expect(try tokenizer().chatTemplate == "d")
        try write("chat_template.jinja", "own")
        #expect(try tokenizer().chatTemplate == "own")
    }

    @Test("Tokens may be named in special_tokens_map.json alone")
    func specialTokensMap() throws {
        try write("tokenizer.json", Self.words)
        try write("special_tokens_map.json", #"{"eos_token": "</s>", "cls_token": "<s>"}"#)
        #expect((try tokenizer().bos, try tokenizer().eos) == (4, 5))
    }

    @Test("Lists of pieces and merges are read as their class of tokenizer has them")
    func olderByteLevel() throws {
        try write("vocab.json", #"{"a": 0, "b": 1, "Ġ": 2, "ab": 3, "Ġab": 4, "<|endoftext|>": 5}"#)
        try write("merges.txt", "#version: 0.2\r\na b\r\nĠ ab\r\n")
        try write("added_tokens.json", #"{"<|im_end|>": 6}"#)
        try write("tokenizer_config.json", #"{"tokenizer_class": "Qwen2TokenizerFast", "eos_token": "<|im_end|>"}"#)
        let tokenizer = try tokenizer()
        #expect(tokenizer.encode("ab ab<|im_end|>", parseSpecial: true) == [3, 4, 6])
        #expect(tokenizer.decode([3, 4, 6]) == Array("ab ab".utf8))
        #expect(tokenizer.eos == 6 && tokenizer.isSpecial(5))
        try write("tokenizer_config.json", #"{"tokenizer_class": "OddTokenizer"}"#)
        #expect(throws: TokenizerError.self) { try self.tokenizer() }
    }

    @Test("A list of WordPiece pieces is BERT's")
    func olderBERT() throws {
        try write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\nkey\n##s\n!\n")
        #expect(try tokenizer().encode("KEYS!", addSpecial: true) == [2, 4, 5, 6, 3])
        try write("tokenizer_config.json", #"{"do_lower_case": false}"#)
        #expect(try tokenizer().encode("KEYS!", addSpecial: true) == [2, 1, 6, 3])
    }

    @Test("A folder without a tokenizer, and files that are none, are refused")
    func refused() throws {
        #expect(throws: TokenizerError.self) { try tokenizer() }
        try write("tokenizer.json", "{")
        #expect(throws: TokenizerError.self) { try tokenizer() }
        try write("tokenizer.json", Self.words)
        try write("tokenizer_config.json", #"{"add_bos_token": "yes"}"#)
        #expect(throws: TokenizerError.self) { try tokenizer() }
        try write("tokenizer_config.json", #"{"added_tokens_decoder": {"99999999": {"content": "x"}}}"#)
        #expect(throws: TokenizerError.self) { try tokenizer() }
    }

    // Needs the tokenizers beside the repository.
    @Test(
        "Published vectors come out token for token", .enabled(if: RealVocabulary.areThere),
        arguments: [
            ("hf-phi3-mini", "ggml-vocab-phi-3/ggml-vocab-phi-3.gguf"), ("hf-roberta-base", "vectors-only/ggml-vocab-roberta-bpe.gguf"),
            ("hf-gpt2", "ggml-vocab-gpt-2/ggml-vocab-gpt-2.gguf"), ("qwen2", "qwen2/ggml-vocab-qwen2.gguf"),
            ("qwen2", "vectors-only/ggml-vocab-deepseek-r1-qwen.gguf"), ("hf-bert-uncased", "ggml-vocab-bert-bge/ggml-vocab-bert-bge.gguf"),
        ])
    func vectors(name: String, vectors: String) throws {
        let tokenizer = try PublishedFolder.tokenizer(name)
        let cases = try RealVocabulary(name: name, origin: .gguf, vectors: vectors).cases()
        #expect(cases.count == 47)
        for (text, expected) in cases {
            #expect(tokenizer.encode(text) == expected, "\(text.debugDescription)")
        }
    }

    // Needs the tokenizers beside the repository.
    @Test("Reference texts give the tokens that they came with", .enabled(if: RealVocabulary.areThere))
    func referenceTexts() throws {
        let clip = try PublishedFolder.tokenizer("hf-clip")
        #expect(clip.encode("Hello, long world!", addSpecial: true) == [49406, 3306, 267, 1538, 1002, 256, 49407])
        for (name, text, reference) in [
            ("hf-gpt2", "monty-python-credits.txt", "monty-python-credits-gpt2.json"),
            ("hf-bert-uncased", "Metal_umlaut.txt", "Metal_umlaut-bert-base-uncased.json"),
        ] {
            let folder = ExternalData.path("tokenizers/\(name)")
            let expected = try JSONValue(path: "\(folder)/\(reference)").object?["token_ids"]?.array?.compactMap(\.integer)
            let bytes = try FileBytes.read(path: "\(folder)/\(text)")
            #expect(try PublishedFolder.tokenizer(name).encode(bytes, addSpecial: true).map { Int($0) } == expected)
        }
    }
}

/// Folders of published tokenizers beside the repository, opened once for all tests.
private enum PublishedFolder {
    private static let opened = Mutex<[String: Tokenizer]>([:])

    static func tokenizer(_ name: String) throws -> Tokenizer {
        try opened.withLock { opened in
            if let tokenizer = opened[name] { return tokenizer }
            let tokenizer = try Tokenizer(folder: ExternalData.path("tokenizers/\(name)"))
            opened[name] = tokenizer
            return tokenizer
        }
    }
}
