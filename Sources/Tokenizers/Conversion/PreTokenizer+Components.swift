import ModelFiles

extension PreTokenizer {
    /// The rule in the words of `tokenizer.json`; nil for rules that no published file has.
    var components: [JSONValue]? {
        switch names.first {
        case "gpt-2": [Self.byteLevel(cuts: true)]
        case "starcoder": [["type": "Digits", "individual_digits": true], Self.byteLevel(cuts: true)]
        case "llama-bpe", "dbrx", "glm4": Self.words(KnownPattern.llama3)
        case "qwen2": Self.words(KnownPattern.qwen2)
        case "gpt-4o": Self.words(KnownPattern.gpt4o)
        case "tekken": Self.words(KnownPattern.tekken)
        case "deepseek-v3":
            [Self.split(#"\p{N}{1,3}"#), Self.split("[一-龥぀-ゟ゠-ヿ]+")] + Self.words(KnownPattern.deepSeek)
        default: nil
        }
    }

    /// Those that have components.
    static var describable: [PreTokenizer] { all.filter { $0.components != nil } }

    private static func words(_ pattern: String) -> [JSONValue] { [split(pattern), byteLevel(cuts: false)] }

    private static func split(_ pattern: String) -> JSONValue {
        ["type": "Split", "pattern": ["Regex": .string(pattern)], "behavior": "Isolated", "invert": false]
    }

    private static func byteLevel(cuts: Bool) -> JSONValue {
        ["type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": .bool(cuts)]
    }
}
