import ApusTesting
import Testing

@testable import Tokenizers

@Suite("Every text comes back from its tokens")
struct RoundTripTests {
    /// The tiny vocabularies, some with a user-defined token and special tokens added.
    static let tokenizers = Result { try makeTokenizers() }

    private static func makeTokenizers() throws -> [Tokenizer] {
        let byteLevel = try Goldens.byteLevel()
        var vocabularies = Goldens.preTokenizers.map { byteLevel.vocabulary($0) }
        vocabularies.append(try Goldens.sentencePiece().vocabulary)
        var prefixed = byteLevel.vocabulary("gpt-2")
        prefixed.addsSpacePrefix = true
        vocabularies.append(prefixed)
        for index in [1, vocabularies.count - 2] {
            var extended = vocabularies[index]
            let count = extended.pieces.count
            for piece in ["<|end|>", "aa", "\n\n"] { extended.pieces.append(piece.utf8) }
            extended.types = (extended.types.isEmpty ? Array(repeating: 1, count: count) : extended.types) + [3, 4, 4]
            extended.scores += [0, 0, 0]
            vocabularies.append(extended)
        }
        return try vocabularies.map { try Tokenizer(vocabulary: $0) }
    }

    private func check(_ text: [UInt8], _ tokenizer: Tokenizer, parseSpecial: Bool = false) {
        let tokenized = tokenizer.encodeWithOffsets(text, parseSpecial: parseSpecial)
        #expect(tokenizer.decode(tokenized.ids, includingSpecial: true) == text)
        #expect(tokenized.ids.count == tokenized.ends.count)
        #expect(zip(tokenized.ends, tokenized.ends.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(tokenized.ends.last ?? 0 == text.count)
    }

    @Test("Text that goes on from other text gets no space prefix, and the two decode to the whole", arguments: [1, 5, 12, 20])
    func continuedText(cut: Int) throws {
        let text = Array("The keeper of the gate, long ago, went home.".utf8)
        for tokenizer in try Self.tokenizers.get() {
            let first = tokenizer.encode(Array(text[..<cut])), rest = tokenizer.encode(Array(text[cut...]), continuesText: true)
            #expect(tokenizer.decode(first + rest) == text)
        }
    }

    @Test("Random bytes, mostly no UTF-8")
    func randomBytes() throws {
        var random = SeededGenerator(seed: FuzzBudget.seed(1))
        for tokenizer in try Self.tokenizers.get() {
            for round in 0..<FuzzBudget.rounds(70) {
                check((0..<round % 70).map { _ in UInt8.random(in: 0...255, using: &random) }, tokenizer)
            }
        }
    }

    @Test("Random characters of all of Unicode, and those that rules look for")
    func randomCharacters() throws {
        var random = SeededGenerator(seed: 2)
        let marked = Array("  \n\r\t'saLVE7.\u{2581}\u{017f}\u{a0}<|end|>aa\u{301}\u{fffd}\u{10ffff}".unicodeScalars)
        for tokenizer in try Self.tokenizers.get() {
            for length in 0..<60 {
                var text = String.UnicodeScalarView()
                for _ in 0..<length {
                    let any = Unicode.Scalar(UInt32.random(in: 0..<0x110000, using: &random))
                    let scalar = Bool.random(using: &random) ? any : marked.randomElement(using: &random)
                    if let scalar { text.append(scalar) }
                }
                check(Array(String(text).utf8), tokenizer, parseSpecial: length.isMultiple(of: 2))
            }
        }
    }

    @Test("Random slices of the golden texts, cut inside characters too")
    func slices() throws {
        var random = SeededGenerator(seed: FuzzBudget.seed(3))
        let all = Array(try Goldens.texts().joined(separator: " <|end|>").utf8)
        for tokenizer in try Self.tokenizers.get() {
            for _ in 0..<FuzzBudget.rounds(60) {
                let start = Int.random(in: 0..<all.count, using: &random)
                check(Array(all[start..<min(all.count, start + Int.random(in: 0...400, using: &random))]), tokenizer, parseSpecial: true)
            }
        }
    }

    // Needs the vocabularies beside the repository.
    @Test(
        "Real vocabularies with all bytes", .enabled(if: RealVocabulary.areThere), arguments: ["llama-spm", "phi-3", "gpt-2", "qwen2"])
    func real(name: String) throws {
        var random = SeededGenerator(seed: 4)
        let tokenizer = try RealVocabulary.named(name)
        for length in 0..<40 {
            check((0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }, tokenizer)
            check((0..<length).map { _ in UInt8.random(in: 0x1f...0x7f, using: &random) }, tokenizer, parseSpecial: true)
        }
    }

    @Test("Each token's bytes are those of the text that its offsets name")
    func offsets() throws {
        let tokenizer = try Tokenizer(vocabulary: try Goldens.byteLevel().vocabulary("llama-bpe"))
        for text in try Goldens.texts().map({ Array($0.utf8) }) {
            let tokenized = tokenizer.encodeWithOffsets(text)
            for (index, id) in tokenized.ids.enumerated() {
                #expect(tokenizer.piece(id) == Array(text[tokenized.range(index)]))
            }
        }
    }

    @Test("A space mark in the text does not come back as a space")
    func spaceMark() throws {
        let tokenizer = try Tokenizer(vocabulary: try Goldens.sentencePiece().vocabulary)
        for text in ["\u{2581}", "a\u{2581}b", " \u{2581} "] {
            #expect(tokenizer.decode(tokenizer.encode(text)) == Array(text.utf8))
        }
    }
}
