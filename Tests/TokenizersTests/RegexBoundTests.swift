import ApusTesting
import Testing

@testable import Tokenizers

@Suite("Regular expressions are bounded in time and memory")
struct RegexBoundTests {
    @Test(
        "Patterns that make others backtrack for ever take steps in proportion to the text",
        arguments: [
            "(?:a|a)*b", "(?:a+)+b", "(?:a|aa)+$|x", "(?:a*a)*?b|c", "(?:(?:a|b)+c?)+d", "a*a*a*a*b", "(?=(?:a+)+b)a", "(?>(?:a|aa)+)b",
            "a++b|a?+b", "a+b|c",
            #"(?:\s|[\s\S])*d"#, "(?<=(?:a|aa)*)b|(?:a|aa)*c", "(?:a|a){1,30}b", "a{0,9}a{0,9}a{0,9}a{0,9}b", "(?i:(?:A|a)+)b",
        ])
    func boundedTime(pattern: String) throws {
        let program = try RegexProgram(pattern)
        let text = [UInt8](repeating: UInt8(ascii: "a"), count: 1500)
        var matcher = RegexMatcher(program, text, text.indices)
        var total = 0
        matcher.forEachPart { part, _ in total += part.count }
        #expect(total == text.count)
        #expect(matcher.stepCount < 5000 * text.count, "\(matcher.stepCount) steps")
    }

    @Test("Runs that take the fewest are not tried anew from every place", arguments: ["a*?b", "a+?b|c", "(?:a*?b)+"])
    func fewest(pattern: String) throws {
        let program = try RegexProgram(pattern)
        let text = [UInt8](repeating: UInt8(ascii: "a"), count: 20_000)
        var matcher = RegexMatcher(program, text, text.indices)
        matcher.forEachPart { part, isMatch in #expect(!isMatch && part == text.indices) }
        #expect(matcher.stepCount < 200 * text.count, "\(matcher.stepCount) steps")
    }

    @Test("Matches are the same where failures are remembered")
    func rememberedFailures() throws {
        var generator = SeededGenerator(seed: FuzzBudget.seed(5))
        for golden in try TokenizerJSONGoldens.cases("fuzzed") {
            let program = try RegexProgram(try #require(golden["pattern"]?.string))
            for _ in 0..<FuzzBudget.rounds(4) {
                let text = (0..<12).map { _ in "ab cé\n".utf8.randomElement(using: &generator) ?? 0x61 }
                var usual = RegexMatcher(program, text, text.indices)
                var careful = RegexMatcher(program, text, text.indices, remembersFailures: true)
                var (first, second): ([Range<Int>], [Range<Int>]) = ([], [])
                usual.forEachPart { part, _ in first.append(part) }
                careful.forEachPart { part, _ in second.append(part) }
                #expect(first == second, "\(golden["pattern"]?.string ?? "") on \(text)")
            }
        }
    }

    @Test(
        "What is not known or too large is refused in one sentence",
        arguments: [
            "(", ")", "a)", "[", "[a", "[z-a]", "*", "a{2,1}", "a{1001}", "(?:(?:ab){900}){900}", #"(a)\1"#, #"\k<a>"#, #"\p{Nothing}"#,
            #"\p{"#, #"\x{110000}"#,
            "(?<a", "(?", "(?s)a", #"\"#, "(a*)*", "(?:a?b?)+", "[[:nothing:]]", #"\X"#, String(repeating: "(", count: 5000),
            String(repeating: "[", count: 5000), "a{99999999999999999999}",
        ])
    func refused(pattern: String) {
        #expect(throws: RegexError.self) { _ = try RegexProgram(pattern) }
    }

    @Test("Scanners of known patterns cut as their patterns do")
    func knownPatterns() throws {
        var generator = SeededGenerator(seed: FuzzBudget.seed(11))
        let alphabet = Array("aZéßſ'sSrelLd 12٣½.,!\n\r\t\u{3000}天あ가́😀\u{200d}/$\u{0}").flatMap(\.unicodeScalars)
        for (pattern, scanner) in KnownPattern.words.merging(KnownPattern.parts, uniquingKeysWith: { $1 }) {
            let cutter = SplitCutter(finder: RegexFinder(program: try RegexProgram(pattern)), behavior: .isolated)
            for _ in 0..<FuzzBudget.rounds(150) {
                var text = String.UnicodeScalarView()
                for _ in 0..<Int.random(in: 1...14, using: &generator) {
                    if let scalar = alphabet.randomElement(using: &generator) { text.append(scalar) }
                }
                let bytes = Array(String(text).utf8)
                var (quick, general): ([Range<Int>], [Range<Int>]) = ([], [])
                scanner.forEachPart(in: ClassifiedText(bytes, bytes.indices)) { quick.append($0) }
                cutter.forEachPart(in: ClassifiedText(bytes, bytes.indices)) { general.append($0) }
                #expect(quick == general, "\(pattern) on \(String(text).debugDescription)")
            }
        }
    }

    @Test("Bytes that are no characters match what is anything but something")
    func illFormed() throws {
        let bytes: [UInt8] = [0x61, 0xff, 0xc3, 0x62, 0xe2, 0x82, 0xac, 0x80]
        var parts: [Range<Int>] = []
        var matcher = RegexMatcher(try RegexProgram(#"\w+|[^\w\s]+"#), bytes, bytes.indices)
        matcher.forEachPart { part, isMatch in
            #expect(isMatch)
            parts.append(part)
        }
        #expect(parts == [0..<1, 1..<3, 3..<4, 4..<8])
    }
}
