import Generation
import Testing

@Suite("Passages from attention masses")
struct PassageFinderTests {
    /// One token a byte: the hardest case for characters of several bytes.
    private func finder(_ text: String) -> PassageFinder {
        let bytes = Array(text.utf8)
        return PassageFinder(text: bytes, tokenEnds: Array(1...bytes.count))
    }

    private func masses(_ text: String, on word: String) -> [Double] {
        let bytes = Array(text.utf8), needle = Array(word.utf8)
        var masses = [Double](repeating: 0.001, count: bytes.count)
        for start in 0...(bytes.count - needle.count) where Array(bytes[start..<start + needle.count]) == needle {
            for i in start..<start + needle.count { masses[i] = 1 }
        }
        return masses
    }

    @Test("The sentence that holds the mass comes first, whole and trimmed")
    func findsSentence() throws {
        let text = "The gate was shut. Old Martin keeps the iron key. Nobody asked him why."
        let found = finder(text).passages(1, masses: masses(text, on: "iron key"))
        let passage = try #require(found.first)
        #expect(String(decoding: Array(text.utf8)[passage.range], as: UTF8.self) == "Old Martin keeps the iron key.")
        #expect(passage.weight > 0.9)
    }

    @Test("Passages are ordered by weight, do not overlap and never exceed what was asked for", arguments: [0, 1, 2, 5, 100])
    func orderedAndDisjoint(count: Int) {
        let text = String(repeating: "A sentence of some words stands here. ", count: 20)
        let masses = (0..<text.utf8.count).map { Double(($0 * 7919) % 101) }
        let found = finder(text).passages(count, masses: masses)
        #expect(found.count <= count)
        #expect(zip(found, found.dropFirst()).allSatisfy { $0.weight >= $1.weight })
        let ranges = found.map(\.range).sorted { $0.lowerBound < $1.lowerBound }
        #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound })
    }

    @Test("A passage never begins or ends inside a character")
    func wholeCharacters() {
        let text = String(repeating: "é漢字😀ü", count: 60)
        let bytes = Array(text.utf8)
        for passage in finder(text).passages(50, masses: [Double](repeating: 1, count: bytes.count)) {
            #expect(String(validating: bytes[passage.range], as: UTF8.self) != nil)
        }
    }

    @Test("Without any mass there is no source")
    func noMass() {
        #expect(finder("Some text.").passages(3, masses: [Double](repeating: 0, count: 10)).isEmpty)
    }
}
