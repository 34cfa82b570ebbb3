import Testing

@testable import Tokenizers

@Suite("Regular expressions match as Oniguruma does")
struct RegexTests {
    typealias Goldens = TokenizerJSONGoldens

    @Test("Patterns cut texts where they should", arguments: ["patterns", "fuzzed"])
    func patterns(group: String) throws {
        let texts = group == "fuzzed" ? Goldens.strings(try Goldens.fixture()["fuzzTexts"]) : try Goldens.texts()
        var count = 0
        for golden in try Goldens.cases(group) {
            let pattern = try #require(golden["pattern"]?.string)
            guard let program = try? RegexProgram(pattern) else {
                Issue.record("\(pattern) was refused")
                continue
            }
            for (text, expected) in zip(texts, golden["parts"]?.array ?? []) where expected != .null {
                #expect(lengths(program, text) == Goldens.integers(expected), "\(pattern) on \(text.debugDescription)")
                count += 1
            }
        }
        #expect(count > 500)
    }

    /// The lengths, in characters, of the parts that the matches make.
    private func lengths(_ program: RegexProgram, _ text: String) -> [Int] {
        let bytes = Array(text.utf8)
        var lengths: [Int] = []
        var matcher = RegexMatcher(program, bytes, bytes.indices)
        matcher.forEachPart { part, _ in
            if !part.isEmpty { lengths.append(String(decoding: bytes[part], as: UTF8.self).unicodeScalars.count) }
        }
        return lengths
    }
}
