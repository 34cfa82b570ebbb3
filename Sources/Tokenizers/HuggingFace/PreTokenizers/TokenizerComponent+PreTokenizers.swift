extension TokenizerComponent {
    /// The kinds of pre-tokenizers in `tokenizer.json`.
    private static let preTokenizerKinds = [
        "Sequence", "ByteLevel", "Split", "Metaspace", "Whitespace", "WhitespaceSplit", "Punctuation", "Digits", "BertPreTokenizer",
        "CharDelimiterSplit", "UnicodeScripts", "FixedLength",
    ]

    /// Adds the rules that this part asks for.
    func addWordRules(to stages: inout WordStages) throws(TokenizerError) {
        let kind = try kind()
        switch kind {
        case "Sequence":
            for part in try parts("pretokenizers") { try part.addWordRules(to: &stages) }
        case "ByteLevel": try addByteLevel(to: &stages)
        case "Split": stages.append(try splitCutter())
        case "Metaspace": try addMetaspace(to: &stages)
        case "Whitespace": stages.append(SplitCutter(finder: CharacterRunFinder.words, behavior: .removed, isInverted: true))
        case "WhitespaceSplit": stages.append(Self.cutter(at: CharacterProperties.whiteSpace, .removed))
        case "Punctuation":
            stages.append(Self.cutter(at: CharacterProperties.punctuation, try behavior(or: .isolated)))
        case "Digits":
            let behavior: SplitCutter.Behavior = try bool("individual_digits", or: false) ? .isolated : .contiguous
            stages.append(Self.cutter(at: CharacterProperties.numbers, behavior))
        case "BertPreTokenizer":
            stages.append(Self.cutter(at: CharacterProperties.whiteSpace, .removed))
            stages.append(Self.cutter(at: CharacterProperties.punctuation, .isolated))
        case "CharDelimiterSplit": stages.append(Self.cutter(at: ScalarSet(try scalar("delimiter").value), .removed))
        case "UnicodeScripts": stages.append(ScriptCutter())
        case "FixedLength": stages.append(LengthCutter(length: try integer("length", in: 1...(1 << 20), or: 5)))
        default: throw unknownKind(kind, known: Self.preTokenizerKinds)
        }
    }

    private static func cutter(at set: ScalarSet, _ behavior: SplitCutter.Behavior) -> SplitCutter {
        SplitCutter(finder: CharacterFinder(set), behavior: behavior)
    }

    private func addByteLevel(to stages: inout WordStages) throws(TokenizerError) {
        if try bool("add_prefix_space", or: true) { stages.append(SpacePrefixRewriter()) }
        if try bool("use_regex", or: true) { stages.append(GPT2Words()) }
        stages.append(ByteAlphabetRewriter())
    }

    private func addMetaspace(to stages: inout WordStages) throws(TokenizerError) {
        let mark = Array(String(try scalar("replacement", or: "\u{2581}")).utf8)
        stages.append(MetaspaceRewriter(mark: mark, prefix: try metaspacePrefix()))
        if try bool("split", or: true) {
            stages.append(SplitCutter(finder: LiteralFinder(bytes: mark), behavior: .mergedWithNext))
        }
    }

    /// Newer files name the scheme, older ones say whether there is a prefix at all.
    func metaspacePrefix() throws(TokenizerError) -> MetaspaceRewriter.Prefix {
        let usual = try bool("add_prefix_space", or: true) ? "always" : "never"
        let scheme = try string("prepend_scheme", or: usual)
        switch scheme {
        case "always": return .always
        case "never": return .never
        case "first": return .first
        default: throw invalid("prepend_scheme", expected: "always, never or first")
        }
    }

    private func behavior(or usual: SplitCutter.Behavior) throws(TokenizerError) -> SplitCutter.Behavior {
        guard value("behavior") != nil else { return usual }
        guard let behavior = SplitCutter.Behavior(rawValue: try string("behavior")) else {
            throw invalid("behavior", expected: SplitCutter.Behavior.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return behavior
    }

    /// The rule of a `Split`: a scanner where the pattern is one that has its own, which is faster.
    private func splitCutter() throws(TokenizerError) -> any TextCutter {
        let behavior = try behavior(or: .isolated)
        let isInverted = try bool("invert", or: false)
        if let regex = members["pattern"]?.object?["Regex"]?.string, let known = KnownPattern(regex) {
            // Where matches cover the text, it is all the same whether what lies between them is kept.
            if behavior == .isolated || behavior == .removed && isInverted && known.coversText { return known.scanner }
        }
        return SplitCutter(finder: try pattern("pattern"), behavior: behavior, isInverted: isInverted)
    }
}
