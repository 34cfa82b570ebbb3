import Foundation
import Testing

@testable import Tokenizers

@Suite("Subword models give the tokens of independent tokenizers")
struct SubwordReferenceTests {
    private func check(_ tokenizer: Tokenizer, _ text: String, ids: [Int32], ends: [Int]?, leavesOut: Bool = false) {
        let found = tokenizer.encodeWithOffsets(text)
        #expect(found.ids == ids, "\(text.debugDescription)")
        guard let ends, found.ids == ids else { return }
        // What is left out of the text, and a character that becomes parts of two tokens, may belong to either.
        var last = 0
        for (index, end) in ends.dropLast().enumerated() where end >= 0 {
            let next = ends[index...].first { $0 > end } ?? end
            let isRight = found.ends[index] == end || (leavesOut && (last...next).contains(found.ends[index]))
            #expect(isRight, "token \(index) of \(text.debugDescription)")
            last = end
        }
    }

    @Test("SentencePiece's models, trained and asked by SentencePiece", arguments: SubwordGoldens.sentencePieceNames)
    func sentencePiece(name: String) throws {
        let goldens = try SubwordGoldens.sentencePiece.get()
        let tokens = try #require(goldens[name])
        let tokenizer = try SubwordGoldens.model(name)
        let keepsMarks = name.hasSuffix("bytes")
        for (index, text) in goldens.texts.enumerated() where !(keepsMarks && text.contains("\u{2581}")) {
            check(tokenizer, text, ids: tokens.ids[index], ends: tokens.ends?[index], leavesOut: !keepsMarks)
        }
    }

    @Test("Long runs of a letter", arguments: ["unigram", "unigram-bytes", "bpe", "bpe-bytes"])
    func longRuns(name: String) throws {
        let golden = try #require(try SubwordGoldens.longRuns.get()[name])
        #expect(try SubwordGoldens.model(name).encode(String(repeating: "e", count: 2000)) == golden)
    }

    @Test("BERT's words", arguments: ["uncased", "cased"])
    func wordPieces(name: String) throws {
        let golden = try #require(try SubwordGoldens.wordPieces.get()[name])
        let tokenizer = try Tokenizer(vocabulary: golden.vocabulary(lowercases: name == "uncased"))
        for (index, text) in try Goldens.texts().enumerated() {
            check(tokenizer, text, ids: golden.ids[index], ends: golden.ends[index])
        }
    }

    @Test("Equal sums of scores are decided alike")
    func ties() throws {
        let golden = try SubwordGoldens.ties.get()
        let model = UnigramPieces(
            PieceList(golden.pieces), scores: golden.scores, lowest: golden.scores.min() ?? 0, unknown: 0, bytePieces: nil
        ) { $0 > 0 }
        var lattice = UnigramPieces.Lattice()
        for (index, text) in golden.texts.enumerated() {
            var tokens = TokenizedText()
            model.encode(Array(text.utf8), 0..<text.utf8.count, with: &lattice, into: &tokens)
            #expect(tokens.ids == golden.ids[index] && tokens.ends == golden.ends[index], "\(text)")
        }
    }

    @Test(
        "Text is cut into the words of published regular expressions",
        arguments: [
            "deepseek-llm", "deepseek-coder", "deepseek-v3", "gpt-4o", "tekken", "qwen35", "ufakzeka", "seed-coder", "bailingmoe",
            "minicpm5", "bloom", "viking",
        ])
    func words(name: String) throws {
        let golden = try #require(try SubwordGoldens.words.get()[name])
        let rule = try PreTokenizer.named(name, source: "test")
        for (text, expected) in zip(try Goldens.texts(), golden) {
            var ends: [Int] = []
            rule.forEachWord(in: ClassifiedText(Array(text.utf8), 0..<text.utf8.count)) { ends.append($0.upperBound) }
            #expect(ends == expected, "\(text.debugDescription)")
        }
    }

    // Needs the vocabularies beside the repository.
    @Test("Published vocabularies", .enabled(if: RealVocabulary.areThere), arguments: ["spm-test", "t5", "bert"])
    func real(name: String) throws {
        let tokenizer = try SubwordVocabulary.tokenizer(name)
        let golden = try #require(try SubwordGoldens.real.get()[name])
        for (index, text) in try Goldens.texts().filter({ !$0.contains("<s>") }).enumerated() {
            check(tokenizer, text, ids: golden.ids[index], ends: golden.ends?[index], leavesOut: true)
        }
    }

    // Needs the vocabularies beside the repository.
    @Test("The reference text of BERT's vocabulary", .enabled(if: RealVocabulary.areThere))
    func bertText() throws {
        let folder = RealVocabulary.folder.appendingPathComponent("hf-bert-uncased")
        let text = try String(decoding: Data(contentsOf: folder.appendingPathComponent("Metal_umlaut.txt")), as: UTF8.self)
        let reference = try SubwordVocabulary.reference(folder.appendingPathComponent("Metal_umlaut-bert-base-uncased.json"))
        let tokenizer = try SubwordVocabulary.tokenizer("bert")
        #expect(tokenizer.encode(text, addSpecial: true) == reference)
    }
}

/// Published vocabularies in files other than GGUF, beside the repository.
enum SubwordVocabulary {
    private struct HuggingFaceFile: Decodable {
        struct Normalizer: Decodable {
            let table: String

            enum CodingKeys: String, CodingKey {
                case table = "precompiled_charsmap"
            }
        }

        struct Model: Decodable {
            struct Piece: Decodable {
                let text: String
                let score: Float

                init(from decoder: any Decoder) throws {
                    var pair = try decoder.unkeyedContainer()
                    text = try pair.decode(String.self)
                    score = try pair.decode(Float.self)
                }
            }

            let vocab: [Piece]
        }

        let normalizer: Normalizer
        let model: Model
    }

    static func tokenizer(_ name: String) throws -> Tokenizer {
        switch name {
        case "spm-test":
            let path = RealVocabulary.folder.appendingPathComponent("spm-test/test_model.model").path
            return try Tokenizer(vocabulary: Vocabulary(sentencePieceModel: path))
        case "t5": return try Tokenizer(vocabulary: t5())
        default: return try Tokenizer(vocabulary: bert())
        }
    }

    private static func t5() throws -> Vocabulary {
        let path = RealVocabulary.folder.appendingPathComponent("hf-t5-small/tokenizer.json")
        let file = try JSONDecoder().decode(HuggingFaceFile.self, from: Data(contentsOf: path))
        let pieces = file.model.vocab
        var vocabulary = Vocabulary(source: "t5-small", model: .unigram, pieces: PieceList(pieces.map(\.text)))
        vocabulary.scores = pieces.map(\.score)
        vocabulary.types = pieces.enumerated().map { number, piece in
            number < 2 ? 3 : number == 2 ? 2 : piece.text.hasPrefix("<extra_id_") ? 4 : 1
        }
        vocabulary.identifiers = [.padding: 0, .end: 1, .unknown: 2]
        vocabulary.characterMap = Base64.decode(file.normalizer.table.utf8) ?? []
        vocabulary.removesExtraSpaces = true
        return vocabulary
    }

    private static func bert() throws -> Vocabulary {
        let path = RealVocabulary.folder.appendingPathComponent("hf-bert-uncased/vocab.txt")
        let lines = try String(decoding: Data(contentsOf: path), as: UTF8.self).split(separator: "\n").map(String.init)
        let isControl: (String) -> Bool = { $0.hasPrefix("[") && $0.hasSuffix("]") && $0.count > 2 }
        let written = lines.map { line in
            isControl(line) ? line : SubwordGoldens.asInGGUF(line)
        }
        var vocabulary = Vocabulary(source: "bert", model: .wordPiece, pieces: PieceList(written))
        vocabulary.types = lines.map { isControl($0) ? 3 : 1 }
        vocabulary.identifiers = [.padding: 0, .unknown: 100, .beginning: 101, .separator: 102]
        return vocabulary
    }

    private struct Reference: Decodable {
        let tokens: [Int32]

        enum CodingKeys: String, CodingKey {
            case tokens = "token_ids"
        }
    }

    static func reference(_ path: URL) throws -> [Int32] {
        try JSONDecoder().decode(Reference.self, from: Data(contentsOf: path)).tokens
    }
}
