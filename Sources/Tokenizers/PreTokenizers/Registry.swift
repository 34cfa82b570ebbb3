extension PreTokenizer {
    /// All that are known; a new one is a line here and, where its rule is new, a file beside this one.
    static let all = [
        PreTokenizer(names: ["gpt-2", "mpt", "roberta-bpe"], stages: [GPT2Words()]),
        PreTokenizer(
            names: ["llama-bpe", "llama3", "llama-v3"], stages: [CL100KWords(digitsTogether: 3)], takesWholeWords: true,
            addsBeginning: true),
        PreTokenizer(names: ["qwen2", "deepseek-r1-qwen"], stages: [CL100KWords(digitsTogether: 1)]),
        PreTokenizer(names: ["starcoder", "refact"], stages: [SingleNumbers(), GPT2Words()]),
        PreTokenizer(names: ["falcon"], stages: [PunctuationRuns(symbols: "$+<=>^~|`"), GPT2Words(), DigitTriples()]),
        PreTokenizer(
            names: ["default"], stages: [PunctuationRuns(symbols: "$+<=>^~|"), GPT2Words(), NumberRuns(), DigitTriples()]),
    ]
}
