import ApusTesting
import Testing

@testable import Tokenizers

@Suite("Normalisation")
struct NormalizationTests {
    private static func normalizer(_ name: String) throws -> any TextNormalizer {
        if let form = UnicodeForm(rawValue: name) { return FormNormalizer(form: form) }
        if name == "charsmap" { return CharacterMapNormalizer(map: try map()) }
        return BERTNormalizer(stripsAccents: name == "bert", lowercases: name == "bert")
    }

    /// The table of a small model.
    static func map() throws -> PrecompiledCharacterMap {
        try #require(PrecompiledCharacterMap(try Vocabulary(sentencePieceModel: SubwordGoldens.path("unigram.model")).characterMap))
    }

    private func normalized(_ text: some StringProtocol, _ normalizer: any TextNormalizer) -> NormalizedText {
        normalizer.normalize(NormalizedText(Array(text.utf8), 0..<text.utf8.count))
    }

    @Test(
        "Texts become what the tokenizers package makes of them",
        arguments: ["NFC", "NFD", "NFKC", "NFKD", "bert", "bert-cased", "charsmap"])
    func texts(name: String) throws {
        let golden = try SubwordGoldens.normalization.get()
        let normalizer = try Self.normalizer(name)
        for (text, expected) in zip(golden.texts, try #require(golden.results[name])) {
            let found = normalized(text, normalizer)
            #expect(String(decoding: found.bytes, as: UTF8.self).utf8.elementsEqual(expected.utf8), "\(text.debugDescription)")
        }
    }

    /// All of Unicode without most ideographs and Hangul syllables, and without what lies beyond them.
    private static let blocks: [Range<UInt32>] = [
        0..<0x3400, 0x9f00..<0xad00, 0xd700..<0xd800, 0xf900..<0x11a00, 0x1d000..<0x1f700, 0x2f800..<0x2fa20,
    ]

    @Test("So does every character", arguments: ["NFC", "NFD", "NFKC", "NFKD", "bert-cased"])
    func everyCharacter(name: String) throws {
        let normalizer = try Self.normalizer(name)
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for number in Self.blocks.joined() {
            guard let scalar = Unicode.Scalar(number) else { continue }
            for byte in normalized(String(scalar), normalizer).bytes + [0] {
                hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
            }
        }
        let expected = try #require(try SubwordGoldens.normalization.get().hashes[name])
        #expect(String(hash) == expected)
    }

    @Test("Places in the source never fall, stay in range and reach its end")
    func places() throws {
        var random = SeededGenerator(seed: FuzzBudget.seed(21))
        let names = ["NFC", "NFD", "NFKC", "NFKD", "bert", "charsmap"]
        let normalizers = try names.map { try Self.normalizer($0) } + [LowercaseNormalizer(), AccentNormalizer()]
        let texts = try SubwordGoldens.normalization.get().texts.map { Array($0.utf8) }
        for round in 0..<FuzzBudget.rounds(400) {
            var text = texts[round % texts.count]
            for _ in 0..<round % 4 where !text.isEmpty {
                text[Int.random(in: 0..<text.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let start = text.isEmpty ? 0 : Int.random(in: 0..<text.count, using: &random)
            var result = NormalizedText(text, start..<text.count)
            for _ in 0..<2 { result = normalizers[Int.random(in: 0..<normalizers.count, using: &random)].normalize(result) }
            let ends = (0...result.count).map { result.sourceEnd(at: $0) }
            #expect(ends.first == start && zip(ends, ends.dropFirst()).allSatisfy { $0 <= $1 })
            #expect(ends.last ?? 0 <= text.count)
        }
    }

    @Test("What is written for a character ends where the character does")
    func sources() {
        let text = normalized("aé\u{fb03}e\u{301}", FormNormalizer(form: .nfkd))
        #expect(String(decoding: text.bytes, as: UTF8.self).utf8.elementsEqual("ae\u{301}ffie\u{301}".utf8))
        #expect((0...text.count).map { text.sourceEnd(at: $0) } == [0, 1, 3, 3, 3, 6, 6, 6, 7, 9, 9])
        #expect(normalized("e\u{301}x", FormNormalizer(form: .nfc)).sourceEnd(at: 2) == 3)
    }

    @Test("Long runs of marks and of syllables are put in order in little time")
    func longRuns() {
        for part in ["\u{301}\u{323}", "\u{1100}\u{1161}\u{11a8}", "가", "e\u{301}", "\u{0f71}\u{0f72}"] {
            let text = "a" + String(repeating: part, count: 30_000)
            let composed = normalized(text, FormNormalizer(form: .nfc))
            let apart = FormNormalizer(form: .nfd).normalize(composed)
            #expect(apart.bytes == normalized(text, FormNormalizer(form: .nfd)).bytes)
        }
    }

    @Test("Damaged tables of replacements are refused or harmless")
    func damagedTables() throws {
        let whole = try Vocabulary(sentencePieceModel: SubwordGoldens.path("unigram.model")).characterMap
        for length in 0..<min(whole.count, 40) { #expect(PrecompiledCharacterMap(Array(whole.prefix(length))) == nil) }
        var random = SeededGenerator(seed: FuzzBudget.seed(22))
        let text = Array("The ﬃ Ａ¨ 가 e\u{301} \u{1f600} \r\n\u{3000}".utf8)
        for _ in 0..<FuzzBudget.rounds(300) {
            var table = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place =
                    Bool.random(using: &random) ? Int.random(in: 0..<64, using: &random) : Int.random(in: 0..<table.count, using: &random)
                table[place] = UInt8.random(in: 0...255, using: &random)
            }
            guard let map = PrecompiledCharacterMap(table) else { continue }
            _ = CharacterMapNormalizer(map: map).normalize(NormalizedText(text, 0..<text.count))
            let normalizer = SentencePieceNormalizer(map: map, removesExtraSpaces: true)
            _ = normalizer.normalize(NormalizedText(text, 0..<text.count), continuesText: false)
        }
    }
}
