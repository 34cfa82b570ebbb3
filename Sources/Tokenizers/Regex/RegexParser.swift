/// Reads regular expressions in the syntax of published tokenizers, which is that of Oniguruma.
///
/// Known are alternation, groups of every kind but those that are referred back to, `(?imx-imx)`, the quantifiers in their
/// greedy, lazy and possessive forms, look-around, classes with ranges, nesting, `&&` and `[:alpha:]`, `\p{…}` with general
/// categories and scripts, `\d \h \s \w \R`, anchors and word boundaries. What is not known is refused.
///
/// ECMAScript's syntax is read too, as far as it means the same: its classes do not nest, and `\d`, `\w` are of ASCII.
struct RegexParser {
    /// Whose signs are read.
    enum Dialect: Sendable {
        case oniguruma
        case ecmaScript
    }

    /// What `(?imx)` switches.
    struct Flags: Sendable {
        var ignoresCase = false
        var dotTakesLineFeeds = false
        var ignoresSpaces = false
    }

    /// Groups within groups beyond this are refused.
    private static let deepest = 100
    /// Repetition counts beyond this are refused.
    static let mostRepetitions = 1000

    let pattern: [Unicode.Scalar]
    let dialect: Dialect
    var place = 0
    var flags = Flags()
    private var depth = 0

    static func parse(_ pattern: String, dialect: Dialect = .oniguruma) throws(RegexError) -> RegexNode {
        var parser = RegexParser(pattern: Array(pattern.unicodeScalars), dialect: dialect)
        let node = try parser.alternatives()
        if parser.peek != nil { throw parser.error("has a ) without its (") }
        return node
    }

    private init(pattern: [Unicode.Scalar], dialect: Dialect) {
        self.pattern = pattern
        self.dialect = dialect
    }

    // MARK: - Reading

    var peek: Unicode.Scalar? { place < pattern.count ? pattern[place] : nil }

    func error(_ reason: String) -> RegexError { RegexError(reason: reason, offset: place) }

    mutating func next() throws(RegexError) -> Unicode.Scalar {
        guard let scalar = peek else { throw error("ends too early") }
        place += 1
        return scalar
    }

    /// Takes `text` if it comes next.
    mutating func take(_ text: String) -> Bool {
        let wanted = text.unicodeScalars
        guard pattern[place...].starts(with: wanted) else { return false }
        place += wanted.count
        return true
    }

    /// Takes everything before `end`, and `end`.
    mutating func text(until end: Unicode.Scalar) throws(RegexError) -> String {
        var text = String.UnicodeScalarView()
        while true {
            let scalar = try next()
            if scalar == end { return String(text) }
            text.append(scalar)
        }
    }

    // MARK: - Structure

    private mutating func alternatives() throws(RegexError) -> RegexNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { throw error("nests groups more than \(Self.deepest) deep") }
        var choices = [try sequence()]
        while take("|") { choices.append(try sequence()) }
        return choices.count == 1 ? choices[0] : .alternatives(choices)
    }

    private mutating func sequence() throws(RegexError) -> RegexNode {
        var parts: [RegexNode] = []
        while let scalar = peek, scalar != "|", scalar != ")" {
            if flags.ignoresSpaces, skipsIgnored() { continue }
            if let rest = try flagsForRest() {
                parts.append(rest)
                break
            }
            guard let part = try atom() else { continue }
            parts.append(try quantified(part))
        }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    /// Passes over a space or a comment where flags let patterns hold them.
    private mutating func skipsIgnored() -> Bool {
        guard let scalar = peek else { return false }
        if scalar == "#" {
            while let scalar = peek, scalar != "\n" { place += 1 }
            return true
        }
        guard scalar.properties.isWhitespace else { return false }
        place += 1
        return true
    }

    /// `(?i)` holds until the group ends, over all alternatives that follow.
    private mutating func flagsForRest() throws(RegexError) -> RegexNode? {
        let start = place
        guard take("(?"), let changed = try flagChange(), take(")") else {
            place = start
            return nil
        }
        let outer = flags
        flags = changed
        defer { flags = outer }
        return try alternatives()
    }

    /// Flags such as `i` or `m-x`; nil if what comes next are none.
    private mutating func flagChange() throws(RegexError) -> Flags? {
        var changed = flags
        var value = true
        let start = place
        while let scalar = peek {
            switch scalar {
            case "i": changed.ignoresCase = value
            case "m": changed.dotTakesLineFeeds = value
            case "x": changed.ignoresSpaces = value
            case "-": value = false
            default: return place == start ? nil : changed
            }
            place += 1
        }
        return nil
    }

    private mutating func atom() throws(RegexError) -> RegexNode? {
        let scalar = try next()
        switch scalar {
        case "(": return try group()
        case "[": return .characters(try characterClass())
        case ".": return .characters(flags.dotTakesLineFeeds ? .everything : lineEnds.inverted())
        case "^": return .assertion(.lineStart)
        case "$": return .assertion(.lineEnd)
        case "\\": return try escape()
        case "*", "+", "?":
            place -= 1
            throw error("repeats nothing")
        default: return literal(scalar)
        }
    }

    /// What a dot does not stand for.
    private var lineEnds: ScalarSet {
        dialect == .oniguruma ? CharacterProperties.lineFeed : CharacterProperties.ecmaScriptLineEnds
    }

    func literal(_ scalar: Unicode.Scalar) -> RegexNode {
        .characters(inCase(ScalarSet(scalar.value)))
    }

    /// The set as the flag for case wants it.
    func inCase(_ set: ScalarSet) -> ScalarSet {
        flags.ignoresCase ? CaseVariants.adding(to: set) : set
    }

    /// The rest of a group after its parenthesis; nil for a comment.
    private mutating func group() throws(RegexError) -> RegexNode? {
        guard take("?") else { return try groupBody() }
        if take("#") {
            _ = try text(until: ")")
            return nil
        }
        if take(":") { return try groupBody() }
        if take(">") { return .atomic(try groupBody()) }
        if take("=") { return .look(try groupBody(), isBehind: false, isNegated: false) }
        if take("!") { return .look(try groupBody(), isBehind: false, isNegated: true) }
        if take("<=") { return .look(try groupBody(), isBehind: true, isNegated: false) }
        if take("<!") { return .look(try groupBody(), isBehind: true, isNegated: true) }
        if take("<") || take("P<") {
            _ = try text(until: ">")
            return try groupBody()
        }
        let outer = flags
        guard let changed = try flagChange(), take(":") else { throw error("has a kind of group that is not known") }
        flags = changed
        defer { flags = outer }
        return try groupBody()
    }

    private mutating func groupBody() throws(RegexError) -> RegexNode {
        let outer = flags
        defer { flags = outer }
        let node = try alternatives()
        guard take(")") else { throw error("has a ( without its )") }
        return node
    }
}

// MARK: - Quantifiers

extension RegexParser {
    private mutating func quantified(_ part: RegexNode) throws(RegexError) -> RegexNode {
        var node = part
        while let repetition = try quantifier() {
            if repetition.most == nil, node.canBeEmpty { throw error("repeats without end what can be empty") }
            node = .repeated(node, repetition)
        }
        return node
    }

    private mutating func quantifier() throws(RegexError) -> Repetition? {
        let bounds: (Int, Int?)
        var isInterval = false
        if take("*") {
            bounds = (0, nil)
        } else if take("+") {
            bounds = (1, nil)
        } else if take("?") {
            bounds = (0, 1)
        } else if let interval = try interval() {
            bounds = interval
            isInterval = true
        } else {
            return nil
        }
        var preference = Repetition.Preference.most
        if take("?") {
            preference = .fewest
        } else if !isInterval, take("+") {
            // After an interval a plus is one more quantifier.
            preference = .possessive
        }
        return Repetition(least: bounds.0, most: bounds.1, preference: preference)
    }

    /// `{2}`, `{2,}`, `{,3}` or `{2,3}`; a brace that opens none of these stands for itself.
    private mutating func interval() throws(RegexError) -> (Int, Int?)? {
        let start = place
        guard take("{") else { return nil }
        let least = try number()
        let hasComma = take(",")
        let most = hasComma ? try number() : least
        guard least != nil || most != nil && dialect == .oniguruma, take("}") else {
            place = start
            return nil
        }
        if let least, let most, least > most { throw error("has an interval whose end lies before its start") }
        return (least ?? 0, most)
    }

    private mutating func number() throws(RegexError) -> Int? {
        var value: Int?
        while let scalar = peek, let digit = scalar.properties.numericType == .decimal ? Int(String(scalar)) : nil {
            value = (value ?? 0) * 10 + digit
            guard value ?? 0 <= Self.mostRepetitions else { throw error("repeats more than \(Self.mostRepetitions) times") }
            place += 1
        }
        return value
    }
}
