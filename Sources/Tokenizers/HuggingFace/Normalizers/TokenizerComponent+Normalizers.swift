extension TokenizerComponent {
    /// The kinds of normalisers in `tokenizer.json`.
    private static let normalizerKinds = [
        "Sequence", "NFC", "NFD", "NFKC", "NFKD", "Lowercase", "Strip", "StripAccents", "Replace", "Prepend", "BertNormalizer",
        "Precompiled", "Nmt", "ByteLevel",
    ]

    /// The steps of normalisation that this part asks for, in turn.
    func normalizers() throws(TokenizerError) -> [any TextNormalizer] {
        let kind = try kind()
        switch kind {
        case "Sequence":
            var steps: [any TextNormalizer] = []
            for part in try parts("normalizers") { steps += try part.normalizers() }
            try requireBoundedGrowth(steps)
            return steps
        case "NFC", "NFD", "NFKC", "NFKD": return UnicodeForm(rawValue: kind).map { [FormNormalizer(form: $0)] } ?? []
        case "Lowercase": return [LowercaseNormalizer()]
        case "Strip":
            return [SpaceStripper(atStart: try bool("strip_left", or: true), atEnd: try bool("strip_right", or: true))]
        case "StripAccents": return [AccentNormalizer()]
        case "Replace": return [ReplacementNormalizer(finder: try pattern("pattern"), content: Array(try string("content").utf8))]
        case "Prepend": return [PrefixNormalizer(prefix: Array(try string("prepend").utf8))]
        case "BertNormalizer": return [try bertNormalizer()]
        case "Precompiled": return [CharacterMapNormalizer(map: try characterMap())]
        case "Nmt": return [TranslationNormalizer()]
        case "ByteLevel": return [ByteAlphabetNormalizer()]
        default: throw unknownKind(kind, known: Self.normalizerKinds)
        }
    }

    private func bertNormalizer() throws(TokenizerError) -> BERTNormalizer {
        let lowercases = try bool("lowercase", or: true)
        return BERTNormalizer(
            cleans: try bool("clean_text", or: true), spacesChinese: try bool("handle_chinese_chars", or: true),
            stripsAccents: try bool("strip_accents", or: lowercases), lowercases: lowercases)
    }

    private func characterMap() throws(TokenizerError) -> PrecompiledCharacterMap {
        guard let bytes = Base64.decode(try string("precompiled_charsmap").utf8), let map = PrecompiledCharacterMap(bytes) else {
            throw invalid("precompiled_charsmap", expected: "a table of replacements in base 64")
        }
        return map
    }
}
