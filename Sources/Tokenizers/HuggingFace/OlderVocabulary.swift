import ModelFiles

/// The vocabulary lists of models that were published without a `tokenizer.json`, as the file that they would have.
struct OlderVocabulary {
    /// Any of these makes a folder one with a tokenizer.
    static let vocabularyFiles = ["tokenizer.json", "tokenizer.model", "vocab.json with merges.txt", "vocab.txt"]

    private static let classes = [
        "BertTokenizer", "CLIPTokenizer", "CodeGenTokenizer", "DistilBertTokenizer", "GPT2Tokenizer", "Qwen2Tokenizer", "RobertaTokenizer",
    ]

    let folder: TokenizerFolder

    init(_ folder: TokenizerFolder) {
        self.folder = folder
    }

    /// The document; nil where the folder holds none of the lists.
    func document() throws(TokenizerError) -> JSONValue? {
        if let pieces = try TokenizerFolder.bytes("\(folder.path)/vocab.txt") { return try bert(pieces) }
        guard let vocabulary = try TokenizerFolder.document("\(folder.path)/vocab.json"),
            let merges = try TokenizerFolder.bytes("\(folder.path)/merges.txt")
        else { return nil }
        var document = try byteLevel()
        document["model"] = try bpe(vocabulary, Self.lines(merges).filter { !$0.hasPrefix("#version") && !$0.isEmpty })
        document["added_tokens"] = .array(try addedTokens(vocabulary))
        return .object(document)
    }

    /// The lines of a text, whatever ends them.
    private static func lines(_ bytes: [UInt8]) -> [String] {
        bytes.split(separator: 0x0a, omittingEmptySubsequences: false).map { line in
            String(decoding: line.last == 0x0d ? line.dropLast() : line, as: UTF8.self)
        }
    }

    /// The control tokens of these models, which are in their vocabularies by name alone.
    private static let controlTokens = ["<|startoftext|>", "<|endoftext|>", "<s>", "</s>", "<pad>", "<unk>", "<mask>"]

    /// The control tokens of the vocabulary, and those that a further list adds to it.
    private func addedTokens(_ vocabulary: JSONValue) throws(TokenizerError) -> [JSONValue] {
        let further = try TokenizerFolder.document("\(folder.path)/added_tokens.json")?.object ?? [:]
        let own = Self.controlTokens.compactMap { name in vocabulary.object?[name].map { (name, $0) } }
        let all = own + further.sorted { $0.value.integer ?? 0 < $1.value.integer ?? 0 }.map { ($0.key, $0.value) }
        return all.map { name, number in
            ["id": number, "content": .string(name), "special": true, "normalized": false]
        }
    }

    // MARK: - Byte-pair encoding

    private func bpe(_ vocabulary: JSONValue, _ merges: [String]) throws(TokenizerError) -> JSONValue {
        var model: JSONObject = ["type": "BPE", "vocab": vocabulary, "merges": .array(merges.map { .string($0) })]
        if try folder.className() == "CLIPTokenizer" { model["end_of_word_suffix"] = "</w>" }
        if let unknown = try folder.token("unk_token") { model["unk_token"] = .string(unknown) }
        return .object(model)
    }

    /// Everything but the model.
    private func byteLevel() throws(TokenizerError) -> JSONObject {
        let name = try folder.className() ?? "GPT2Tokenizer"
        let addsSpace = JSONValue.bool(try folder.setting("add_prefix_space") ?? false)
        let words: JSONValue = ["type": "ByteLevel", "add_prefix_space": addsSpace, "use_regex": true]
        var document: JSONObject = ["pre_tokenizer": words, "decoder": ["type": "ByteLevel"]]
        switch name {
        case "GPT2Tokenizer", "CodeGenTokenizer": break
        case "RobertaTokenizer": document["post_processor"] = try frame("RobertaProcessing")
        case "Qwen2Tokenizer":
            document["normalizer"] = ["type": "NFC"]
            document["pre_tokenizer"] = Self.split(KnownPattern.qwen2, "Isolated", isInverted: false)
        case "CLIPTokenizer":
            document["normalizer"] = [
                "type": "Sequence",
                "normalizers": [
                    ["type": "NFC"], ["type": "Replace", "pattern": ["Regex": #"\s+"#], "content": " "], ["type": "Lowercase"],
                ],
            ]
            document["pre_tokenizer"] = Self.split(Self.clipWords, "Removed", isInverted: true)
            document["post_processor"] = try frame("RobertaProcessing")
        default: throw TokenizerError(.file(.unknownClass(name, known: Self.classes)), in: folder.path)
        }
        return document
    }

    private static let clipWords =
        #"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"#

    private static func split(_ pattern: String, _ behavior: String, isInverted: Bool) -> JSONValue {
        let rule: JSONValue = [
            "type": "Split", "pattern": ["Regex": .string(pattern)], "behavior": .string(behavior), "invert": .bool(isInverted),
        ]
        return [
            "type": "Sequence",
            "pretokenizers": [rule, ["type": "ByteLevel", "add_prefix_space": false, "use_regex": false]],
        ]
    }

    /// A post-processor with the tokens of the settings, which the vocabulary must hold.
    private func frame(_ kind: String) throws(TokenizerError) -> JSONValue? {
        guard let vocabulary = try TokenizerFolder.document("\(folder.path)/vocab.json")?.object,
            let first = try folder.token("cls_token", or: "bos_token"), let last = try folder.token("sep_token", or: "eos_token"),
            let firstNumber = vocabulary[first], let lastNumber = vocabulary[last]
        else { return nil }
        return ["type": .string(kind), "cls": [.string(first), firstNumber], "sep": [.string(last), lastNumber]]
    }

    // MARK: - WordPiece

    /// BERT's tokenizer from its list of pieces, one a line.
    private func bert(_ bytes: [UInt8]) throws(TokenizerError) -> JSONValue {
        var lines = Self.lines(bytes)
        if lines.last == "" { lines.removeLast() }
        var vocabulary = JSONObject()
        for (number, piece) in lines.enumerated() { vocabulary[piece] = .integer(number) }
        func number(_ piece: String) -> JSONValue { vocabulary[piece] ?? 0 }
        let special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"].filter { vocabulary[$0] != nil }
        let lowercases = try folder.setting("do_lower_case") ?? true
        let accents: JSONValue = try folder.setting("strip_accents").map { .bool($0) } ?? nil
        return [
            "added_tokens": .array(
                special.map { ["id": number($0), "content": .string($0), "special": true, "normalized": false] }),
            "normalizer": [
                "type": "BertNormalizer", "clean_text": true, "lowercase": .bool(lowercases), "strip_accents": accents,
                "handle_chinese_chars": .bool(try folder.setting("tokenize_chinese_chars") ?? true),
            ],
            "pre_tokenizer": ["type": "BertPreTokenizer"],
            "post_processor": ["type": "BertProcessing", "cls": ["[CLS]", number("[CLS]")], "sep": ["[SEP]", number("[SEP]")]],
            "decoder": ["type": "WordPiece"],
            "model": [
                "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
                "vocab": .object(vocabulary),
            ],
        ]
    }
}
