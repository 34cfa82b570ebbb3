import ModelFiles

extension Vocabulary {
    /// The files that describe the vocabulary in a folder in the layout of Hugging Face: `tokenizer.json` and `tokenizer_config.json`.
    /// - Throws: `TokenizerError` for a vocabulary that is damaged or of a kind that decoders do not have.
    package func folderFiles() throws(TokenizerError) -> [(name: String, contents: JSONObject)] {
        let types = try checkedTypes(), tokenizer = try Tokenizer(vocabulary: self)
        var file: JSONObject = ["version": "1.0", "truncation": nil, "padding": nil, "added_tokens": .array(addedTokens(types))]
        switch model {
        case .byteLevel: try describeByteLevel(in: &file)
        case .sentencePiece: try describeSentencePiece(in: &file, types)
        case .unigram, .wordPiece:
            throw TokenizerError(
                .file(.notDescribable(in: "tokenizer.json", reason: "only byte-pair encodings are, and this is \(model.rawValue)")),
                in: source)
        }
        if let frame = frame(tokenizer) { file["post_processor"] = frame }
        return [("tokenizer.json", file), ("tokenizer_config.json", configuration(tokenizer))]
    }

    /// A piece as JSON has it. Bytes that are no text would come back as others.
    private func text(_ number: Int) throws(TokenizerError) -> String {
        let text = pieces.text(number)
        guard text.utf8.elementsEqual(pieces[number]) else {
            throw TokenizerError(.file(.notDescribable(in: "tokenizer.json", reason: "piece \(number) is no text")), in: source)
        }
        return text
    }

    private func vocabulary() throws(TokenizerError) -> JSONValue {
        var members = JSONObject()
        for number in 0..<pieces.count { members[try text(number)] = .integer(number) }
        guard members.count == pieces.count else {
            throw TokenizerError(.file(.notDescribable(in: "tokenizer.json", reason: "some of its pieces are the same")), in: source)
        }
        return .object(members)
    }

    private func addedTokens(_ types: [TokenType]) -> [JSONValue] {
        types.enumerated().filter { [.control, .unknown, .userDefined].contains($1) }.map { number, type in
            [
                "id": .integer(number), "content": .string(pieces.text(number)), "single_word": false, "lstrip": false, "rstrip": false,
                "normalized": false, "special": .bool(type != .userDefined),
            ]
        }
    }

    // MARK: - Byte-level encoding

    private func describeByteLevel(in file: inout JSONObject) throws(TokenizerError) {
        let rule = try PreTokenizer.named(preTokenizer, source: source)
        guard let components = rule.components else {
            let known = PreTokenizer.describable.flatMap(\.names).joined(separator: ", ")
            throw TokenizerError(
                .file(.notDescribable(in: "tokenizer.json", reason: "the pre-tokenizer \"\(preTokenizer)\" is not among \(known)")),
                in: source)
        }
        file["normalizer"] = preTokenizer == "qwen2" ? ["type": "NFC"] : nil
        file["pre_tokenizer"] = components.count == 1 ? components[0] : ["type": "Sequence", "pretokenizers": .array(components)]
        let byteLevel: JSONValue = ["type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false, "use_regex": false]
        file["post_processor"] = byteLevel
        file["decoder"] = byteLevel
        let lines = listedMerges
        file["model"] = [
            "type": "BPE", "dropout": nil, "unk_token": nil, "continuing_subword_prefix": nil, "end_of_word_suffix": nil, "fuse_unk": false,
            "byte_fallback": false, "ignore_merges": .bool(rule.takesWholeWords), "vocab": try vocabulary(),
            "merges": .array((0..<lines.count).map { .string(lines.text($0)) }),
        ]
    }

    // MARK: - SentencePiece's encoding

    private func describeSentencePiece(in file: inout JSONObject, _ types: [TokenType]) throws(TokenizerError) {
        let adds = addsSpacePrefix ?? true
        let marks: JSONValue = ["type": "Replace", "pattern": ["String": " "], "content": "\u{2581}"]
        file["normalizer"] = adds ? ["type": "Sequence", "normalizers": [["type": "Prepend", "prepend": "\u{2581}"], marks]] : marks
        let spaces: JSONValue = ["type": "Replace", "pattern": ["String": "\u{2581}"], "content": " "]
        let steps: [JSONValue] = [spaces, ["type": "ByteFallback"], ["type": "Fuse"]]
        let strip: [JSONValue] = adds ? [["type": "Strip", "content": " ", "start": 1, "stop": 0]] : []
        file["decoder"] = ["type": "Sequence", "decoders": .array(steps + strip)]
        file["model"] = [
            "type": "BPE", "dropout": nil,
            "unk_token": try identifiers[.unknown].map { (number) throws(TokenizerError) in .string(try text(number)) } ?? .null,
            "continuing_subword_prefix": nil, "end_of_word_suffix": nil, "fuse_unk": true, "byte_fallback": true, "ignore_merges": false,
            "vocab": try vocabulary(), "merges": .array(try scoredMerges(types)),
        ]
    }

    /// Every way to make a piece of two others, the best-scored pieces first.
    private func scoredMerges(_ types: [TokenType]) throws(TokenizerError) -> [JSONValue] {
        let scores = try checkedScores()
        let index = PieceIndex(pieces) { types[$0] == .normal || types[$0] == .userDefined || types[$0] == .unused }
        var merges: [JSONValue] = []
        let order = types.indices.filter { types[$0] == .normal }.sorted { (scores[$1], $0) < (scores[$0], $1) }
        for number in order {
            let whole = pieces.range(number)
            var middle = whole.lowerBound
            while middle < whole.upperBound {
                middle += UTF8Unit(pieces.bytes, at: middle, limit: whole.upperBound).length
                guard middle < whole.upperBound, let left = index.find(pieces.bytes, whole.lowerBound..<middle),
                    let right = index.find(pieces.bytes, middle..<whole.upperBound)
                else { continue }
                merges.append([.string(try text(Int(left))), .string(try text(Int(right)))])
            }
        }
        return merges
    }

    // MARK: - Around texts

    /// The post-processor that adds the tokens for the beginning and the end.
    private func frame(_ tokenizer: Tokenizer) -> JSONValue? {
        guard !tokenizer.frame.before.isEmpty || !tokenizer.frame.after.isEmpty else { return nil }
        func tokens(_ identifiers: [Int32]) -> [JSONValue] {
            identifiers.map { ["SpecialToken": ["id": .string(pieces.text(Int($0))), "type_id": 0]] }
        }
        var special = JSONObject()
        for identifier in tokenizer.frame.before + tokenizer.frame.after {
            let name = pieces.text(Int(identifier))
            special[name] = ["id": .string(name), "ids": [.integer(Int(identifier))], "tokens": [.string(name)]]
        }
        let before = tokens(tokenizer.frame.before), after = tokens(tokenizer.frame.after)
        func sequence(_ name: String) -> [JSONValue] { before + [["Sequence": ["id": .string(name), "type_id": 0]]] + after }
        return [
            "type": "TemplateProcessing", "single": .array(sequence("A")), "pair": .array(sequence("A") + sequence("B")),
            "special_tokens": .object(special),
        ]
    }

    private func configuration(_ tokenizer: Tokenizer) -> JSONObject {
        var settings: JSONObject = ["tokenizer_class": "PreTrainedTokenizerFast", "clean_up_tokenization_spaces": false]
        for (role, name) in [(Role.beginning, "bos_token"), (.end, "eos_token"), (.unknown, "unk_token"), (.padding, "pad_token")] {
            if let identifier = identifiers[role] { settings[name] = .string(pieces.text(identifier)) }
        }
        settings["add_bos_token"] = .bool(tokenizer.addsBOS)
        settings["add_eos_token"] = .bool(tokenizer.addsEOS)
        if let chatTemplate { settings["chat_template"] = .string(chatTemplate) }
        return settings
    }
}
