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
        arguments: ["hf-gpt2", "hf-phi3-mini", "qwen2", "llama3-tiktoken", "spm-test"])
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
