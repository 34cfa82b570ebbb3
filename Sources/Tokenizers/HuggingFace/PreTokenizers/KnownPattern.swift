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
        qwen2: CL100KWords(digitsTogether: 1),
        llama3: CL100KWords(digitsTogether: 3),
        gpt4o: O200KWords(digitsTogether: 3, joinsContractions: true),
        tekken: O200KWords(digitsTogether: 1, joinsContractions: false),
    ]

    /// Expressions between whose matches something else may lie.
    static let parts: [String: any WordScanner] = [
        #"\p{N}"#: CharacterRuns(CharacterSet(.number), atMost: 1),
        #"\p{N}+"#: CharacterRuns(CharacterSet(.number)),
        #"\p{N}{1,3}"#: CharacterRuns(CharacterSet(.number), atMost: 3),
        #"[0-9][0-9][0-9]"#: DigitTriples(),
        ##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"## + deepSeekRest: DeepSeekWords(),
        deepSeek: DeepSeekWords(),
    ]

    /// The words of Qwen2.
    static let qwen2 = cl100k(digits: "")

    /// The words of Llama 3.
    static let llama3 = cl100k(digits: "{1,3}")

    /// The words of GPT-4o.
    static let gpt4o = o200k(contraction: "(?i:'s|'t|'re|'ve|'m|'ll|'d)?", digits: "{1,3}")

    /// The words of Mistral's Tekken.
    static let tekken = o200k(contraction: "", digits: "")

    /// The words of DeepSeek-V3, once numbers and Chinese and Japanese text are set apart.
    static let deepSeek = #"[!-/:-@\[-`{-~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"# + deepSeekRest

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
