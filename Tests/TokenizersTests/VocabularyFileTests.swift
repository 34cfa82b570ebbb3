import ApusTesting
import Foundation
import Testing

@testable import Tokenizers

@Suite("Vocabulary files")
struct VocabularyFileTests {
    private func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: SubwordGoldens.path(name))))
    }

    @Test("A SentencePiece model says what its pieces are for")
    func sentencePiece() throws {
        let unigram = try Vocabulary(sentencePieceModel: SubwordGoldens.path("unigram.model"))
        #expect(unigram.model == .unigram && unigram.identifiers == [.unknown: 0, .beginning: 1, .end: 2])
        #expect(unigram.pieces.text(3) == "<end>" && unigram.types[3] == 3 && unigram.types[4] == 4)
        #expect(unigram.removesExtraSpaces && unigram.addsSpacePrefix == true && !unigram.characterMap.isEmpty)
        let bytes = try Vocabulary(sentencePieceModel: SubwordGoldens.path("unigram-bytes.model"))
        #expect(!bytes.removesExtraSpaces && bytes.addsSpacePrefix == false && bytes.characterMap.isEmpty)
        #expect(try Vocabulary(sentencePieceModel: SubwordGoldens.path("bpe.model")).model == .sentencePiece)
    }

    @Test("Models with bytes give every text back", arguments: ["unigram-bytes", "bpe-bytes"])
    func roundTrip(name: String) throws {
        let tokenizer = try SubwordGoldens.model(name)
        var random = SeededGenerator(seed: FuzzBudget.seed(41))
        for text in try SubwordGoldens.sentencePiece.get().texts {
            let ids = tokenizer.encode(text)
            #expect(tokenizer.decode(ids) == Array(text.utf8), "\(text.debugDescription)")
            var decoder = tokenizer.makeStreamingDecoder()
            #expect((ids.map { decoder.append($0) }.joined() + decoder.finish()).utf8.elementsEqual(text.utf8))
        }
        for length in 0..<60 {
            let text = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(tokenizer.decode(tokenizer.encode(text)) == text)
        }
    }

    @Test("User-defined pieces stand in the midst of text, and control pieces only where they are asked for")
    func specialPieces() throws {
        for name in ["unigram", "bpe", "bpe-bytes"] {
            let tokenizer = try SubwordGoldens.model(name)
            let tag = try #require(tokenizer.id(ofSpecial: "<tag>")), end = try #require(tokenizer.id(ofSpecial: "<end>"))
            #expect(tokenizer.encode("a<tag>b").contains(tag) && !tokenizer.encode("a<end>b").contains(end))
            #expect(tokenizer.encode("a<end>b", parseSpecial: true).contains(end))
            #expect(tokenizer.decode(tokenizer.encode("a<tag>b <tag> c")) == Array("a<tag>b <tag> c".utf8))
        }
    }

    @Test("Ranks in base 64 are told from SentencePiece by what the file holds")
    func ranks() throws {
        let lines = ["YQ== 0", "Yg== 1", "YWI= 2", "IA== 3", "w6k= 4", "gA== 5\r", ""]
        let vocabulary = try Vocabulary(ranks: Array(lines.joined(separator: "\n").utf8), source: "test")
        let tokenizer = try Tokenizer(vocabulary: vocabulary)
        #expect(tokenizer.encode("ab ba") == [2, 3, 1, 0] && tokenizer.piece(4) == Array("é".utf8) && tokenizer.piece(5) == [0x80])
        let ranks = Array("YQ== 0\n".utf8), model = try bytes("bpe.model")
        #expect(RankFile.isLikely(ranks) && !RankFile.isLikely(model))
        #expect(SentencePieceModel.isLikely(model) && !SentencePieceModel.isLikely(ranks))
        for (line, text) in [
            (1, "YQ== 1\n"), (2, "YQ== 0\nYg== 2"), (2, "YQ== 0\nYg==1"), (2, "YQ== 0\n!! 1"), (1, "YQ== 99999999999999999999"),
        ] {
            #expect(throws: TokenizerError(.invalidRank(line: line), in: "test")) {
                try Vocabulary(ranks: Array(text.utf8), source: "test")
            }
        }
    }

    // Needs the vocabularies beside the repository.
    @Test("Llama 3's special tokens follow its ranks", .enabled(if: RealVocabulary.areThere))
    func llama3() throws {
        let tokenizer = try RealVocabulary.named("llama-bpe")
        #expect(tokenizer.vocabularyCount == 128_256 && tokenizer.bos == 128_000 && tokenizer.eos == 128_001 && tokenizer.addsBOS)
        #expect(tokenizer.id(ofSpecial: "<|eot_id|>") == 128_009 && tokenizer.endOfGeneration.contains(128_009))
        #expect(tokenizer.id(ofSpecial: "<|reserved_special_token_247|>") == 128_255)
    }

    @Test("Files that are neither, and files that are not there")
    func foreign() throws {
        #expect(throws: TokenizerError(.notAVocabulary, in: "test")) {
            try Vocabulary(sentencePieceModel: Array("{}".utf8), source: "test")
        }
        #expect(throws: TokenizerError(.notAVocabulary, in: "test")) { try Vocabulary(sentencePieceModel: [], source: "test") }
        #expect(throws: TokenizerError.self) { try Vocabulary(sentencePieceModel: SubwordGoldens.path("nothing.model")) }
        let whole = try bytes("bpe.model")
        #expect(throws: TokenizerError.self) { try Vocabulary(sentencePieceModel: Array(whole.dropLast(3)), source: "test") }
    }

    @Test("Base 64")
    func base64() {
        for (text, expected) in [("", []), ("YQ==", [0x61]), ("YQ", [0x61]), ("YWI=", [0x61, 0x62]), ("//+/", [0xff, 0xff, 0xbf])]
            as [(String, [UInt8])]
        {
            #expect(Base64.decode(text.utf8) == expected)
        }
        for text in ["A", "AA=A", "A===", "AB=", "AB C", "AAAA=", "é"] { #expect(Base64.decode(text.utf8) == nil) }
    }

    @Test("Random damage gives an error or a tokenizer that works", arguments: ["unigram.model", "bpe-bytes.model", "char.model"])
    func randomDamage(name: String) throws {
        let whole = try bytes(name)
        var random = SeededGenerator(seed: FuzzBudget.seed(42))
        for _ in 0..<FuzzBudget.rounds(120) {
            var damaged = whole
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                damaged[Int.random(in: 0..<damaged.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if Bool.random(using: &random) { damaged = Array(damaged.prefix(Int.random(in: 0...damaged.count, using: &random))) }
            guard let vocabulary = try? Vocabulary(sentencePieceModel: damaged, source: "test"),
                let tokenizer = try? Tokenizer(vocabulary: vocabulary)
            else { continue }
            let text = (0..<60).map { _ in UInt8.random(in: 0...255, using: &random) } + Array("the <tag>weather ﬃ\u{3000} x".utf8)
            let tokens = tokenizer.encodeWithOffsets(text, addSpecial: true, parseSpecial: true)
            #expect(tokens.ids.allSatisfy { (0..<tokenizer.vocabularyCount).contains(Int($0)) })
            #expect(zip(tokens.ends, tokens.ends.dropFirst()).allSatisfy { $0 <= $1 } && tokens.ends.allSatisfy { $0 <= text.count })
            _ = tokenizer.decode(tokens.ids)
        }
    }

    @Test("Random bytes and random lines are no crash")
    func randomBytes() {
        var random = SeededGenerator(seed: FuzzBudget.seed(43))
        for _ in 0..<FuzzBudget.rounds(400) {
            let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            _ = try? Vocabulary(sentencePieceModel: [0x0a, 0x04, 0x0a, 0x02, 0x61, 0x62] + bytes, source: "test")
            let alphabet = Array("YWI= 012\n\r!".utf8)
            _ = try? Vocabulary(ranks: bytes.map { alphabet[Int($0) % alphabet.count] }, source: "test")
        }
    }
}
