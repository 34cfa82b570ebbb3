import ModelFiles

/// All that several schemas together demand of one value, none of which offers a choice (`anyOf`) any more.
struct SchemaConstraints {
    typealias Kinds = SchemaKeywords.Kinds

    /// The most bytes of a key or of a listed value.
    static let longestText = 1_024

    let parts: [SchemaPart]
    private(set) var kinds: Kinds
    /// The only values that are valid; nil: not listed.
    private(set) var values: [JSONValue]?

    init(_ parts: [SchemaPart]) throws(GrammarError) {
        self.parts = parts
        kinds = .all
        var hasType = false, limited: Kinds = []
        for part in parts {
            if let allowed = try SchemaKeywords.kinds(of: part) {
                kinds = kinds.common(allowed)
                hasType = true
            }
            for (keyword, _) in part.schema.object ?? [:] { limited.formUnion(SchemaKeywords.limiting[keyword] ?? []) }
            try addValues(of: part)
        }
        if !hasType && values == nil && !limited.isEmpty { kinds = limited }
        try checkValues(limited: limited)
    }

    /// Whether any value at all is valid.
    var allowsAnything: Bool {
        kinds == .all && values == nil && !parts.contains { ($0.schema.object ?? [:]).contains { SchemaKeywords.limiting[$0.key] != nil } }
    }

    private mutating func addValues(of part: SchemaPart) throws(GrammarError) {
        var listed = part["const"].map { [$0] }
        if let value = part["enum"] {
            guard let values = value.array else { throw part.invalid("needs a list in \"enum\"") }
            let nullable = try part.flag("nullable") == true && !values.contains(.null)
            listed = (values + (nullable ? [.null] : [])).filter { listed?.contains($0) ?? true }
        }
        guard let listed else { return }
        values = values.map { $0.filter(listed.contains) } ?? listed
    }

    /// Takes away listed values of other kinds, and refuses to judge them by anything else.
    private mutating func checkValues(limited: Kinds) throws(GrammarError) {
        guard let listed = values else { return }
        self.values = listed.filter { !SchemaKeywords.kinds(of: $0).isDisjoint(with: kinds) }
        for part in parts {
            for (keyword, _) in part.schema.object ?? [:] where SchemaKeywords.limiting[keyword] != nil {
                throw part.unsupported(keyword, "beside \"enum\" or \"const\" leave it out and list only what it allows")
            }
        }
        if let long = listed.first(where: { $0.serialized().utf8.count > Self.longestText }) {
            throw GrammarError(.tooLarge(what: "bytes in a listed value (\(long.summary.prefix(40))…)", most: Self.longestText), at: path)
        }
    }

    /// Where the first of the parts stands.
    var path: String { parts.first?.path ?? "#" }

    /// The least value of a keyword for lower limits, the greatest for upper ones, whichever holds all of them.
    func strictest(_ keyword: String, _ choose: (Int32, Int32) -> Int32) throws(GrammarError) -> Int32? {
        var strictest: Int32?
        for part in parts {
            guard let count = try part.count(keyword) else { continue }
            strictest = strictest.map { choose($0, count) } ?? count
        }
        return strictest
    }

    /// Calls `body` for each part, in which errors have their type.
    func collect<Element>(
        _ body: (SchemaPart) throws(GrammarError) -> [Element]
    ) throws(GrammarError) -> [Element] {
        var all: [Element] = []
        for part in parts { all += try body(part) }
        return all
    }
}
