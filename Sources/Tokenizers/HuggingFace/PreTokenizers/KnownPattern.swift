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

    /// Expressions whose matches cover every text.
    static let words: [String: any WordScanner] = [
        #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#: GPT2Words(),
        #"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#: GPT2Words(),
        cl100k(digits: ""): CL100KWords(digitsTogether: 1),
        cl100k(digits: "{1,3}"): CL100KWords(digitsTogether: 3),
        o200k(contraction: "(?i:'s|'t|'re|'ve|'m|'ll|'d)?", digits: "{1,3}"): O200KWords(digitsTogether: 3, joinsContractions: true),
        o200k(contraction: "", digits: ""): O200KWords(digitsTogether: 1, joinsContractions: false),
    ]

    /// Expressions between whose matches something else may lie.
    static let parts: [String: any WordScanner] = [
        #"\p{N}"#: CharacterRuns(CharacterSet(.number), atMost: 1),
        #"\p{N}+"#: CharacterRuns(CharacterSet(.number)),
        #"\p{N}{1,3}"#: CharacterRuns(CharacterSet(.number), atMost: 3),
        #"[0-9][0-9][0-9]"#: DigitTriples(),
        ##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"## + deepSeekRest: DeepSeekWords(),
        #"[!-/:-@\[-`{-~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"# + deepSeekRest: DeepSeekWords(),
    ]

    /// The words of Qwen2.
    static let qwen2 = cl100k(digits: "")

    private static let end = #"|\s*[\r\n]+|\s+(?!\S)|\s+"#
    private static let deepSeekRest = #"| ?[\p{P}\p{S}]+[\r\n]*"# + end

    private static func cl100k(digits: String) -> String {
        #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"# + digits + #"| ?[^\s\p{L}\p{N}]+[\r\n]*"# + end
    }

    private static func o200k(contraction: String, digits: String) -> String {
        let capitals = #"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"#
        let smallLetters = #"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"#
        let lead = #"[^\r\n\p{L}\p{N}]?"#
        return lead + capitals + "*" + smallLetters + "+" + contraction + "|" + lead + capitals + "+" + smallLetters + "*" + contraction
            + #"|\p{N}"# + digits + #"| ?[^\s\p{L}\p{N}]+[\r\n/]*"# + end
    }
}
