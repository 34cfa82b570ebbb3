/// The sets of characters that regular expressions have names and signs for.
enum CharacterProperties {
    /// `\s`: the characters that Unicode calls white space.
    static let whiteSpace = ScalarSet([
        0x09...0x0d, 0x20...0x20, 0x85...0x85, 0xa0...0xa0, 0x1680...0x1680, 0x2000...0x200a, 0x2028...0x2029, 0x202f...0x202f,
        0x205f...0x205f, 0x3000...0x3000,
    ])
    static let decimalDigits = GeneralCategory.characters(prefix: "nd") ?? ScalarSet()
    static let hexadecimalDigits = ScalarSet([0x30...0x39, 0x41...0x46, 0x61...0x66])
    static let numbers = GeneralCategory.characters(prefix: "n") ?? ScalarSet()
    /// What Unicode calls punctuation, and the symbols of ASCII.
    static let punctuation = ScalarSet([0x21...0x2f, 0x3a...0x40, 0x5b...0x60, 0x7b...0x7e])
        .union(GeneralCategory.characters(prefix: "p") ?? ScalarSet())
    /// Characters of words as Unicode Technical Standard 18 has them, which is the rule outside of regular expressions.
    static let standardWordCharacters = scalars { $0.isAlphabetic }.union(decimalDigits).union(
        ScalarSet(["m", "pc"].compactMap(GeneralCategory.characters).flatMap(\.ranges) + [0x200c...0x200d]))
    static let lineFeed = ScalarSet(0x0a)

    static let ecmaScriptLineEnds = ScalarSet([0x0a...0x0a, 0x0d...0x0d, 0x2028...0x2029])
    /// What `\d`, `\s`, `\w` and their opposites stand for in ECMAScript.
    static let ecmaScriptSets: [Unicode.Scalar: ScalarSet] = {
        let digits = ScalarSet([0x30...0x39])
        let spaces = ScalarSet([
            0x09...0x0d, 0x20...0x20, 0xa0...0xa0, 0x1680...0x1680, 0x2000...0x200a, 0x2028...0x2029, 0x202f...0x202f, 0x205f...0x205f,
            0x3000...0x3000, 0xfeff...0xfeff,
        ])
        let words = ScalarSet([0x30...0x39, 0x41...0x5a, 0x5f...0x5f, 0x61...0x7a])
        return ["d": digits, "s": spaces, "w": words, "D": digits.inverted(), "S": spaces.inverted(), "W": words.inverted()]
    }()

    /// The characters of a property, such as the name in `\p{Letter}`; nil if the name is not known. Case, spaces, hyphens and
    /// low lines in names do not count.
    static func named(_ name: String) -> ScalarSet? {
        let name = name.lowercased().filter { !"_- ".contains($0) }
        guard !name.isEmpty else { return nil }
        if let special = special(name) { return special }
        if let short = GeneralCategory.longNames[name] { return GeneralCategory.characters(prefix: short) }
        if name.count <= 2, let category = GeneralCategory.characters(prefix: name) { return category }
        return UnicodeScript.characters(named: name)
    }

    /// The characters of a class such as `[:alpha:]`, which differ from the properties of the same name in `punct` alone.
    static func posix(_ name: String) -> ScalarSet? {
        guard name == "punct" else { return special(name) ?? GeneralCategory.longNames[name].flatMap(GeneralCategory.characters) }
        return GeneralCategory.characters(prefix: "p")?.union(GeneralCategory.characters(prefix: "s") ?? ScalarSet())
    }

    private static func special(_ name: String) -> ScalarSet? {
        switch name {
        case "any": ScalarSet([0...0x10ffff])
        case "assigned": GeneralCategory.characters(prefix: "cn")?.inverted().intersection(ScalarSet([0...0x10ffff]))
        case "ascii": ScalarSet([0...0x7f])
        case "space", "whitespace": whiteSpace
        case "word": GeneralCategory.wordCharacters
        case "alnum": scalars { $0.isAlphabetic }.union(decimalDigits)
        case "alpha", "alphabetic": scalars { $0.isAlphabetic }
        case "upper", "uppercase": scalars { $0.isUppercase }
        case "lower", "lowercase": scalars { $0.isLowercase }
        case "xdigit": hexadecimalDigits
        case "blank": GeneralCategory.characters(prefix: "zs")?.union(ScalarSet(0x09))
        case "ideographic": scalars { $0.isIdeographic }
        case "emoji": scalars { $0.isEmoji }
        case "emojipresentation": scalars { $0.isEmojiPresentation }
        default: nil
        }
    }

    /// The characters for which the standard library says so.
    private static func scalars(where isMember: (Unicode.Scalar.Properties) -> Bool) -> ScalarSet {
        var ranges: [ClosedRange<UInt32>] = []
        for number in 0...UInt32(0x10ffff) {
            if let scalar = Unicode.Scalar(number), isMember(scalar.properties) { ranges.append(number...number) }
        }
        return ScalarSet(ranges)
    }
}

/// Which characters are alike but for their case.
enum CaseVariants {
    /// The set with every character that differs from a member in its case alone.
    static func adding(to set: ScalarSet) -> ScalarSet {
        let added = groups.filter { group in group.contains(where: set.contains) }.joined()
        return set.union(ScalarSet(added.map { $0...$0 }))
    }

    /// Characters that share one small form.
    private static let groups: [[UInt32]] = {
        var groups: [UInt32: [UInt32]] = [:]
        for number in 0...UInt32(0x1ffff) {
            guard let scalar = Unicode.Scalar(number), scalar.properties.changesWhenCaseMapped, number != dotlessI else { continue }
            groups[folded(scalar), default: []].append(number)
        }
        return groups.values.filter { $0.count > 1 }
    }()

    /// U+0131, whose capital is that of another letter.
    private static let dotlessI: UInt32 = 0x131

    private static func folded(_ scalar: Unicode.Scalar) -> UInt32 {
        let upper = only(scalar.properties.uppercaseMapping) ?? scalar
        return (only(upper.properties.lowercaseMapping) ?? upper).value
    }

    private static func only(_ text: String) -> Unicode.Scalar? {
        text.unicodeScalars.count == 1 ? text.unicodeScalars.first : nil
    }
}
