/// A regular expression of published tokenizers that has a scanner of its own.
struct KnownPattern {
    let scanner: any WordScanner
    /// Whether every text is nothing but matches.
    let coversText: Bool

    init?(_ pattern: String) {
        if let scanner = Self.words[pattern] {
            self.scanner = scanner
            coversText = true
        } else if let scanner = Self.parts[pattern] {
            self.scanner = scanner
            coversText = false
        } else {
            return nil
        }
    }

    private static let words: [String: any WordScanner] = [
        #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#: GPT2Words(),
        #"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#: GPT2Words(),
        cl100k(digits: ""): CL100KWords(digitsTogether: 1),
        cl100k(digits: "{1,3}"): CL100KWords(digitsTogether: 3),
    ]

    private static func cl100k(digits: String) -> String {
        #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"# + digits
            + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
    }

    private static let parts: [String: any WordScanner] = [
        #"\p{N}"#: SingleNumbers(), #"\p{N}+"#: NumberRuns(), #"[0-9][0-9][0-9]"#: DigitTriples(),
    ]
}
