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
        characters: "A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚḀ-ἕἘ-Ἕἠ-ὅὈ-Ὅὐ-ὗὙὛὝὟ-ώᾀ-ᾴᾶ-ᾼ"
            + "ιῂ-ῄῆ-ῌῐ-ΐῖ-Ίῠ-Ῥῲ-ῴῶ-ῼℂℇℊ-ℓℕℙ-ℝℤΩℨK-ℭℯ-ℴℹℼ-ℿⅅ-ⅉⅎↃↄⰀ-ⱻⱾ-ⳤⳫ-ⳮⳲⳳꙀ-ꙭꚀ-ꚛꜢ-ꝯꝱ-ꞇꞋ-ꞎꭰ-ꮿﬀ-ﬆﬓ-ﬗＡ-Ｚａ-ｚ𐐀-𐑏𐒰-𐓓𐓘-𐓻"
            + "𐲀-𐲲𐳀-𐳲𑢠-𑣟𞤀-𞥃")
}
