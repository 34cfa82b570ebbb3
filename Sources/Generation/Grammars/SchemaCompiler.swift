import ModelFiles

/// Makes the grammar of a schema.
///
/// A value is described by a set of schemas that must all hold (`allOf`, `$ref` beside other keywords, a key that two schemas describe).
/// Choices among them are multiplied out, so that each rule holds schemas without choices, which merge into one `SchemaConstraints`. Rules are
/// known by their set of schemas: recursion ends there.
struct SchemaCompiler {
    /// The most alternatives that the choices of one value may multiply to.
    static let mostAlternatives = 256
    /// The most references and combinations within each other before a value is described.
    static let deepestCombination = 64
    /// The most schemas that are combined, those counted each time that are referred to several times.
    static let mostCombinations = 100_000

    let root: JSONValue
    var builder = GrammarBuilder()
    private var rules: [[String]: Int32] = [:]
    /// How many schemas have been combined.
    private var combinationCount = 0
    /// Rules that are used and not yet made.
    private var waiting: [(node: Int32, parts: [SchemaPart])] = []

    static func grammar(of schema: JSONValue) throws(GrammarError) -> ByteGrammar {
        var compiler = SchemaCompiler(root: schema)
        let value = try compiler.rule(for: [SchemaPart(schema: schema, path: "#")])
        let start = try compiler.builder.space(then: value)
        while let (node, parts) = compiler.waiting.popLast() {
            compiler.builder.fill(node, with: .either(try compiler.alternatives(parts)))
        }
        guard let grammar = compiler.builder.grammar(from: start) else { throw GrammarError(.unsatisfiable, at: "#") }
        return grammar
    }

    private init(root: JSONValue) { self.root = root }

    /// The rule of values for which all parts hold. It is made later, so that deep schemas take no deep recursion.
    mutating func rule(for parts: [SchemaPart]) throws(GrammarError) -> Int32 {
        var distinct: [String: SchemaPart] = [:]
        for part in parts where part.schema != true { distinct[part.path] = part }
        let key = distinct.keys.sorted()
        if key.isEmpty { return try builder.value() }
        if let known = rules[key] { return known }
        let node = try builder.reserve()
        rules[key] = node
        waiting.append((node, parts.filter { $0.schema != true }))
        return node
    }

    // MARK: - Choices

    private mutating func alternatives(_ parts: [SchemaPart]) throws(GrammarError) -> [Int32] {
        var choices: [[SchemaPart]] = [[]]
        for part in parts { choices = try both(choices, self.choices(of: part, within: []), at: part) }
        var rules: [Int32] = [], listed: [String] = []
        for choice in choices {
            let constraints = try SchemaConstraints(choice)
            if let values = constraints.values {
                listed += values.map { $0.serialized() }
            } else if constraints.allowsAnything {
                rules.append(try builder.value())
            } else {
                rules += try rulesOfKinds(constraints)
            }
        }
        if !listed.isEmpty { rules.append(try builder.anyText(of: listed, then: ByteGrammar.end)) }
        return rules
    }

    /// Sets of parts without choices, one of which must hold for the part to hold.
    /// - Parameter outer: the parts whose choices these are.
    private mutating func choices(of part: SchemaPart, within outer: [String]) throws(GrammarError) -> [[SchemaPart]] {
        if let isValid = part.schema.bool { return isValid ? [[]] : [] }
        guard !outer.contains(part.path) else { throw part.invalid("is defined by itself, with nothing in between") }
        guard outer.count < Self.deepestCombination else {
            throw GrammarError(
                .tooLarge(what: "references and combinations within each other", most: Self.deepestCombination), at: part.path)
        }
        combinationCount += 1
        guard combinationCount <= Self.mostCombinations else {
            throw GrammarError(.tooLarge(what: "schemas to combine", most: Self.mostCombinations), at: part.path)
        }
        try SchemaKeywords.check(part)
        let within = outer + [part.path]
        var choices = [[part]]
        if let reference = try part.text("$ref") {
            let target = try SchemaReference.resolve(reference, from: part, in: root)
            choices = try both(choices, self.choices(of: target, within: within), at: part)
        }
        for each in try part.list("allOf") ?? [] { choices = try both(choices, self.choices(of: each, within: within), at: part) }
        for keyword in ["anyOf", "oneOf"] {
            guard let list = try part.list(keyword) else { continue }
            var any: [[SchemaPart]] = []
            for each in list { any += try self.choices(of: each, within: within) }
            choices = try both(choices, any, at: part)
        }
        return choices
    }

    /// Every choice of the one together with every choice of the other.
    private func both(
        _ some: [[SchemaPart]], _ others: [[SchemaPart]], at part: SchemaPart
    ) throws(GrammarError) -> [[SchemaPart]] {
        guard some.count * others.count <= Self.mostAlternatives else {
            throw GrammarError(.tooLarge(what: "alternatives for one value", most: Self.mostAlternatives), at: part.path)
        }
        return some.flatMap { one in others.map { one + $0 } }
    }

    // MARK: - Kinds

    private mutating func rulesOfKinds(_ constraints: SchemaConstraints) throws(GrammarError) -> [Int32] {
        let kinds = constraints.kinds
        var rules: [Int32] = []
        if kinds.contains(.object) { rules.append(try object(constraints)) }
        if kinds.contains(.array) { rules.append(try array(constraints)) }
        if kinds.contains(.string) { rules.append(try string(constraints)) }
        if kinds.contains(.number) {
            rules.append(try builder.number(NumberLimits(constraints.parts)))
        } else if kinds.contains(.integer) {
            rules.append(try builder.integer(NumberLimits(constraints.parts)))
        }
        if kinds.contains(.boolean) { rules.append(try builder.anyText(of: ["true", "false"], then: ByteGrammar.end)) }
        if kinds.contains(.null) { rules.append(try builder.text("null", then: ByteGrammar.end)) }
        return rules
    }

    private mutating func string(_ constraints: SchemaConstraints) throws(GrammarError) -> Int32 {
        let least = try constraints.strictest("minLength", max) ?? 0
        let most = try constraints.strictest("maxLength", min)
        let patterns = try constraints.collect { (part) throws(GrammarError) in try TextPattern.patterns(of: part) }
        guard patterns.isEmpty else {
            return try builder.string(matching: patterns, least: Int(least), most: most.map(Int.init), path: constraints.path)
        }
        if let most, most < least { return try builder.reserve() }
        return try builder.string(least: least, most: most, then: ByteGrammar.end)
    }
}
