import Testing

@testable import Tokenizers

@Suite("Tokens are those of independent tokenizers")
struct ReferenceTests {
    @Test("Tiny byte-level vocabulary gives the tokens of the tokenizers package", arguments: Goldens.preTokenizers)
    func tinyByteLevel(preTokenizer: String) throws {
        let fixture = try Goldens.byteLevel()
        let golden = try #require(fixture.goldens[preTokenizer])
        let tokenizer = try Tokenizer(vocabulary: fixture.vocabulary(preTokenizer))
        for (text, expected) in zip(try Goldens.texts(), golden.ids) {
            #expect(tokenizer.encode(text) == expected, "\(text.debugDescription)")
            #expect(tokenizer.decode(expected) == Array(text.utf8))
        }
    }

    @Test("Text is cut into the words of the published regular expressions", arguments: Goldens.preTokenizers)
    func words(preTokenizer: String) throws {
        let golden = try #require(try Goldens.byteLevel().goldens[preTokenizer])
        let rule = try PreTokenizer.named(preTokenizer, source: "test")
        for (text, expected) in zip(try Goldens.texts(), golden.words) {
            var ends: [Int] = []
            rule.forEachWord(in: ClassifiedText(Array(text.utf8), 0..<text.utf8.count)) { ends.append($0.upperBound) }
            #expect(ends == expected, "\(text.debugDescription)")
        }
    }

    @Test("Tiny SentencePiece vocabulary gives the tokens of the tokenizers package")
    func tinySentencePiece() throws {
        let fixture = try Goldens.sentencePiece()
        let tokenizer = try Tokenizer(vocabulary: fixture.vocabulary)
        for (text, expected) in zip(try Goldens.texts(), fixture.ids) {
            #expect(tokenizer.encode(text) == expected, "\(text.debugDescription)")
            #expect(tokenizer.decode(expected) == Array(text.utf8))
        }
    }

    // Needs the vocabularies beside the repository.
    @Test("Published vectors come out token for token", .enabled(if: RealVocabulary.areThere), arguments: RealVocabulary.all)
    func vectors(vocabulary: RealVocabulary) throws {
        let tokenizer = try vocabulary.tokenizer()
        let cases = try vocabulary.cases()
        #expect(cases.count == 47)
        for (text, expected) in cases {
            #expect(tokenizer.encode(text) == expected, "\(text.debugDescription)")
            if vocabulary.keepsText { #expect(tokenizer.decode(expected) == Array(text.utf8), "\(text.debugDescription)") }
        }
    }

    // Needs the vocabularies beside the repository.
    @Test(
        "Real vocabularies give the tokens of the tokenizers package", .enabled(if: RealVocabulary.areThere),
        arguments: ["gpt-2", "qwen2", "phi-3"])
    func real(name: String) throws {
        let tokenizer = try RealVocabulary.named(name)
        let golden = try #require(try Goldens.real()[name])
        let texts = try Goldens.texts().filter { !$0.contains("<s>") }
        for (text, expected) in zip(texts, golden) {
            #expect(tokenizer.encode(text) == expected, "\(text.debugDescription)")
        }
    }
}
