extension PreTokenizer {
    /// All that are known; a new one is a line here and, where its rule is new, a file beside this one.
    static let all = [
        PreTokenizer(
            names: [
                "gpt-2", "mpt", "roberta-bpe", "phi-2", "olmo", "jais", "trillion", "exaone4", "granite-docling", "gigachat", "mellum",
                "modern-bert", "a.x-4.0", "jina-es", "jina-de", "jina-v1-en", "jina-v2-es", "jina-v2-de", "jina-v2-code",
            ], stages: [GPT2Words()]),
        PreTokenizer(
            names: ["llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2", "jina-v5-nano"],
            stages: [CL100KWords(digitsTogether: 3)], takesWholeWords: true, addsBeginning: true),
        PreTokenizer(names: ["dbrx", "smaug-bpe", "chatglm-bpe"], stages: [CL100KWords(digitsTogether: 3)]),
        PreTokenizer(names: ["glm4", "glm5"], stages: [CL100KWords(digitsTogether: 3)], takesWholeWords: true),
        PreTokenizer(
            names: [
                "qwen2", "deepseek-r1-qwen", "stablelm2", "hunyuan", "megrez", "grok-2", "kormo", "f2llmv2", "solar-open", "bailingmoe",
                "bailingmoe2", "llada-moe",
            ], stages: [CL100KWords(digitsTogether: 1)]),
        PreTokenizer(names: ["qwen35"], stages: [CL100KWords(digitsTogether: 1, letters: .letterOrMark)]),
        PreTokenizer(names: ["ufakzeka"], stages: [CL100KWords(digitsTogether: 1, setsContractionsApart: false)]),
        PreTokenizer(names: ["seed-coder"], stages: [CL100KWords(digitsTogether: 1, joinsLineBreaks: false)]),
        PreTokenizer(
            names: ["minicpm5"], stages: [CharacterRuns(.numbers, atMost: 3), CL100KWords(digitsTogether: .max)],
            takesWholeWords: true),
        PreTokenizer(
            names: ["gpt-4o", "llama4", "kanana2", "talkie", "minimax-m2"],
            stages: [O200KWords(digitsTogether: 3, joinsContractions: true)]),
        PreTokenizer(
            names: ["tekken"], stages: [O200KWords(digitsTogether: 1, joinsContractions: false)], takesWholeWords: true,
            addsBeginning: true),
        PreTokenizer(
            names: ["starcoder", "refact", "command-r", "smollm", "codeshell", "exaone", "minerva-7b", "mellum2"],
            stages: [CharacterRuns(.numbers, atMost: 1), GPT2Words()]),
        PreTokenizer(
            names: ["falcon"],
            stages: [CharacterRuns(CharacterSet(.punctuation, characters: "$+<=>^~|`")), GPT2Words(), DigitTriples()]),
        PreTokenizer(
            names: ["default"],
            stages: [
                CharacterRuns(CharacterSet(.punctuation, characters: "$+<=>^~|")), GPT2Words(), CharacterRuns(.numbers), DigitTriples(),
            ]),
        PreTokenizer(
            names: ["deepseek-coder"],
            stages: [
                CharacterRuns(.lineBreaks, atMost: 1), CharacterRuns(CharacterSet(.letter), after: .whiteSpace),
                CharacterRuns(CharacterSet(.punctuation), after: .whiteSpace), CharacterRuns(.asian), CharacterRuns(.numbers, atMost: 1),
            ]),
        PreTokenizer(
            names: ["deepseek-llm"],
            stages: [
                CharacterRuns(.lineBreaks, atMost: 1), CharacterRuns(.casedLetters, after: .whiteSpace),
                CharacterRuns(.asciiAndWideSymbols, after: .whiteSpace), TrailingSpaces(), CharacterRuns(.asian), CharacterRuns(.numbers),
            ]),
        PreTokenizer(
            names: ["deepseek-v3", "hunyuan-dense", "joyai-llm", "hy_v4"],
            stages: [CharacterRuns(.numbers, atMost: 3), CharacterRuns(.chineseAndJapanese), DeepSeekWords()]),
        PreTokenizer(names: ["bloom", "poro-chat", "gpt3-finnish"], stages: [CharacterRuns(.inSentences, after: .space)]),
        PreTokenizer(
            names: ["viking"], stages: [CharacterRuns(.inSentences, after: .space), CharacterRuns(.numbers, atMost: 1)]),
    ]
}

extension CharacterSet {
    fileprivate static let numbers = CharacterSet(.number)
    fileprivate static let lineBreaks = CharacterSet(characters: "\r\n")
    fileprivate static let asian = CharacterSet(characters: "\u{800}-\u{9fa5}\u{ac00}-\u{d7ff}")
    fileprivate static let chineseAndJapanese = CharacterSet(characters: "\u{4e00}-\u{9fa5}\u{3040}-\u{309f}\u{30a0}-\u{30ff}")
    fileprivate static let asciiAndWideSymbols = CharacterSet(characters: "!-/:-~！-／：-～‘-‟\u{3000}-。")

    /// All but white space, parentheses, vertical bars and what ends or divides sentences.
    fileprivate static let inSentences = CharacterSet(.space, characters: "(|.,!?…。，、।۔،)", isInverted: true)

    /// The letters that have a capital and a small form, as DeepSeek lists them.
    fileprivate static let casedLetters = CharacterSet(
        characters: """
            \u{41}-\u{5a}\u{61}-\u{7a}\u{b5}\u{c0}-\u{d6}\u{d8}-\u{f6}\u{f8}-\u{1ba}\u{1bc}-\u{1bf}\u{1c4}-\u{293}\
            \u{295}-\u{2af}\u{370}-\u{373}\u{376}\u{377}\u{37b}-\u{37d}\u{37f}\u{386}\u{388}-\u{38a}\u{38c}\u{38e}-\u{3a1}\
            \u{3a3}-\u{3f5}\u{3f7}-\u{481}\u{48a}-\u{52f}\u{531}-\u{556}\u{10a0}-\u{10c5}\u{13a0}-\u{13f5}\u{13f8}-\u{13fd}\
            \u{1c90}-\u{1cba}\u{1cbd}-\u{1cbf}\u{1d00}-\u{1d2b}\u{1d6b}-\u{1d77}\u{1d79}-\u{1d9a}\u{1e00}-\u{1f15}\
            \u{1f18}-\u{1f1d}\u{1f20}-\u{1f45}\u{1f48}-\u{1f4d}\u{1f50}-\u{1f57}\u{1f59}\u{1f5b}\u{1f5d}\u{1f5f}-\u{1f7d}\
            \u{1f80}-\u{1fb4}\u{1fb6}-\u{1fbc}\u{1fbe}\u{1fc2}-\u{1fc4}\u{1fc6}-\u{1fcc}\u{1fd0}-\u{1fd3}\u{1fd6}-\u{1fdb}\
            \u{1fe0}-\u{1fec}\u{1ff2}-\u{1ff4}\u{1ff6}-\u{1ffc}\u{2102}\u{2107}\u{210a}-\u{2113}\u{2115}\u{2119}-\u{211d}\
            \u{2124}\u{2126}\u{2128}\u{212a}-\u{212d}\u{212f}-\u{2134}\u{2139}\u{213c}-\u{213f}\u{2145}-\u{2149}\u{214e}\
            \u{2183}\u{2184}\u{2c00}-\u{2c7b}\u{2c7e}-\u{2ce4}\u{2ceb}-\u{2cee}\u{2cf2}\u{2cf3}\u{a640}-\u{a66d}\
            \u{a680}-\u{a69b}\u{a722}-\u{a76f}\u{a771}-\u{a787}\u{a78b}-\u{a78e}\u{ab70}-\u{abbf}\u{fb00}-\u{fb06}\
            \u{fb13}-\u{fb17}\u{ff21}-\u{ff3a}\u{ff41}-\u{ff5a}\u{10400}-\u{1044f}\u{104b0}-\u{104d3}\u{104d8}-\u{104fb}\
            \u{10c80}-\u{10cb2}\u{10cc0}-\u{10cf2}\u{118a0}-\u{118df}\u{1e900}-\u{1e943}
            """)
}
