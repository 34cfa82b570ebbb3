import ModelFiles

extension Vocabulary {
    /// The vocabulary as the `tokenizer.` entries of a GGUF file.
    package var metadata: [(key: String, value: MetadataValue)] {
        var entries: [(key: String, value: MetadataValue)] = [
            ("tokenizer.ggml.model", .string(model.rawValue)), ("tokenizer.ggml.pre", .string(preTokenizer)),
            ("tokenizer.ggml.tokens", .array(.string(StringTable(pieces)))),
        ]
        if !scores.isEmpty { entries.append(("tokenizer.ggml.scores", .array(.float32(scores)))) }
        if !types.isEmpty { entries.append(("tokenizer.ggml.token_type", .array(.int32(types.map { Int32(truncatingIfNeeded: $0) })))) }
        if model == .byteLevel { entries.append(("tokenizer.ggml.merges", .array(.string(StringTable(listedMerges))))) }
        for role in Role.allCases {
            guard let identifier = identifiers[role], let number = UInt32(exactly: identifier) else { continue }
            entries.append(("tokenizer.ggml.\(role.rawValue)_token_id", .uint32(number)))
        }
        return entries + flags
    }

    private var flags: [(key: String, value: MetadataValue)] {
        var entries: [(key: String, value: MetadataValue)] = []
        for (name, flag) in [
            ("add_bos_token", addsBeginning), ("add_eos_token", addsEnd), ("add_sep_token", addsSeparator),
            ("add_space_prefix", addsSpacePrefix),
        ] {
            if let flag { entries.append(("tokenizer.ggml.\(name)", .bool(flag))) }
        }
        if model == .unigram {
            entries.append(("tokenizer.ggml.remove_extra_whitespaces", .bool(removesExtraSpaces)))
            if !characterMap.isEmpty { entries.append(("tokenizer.ggml.precompiled_charsmap", .array(.uint8(characterMap)))) }
        }
        if model == .wordPiece {
            for (name, flag) in [("lowercase", lowercases), ("strip_accents", stripsAccents)] {
                if let flag { entries.append(("tokenizer.ggml.normalizer.\(name)", .bool(flag))) }
            }
        }
        if let chatTemplate { entries.append(("tokenizer.chat_template", .string(chatTemplate))) }
        return entries
    }

    /// The merges as lines. Where any two pieces that make a third may be joined, every such pair is one, in the order of the third.
    var listedMerges: PieceList {
        if case .listed(let lines) = merges { return lines }
        let index = PieceIndex(pieces) { _ in true }
        var lines = PieceList()
        for number in 0..<pieces.count {
            let whole = pieces.range(number)
            var middle = whole.lowerBound
            while middle < whole.upperBound {
                middle += UTF8Unit(pieces.bytes, at: middle, limit: whole.upperBound).length
                guard middle < whole.upperBound, index.find(pieces.bytes, whole.lowerBound..<middle) != nil,
                    index.find(pieces.bytes, middle..<whole.upperBound) != nil
                else { continue }
                lines.append(Array(pieces.bytes[whole.lowerBound..<middle]) + [0x20] + Array(pieces.bytes[middle..<whole.upperBound]))
            }
        }
        return lines
    }
}

extension StringTable {
    fileprivate init(_ pieces: PieceList) {
        self.init()
        reserveCapacity(strings: pieces.count, bytes: pieces.bytes.count)
        for number in 0..<pieces.count { append(pieces[number]) }
    }
}
