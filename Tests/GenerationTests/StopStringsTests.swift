import Testing

@testable import Generation

@Suite("Stop strings") struct StopStringsTests {
    @Test("For random texts, stops and pieces the text released is the one found by search")
    func againstSearch() throws {
        var random = RandomSource(seed: 4)
        for _ in 0..<3_000 {
            let text = Self.word(of: 0...24, &random)
            let strings = (0..<Int.random(in: 0...4, using: &random)).map { _ in Self.word(of: 1...5, &random) }
            let expected = Self.search(text, for: strings)
            var stops = try StopStrings(strings)
            var released = ""
            var rest = text[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 0...5, using: &random))
                rest = rest.dropFirst(piece.count)
                released += stops.append(String(piece)).text
                #expect(expected.text.hasPrefix(released), "nothing that belongs to a stop string is released")
            }
            let last = stops.finish()
            #expect(released + last.text == expected.text)
            #expect(last.stop == expected.stop)
            #expect(stops.isStopped == (expected.stop != nil))
        }
    }

    @Test("What may begin a stop string is withheld, and released once it does not")
    func withholding() throws {
        var stops = try StopStrings(["\nUser:", "END"])
        #expect(stops.append("yes\nUs").text == "yes")
        #expect(stops.append("e").text == "")
        #expect(stops.append("ful E").text == "\nUseful ")
        #expect(stops.append("N").text == "")
        #expect(stops.finish() == StopStrings.Release(bytes: Array("EN".utf8), stop: nil))
    }

    @Test("A stop string ends the text across pieces, and what follows is dropped")
    func acrossPieces() throws {
        var stops = try StopStrings(["abcd", "bc"])
        #expect(stops.append("xa") == StopStrings.Release(bytes: Array("x".utf8), stop: nil))
        #expect(stops.append("b").text == "")
        #expect(stops.append("cd rest") == StopStrings.Release(bytes: Array("a".utf8), stop: "bc"))
        #expect(stops.append("more") == StopStrings.Release(bytes: [], stop: "bc"))
        #expect(stops.finish() == StopStrings.Release(bytes: [], stop: "bc"))
    }

    @Test("Whole characters come out where whole characters went in")
    func wholeCharacters() throws {
        // The first shares its leading byte with é, the second its trailing one.
        var stops = try StopStrings(["è!", "©"])
        #expect(stops.append("caféé").text == "caféé")
        #expect(stops.append("è").text == "")
        #expect(stops.append("é") == StopStrings.Release(bytes: Array("èé".utf8), stop: nil))
    }

    @Test("An empty stop string is refused")
    func empty() {
        #expect(throws: EmptyStopString(position: 1)) { try StopStrings(["a", ""]) }
    }

    private static func word(of lengths: ClosedRange<Int>, _ random: inout RandomSource) -> String {
        let length = Int.random(in: lengths, using: &random)
        return String((0..<length).map { _ in "ab\n".randomElement(using: &random) ?? "a" })
    }

    /// The definition: of all ends of prefixes the first that is the end of a stop string, and of those the longest.
    private static func search(_ text: String, for strings: [String]) -> (text: String, stop: String?) {
        for count in 0...text.count {
            let prefix = text.prefix(count)
            let found = strings.filter { prefix.hasSuffix($0) }.max { $0.count < $1.count }
            if let found { return (String(prefix.dropLast(found.count)), found) }
        }
        return (text, nil)
    }
}
