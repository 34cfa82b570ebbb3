/// Escapes and classes.
extension RegexParser {
    /// What a backslash outside of a class begins.
    mutating func escape() throws(RegexError) -> RegexNode {
        let scalar = try next()
        if dialect == .ecmaScript, "AzZRNOhHae".unicodeScalars.contains(scalar) { throw error("uses \\\(scalar), which is not supported") }
        if let assertion = Self.assertions[scalar] { return .assertion(assertion) }
        switch scalar {
        case "R": return Self.lineBreak
        case "N": return .characters(CharacterProperties.lineFeed.inverted())
        case "O": return .characters(.everything)
        case "1"..."9", "k", "g", "K", "X", "y", "Y", "G":
            throw error("uses \\\(scalar), which is not supported")
        default:
            place -= 1
            let isProperty = "dDsSwWhHpP".unicodeScalars.contains(scalar)
            let set = try escapedSet()
            // A property stays as it is whatever the case; within a class it does not.
            return .characters(isProperty ? set : inCase(set))
        }
    }

    private static let assertions: [Unicode.Scalar: RegexAssertion] = [
        "A": .textStart, "z": .textEnd, "Z": .textEndOrLastBreak, "b": .wordBoundary, "B": .noWordBoundary,
    ]

    /// `\R`: a carriage return with its line feed is one line break.
    private static let lineBreak = RegexNode.atomic(
        .alternatives([
            .sequence([.characters(ScalarSet(0x0d)), .characters(ScalarSet(0x0a))]),
            .characters(ScalarSet([0x0a...0x0d, 0x85...0x85, 0x2028...0x2029])),
        ]))

    /// The characters that an escape stands for, after its backslash.
    private mutating func escapedSet() throws(RegexError) -> ScalarSet {
        let scalar = try next()
        if dialect == .ecmaScript, let set = CharacterProperties.ecmaScriptSets[scalar] { return set }
        switch scalar {
        case "d": return CharacterProperties.decimalDigits
        case "D": return CharacterProperties.decimalDigits.inverted()
        case "s": return CharacterProperties.whiteSpace
        case "S": return CharacterProperties.whiteSpace.inverted()
        case "w": return GeneralCategory.wordCharacters
        case "W": return GeneralCategory.wordCharacters.inverted()
        case "h": return CharacterProperties.hexadecimalDigits
        case "H": return CharacterProperties.hexadecimalDigits.inverted()
        case "p" where peek == "{", "P" where peek == "{": return try property(isNegated: scalar == "P")
        default: return ScalarSet(try escapedScalar(scalar))
        }
    }

    /// The character that an escape stands for.
    private mutating func escapedScalar(_ scalar: Unicode.Scalar) throws(RegexError) -> UInt32 {
        switch scalar {
        case "n": return 0x0a
        case "r": return 0x0d
        case "t": return 0x09
        case "f": return 0x0c
        case "v": return 0x0b
        case "a": return 0x07
        case "e": return 0x1b
        case "0": return try hexadecimal("0")
        case "x": return try hexadecimal(take("{") ? text(until: "}") : digits(2))
        case "u": return try hexadecimal(digits(4))
        case "p", "P": return scalar.value
        case "a"..."z", "A"..."Z": throw error("uses \\\(scalar), which is not supported")
        default: return scalar.value
        }
    }

    private mutating func digits(_ count: Int) throws(RegexError) -> String {
        var text = ""
        while text.count < count { text.unicodeScalars.append(try next()) }
        return text
    }

    private func hexadecimal(_ text: String) throws(RegexError) -> UInt32 {
        guard let value = UInt32(text, radix: 16), value < ScalarSet.illFormed else { throw error("has no character \(text)") }
        return value
    }

    /// `\p{Letter}` or `\p{^Letter}`, after the p.
    private mutating func property(isNegated: Bool) throws(RegexError) -> ScalarSet {
        place += 1
        let name = try text(until: "}")
        let isInverted = name.hasPrefix("^")
        guard let set = CharacterProperties.named(String(name.dropFirst(isInverted ? 1 : 0))) else {
            throw error("names the property \(name), which is not known")
        }
        return isInverted != isNegated ? set.inverted() : set
    }

    /// A class after its opening bracket.
    mutating func characterClass() throws(RegexError) -> ScalarSet {
        try characterClass(depth: 0)
    }

    private mutating func characterClass(depth: Int) throws(RegexError) -> ScalarSet {
        guard depth < 20 else { throw error("nests classes more than 20 deep") }
        let isNegated = take("^")
        var whole: ScalarSet?
        var set = ScalarSet()
        if dialect == .ecmaScript, peek == "]" { throw error("has an empty class") }
        var isFirst = true
        while isFirst || peek != "]" {
            isFirst = false
            if dialect == .oniguruma, take("&&") {
                whole = whole?.intersection(set) ?? set
                set = ScalarSet()
            } else {
                set = set.union(try classItem(depth: depth))
            }
        }
        place += 1
        let result = inCase(whole?.intersection(set) ?? set)
        return isNegated ? result.inverted() : result
    }

    private mutating func classItem(depth: Int) throws(RegexError) -> ScalarSet {
        if dialect == .oniguruma, take("[:") {
            let isNegated = take("^")
            let name = try text(until: ":")
            guard take("]"), let set = CharacterProperties.posix(name) else { throw error("names the class \(name), which is not known") }
            return isNegated ? set.inverted() : set
        }
        if dialect == .oniguruma, take("[") { return try characterClass(depth: depth + 1) }
        let first = try classCharacters()
        guard peek == "-", place + 1 < pattern.count, pattern[place + 1] != "]" else { return first }
        place += 1
        guard peek != "[" || dialect == .ecmaScript else { return first.union(ScalarSet(0x2d)) }
        let last = try classCharacters()
        guard let start = first.only, let end = last.only, start <= end else { throw error("has a range that is none") }
        return ScalarSet([start...end])
    }

    private mutating func classCharacters() throws(RegexError) -> ScalarSet {
        let scalar = try next()
        guard scalar == "\\" else { return ScalarSet(scalar.value) }
        return take("b") ? ScalarSet(0x08) : try escapedSet()
    }
}

extension ScalarSet {
    /// The one member of a set that has one.
    fileprivate var only: UInt32? {
        guard ranges.count == 1, ranges[0].lowerBound == ranges[0].upperBound else { return nil }
        return ranges[0].lowerBound
    }
}
