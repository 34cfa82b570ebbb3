import ModelFiles

/// Objects and arrays.
extension SchemaCompiler {
    /// The most properties of one object that may be left out one after the other: each is a way to go on that has to be followed.
    static let mostOptionalInRow = 256
    static let mostProperties = 5_000

    private struct Property {
        let name: String
        let parts: [SchemaPart]
        let isRequired: Bool
    }

    // MARK: - Objects

    /// Objects with the keys of the schema in its order; those that are not required may be left out; after them come further keys, if the
    /// schema allows them.
    mutating func object(_ constraints: SchemaConstraints) throws(GrammarError) -> Int32 {
        let further = try constraints.collect { (part) in part["additionalProperties"].map { [part.part($0, "additionalProperties")] } ?? []
        }
        let properties = try self.properties(constraints)
        let isClosed = further.contains { $0.schema == false }
        let closing = try builder.space(then: builder.text("}", then: ByteGrammar.end))

        // Behind a value: a comma and a further key, or the end.
        let behindAll = try builder.reserve()
        let furtherKey = try isClosed ? nil : member(furtherThan: properties.map(\.name), further, then: behindAll)
        var waysBehindAll = [closing]
        if let furtherKey { waysBehindAll.append(try builder.comma(then: furtherKey)) }
        builder.fill(behindAll, with: .either(waysBehindAll))

        // From the last key to the first: what may come in place of it, and behind the value before it.
        var keys = furtherKey.map { [$0] } ?? []
        var behind = behindAll
        var mayClose = true
        for property in properties.reversed() {
            let value = try builder.space(then: builder.call(rule(for: property.parts), then: behind))
            let key = try builder.text(JSONValue.quoted(property.name) + ":", then: value)
            keys = try [builder.either(property.isRequired ? [key] : [key] + keys)]
            mayClose = mayClose && !property.isRequired
            let next = try builder.comma(then: builder.either(keys))
            behind = try builder.either(mayClose ? [next, closing] : [next])
        }
        if mayClose { keys.append(try builder.text("}", then: ByteGrammar.end)) }
        return try builder.text("{", then: builder.space(then: builder.either(keys)))
    }

    /// The properties in their order; behind them those that are required and not described.
    private func properties(_ constraints: SchemaConstraints) throws(GrammarError) -> [Property] {
        var names: [String] = [], known: Set<[UInt8]> = []
        func add(_ name: String) {
            if known.insert(Array(name.utf8)).inserted { names.append(name) }
        }
        let described = try constraints.collect { (part) throws(GrammarError) in [(part: part, members: try part.members("properties"))] }
        for (_, members) in described { members.forEach { add($0.key) } }
        let required = try constraints.collect { (part) throws(GrammarError) in try part.names("required") }
        required.forEach(add)
        guard names.count <= Self.mostProperties else {
            throw GrammarError(.tooLarge(what: "properties", most: Self.mostProperties), at: constraints.path)
        }
        let needed = Set(required.map { Array($0.utf8) })
        var properties: [Property] = []
        var optionalInRow = 0
        for name in names {
            let parts = described.compactMap { (part, members) -> SchemaPart? in
                if let schema = members[name] { return part.part(schema, "properties", name) }
                return part["additionalProperties"].map { part.part($0, "additionalProperties") }
            }
            let isRequired = needed.contains(Array(name.utf8))
            optionalInRow = isRequired ? 0 : optionalInRow + 1
            guard optionalInRow <= Self.mostOptionalInRow else {
                throw GrammarError(.tooLarge(what: "optional properties in a row", most: Self.mostOptionalInRow), at: constraints.path)
            }
            properties.append(Property(name: name, parts: parts, isRequired: isRequired))
        }
        return properties
    }

    /// A key that the schema does not name, and its value.
    private mutating func member(
        furtherThan names: [String], _ parts: [SchemaPart], then: Int32
    ) throws(GrammarError) -> Int32 {
        let value = try builder.text(":", then: builder.space(then: builder.call(rule(for: parts), then: then)))
        if names.isEmpty { return try builder.string(then: value) }
        return try builder.key(otherThan: names, then: value)
    }

    // MARK: - Arrays

    mutating func array(_ constraints: SchemaConstraints) throws(GrammarError) -> Int32 {
        let least = try constraints.strictest("minItems", max) ?? 0
        let most = try constraints.strictest("maxItems", min)
        let lists = try constraints.collect { (part) throws(GrammarError) in
            [(first: try part.list("prefixItems") ?? [], rest: try part.items())]
        }
        let count = Int32(lists.map(\.first.count).max() ?? 0)
        if let most, most < least { return try builder.reserve() }

        let closing = try builder.space(then: builder.text("]", then: ByteGrammar.end))
        let rest = try rule(for: lists.compactMap(\.rest))
        // Items that are listed by themselves, but at least the first, which has no comma before it.
        let single = max(count, 1)
        let item = try builder.comma(then: builder.call(rest, then: ByteGrammar.end))
        var node = try builder.add(
            .repeated(RepeatedRule(body: item, least: max(least - single, 0), most: most.map { max($0 - single, 0) }, then: closing)))
        for place in (0..<single).reversed() {
            let parts = lists.compactMap { place < $0.first.count ? $0.first[Int(place)] : $0.rest }
            var ways: [Int32] = []
            if most ?? .max > place {
                let value = try builder.call(rule(for: parts), then: node)
                ways.append(try place > 0 ? builder.comma(then: value) : value)
            }
            if least <= place { ways.append(try place > 0 ? closing : builder.text("]", then: ByteGrammar.end)) }
            node = try builder.either(ways)
        }
        return try builder.text("[", then: builder.space(then: node))
    }
}

extension SchemaPart {
    /// The members of an object such as `properties`.
    fileprivate func members(_ keyword: String) throws(GrammarError) -> JSONObject {
        guard let value = self[keyword] else { return [:] }
        guard let members = value.object else { throw invalid("needs an object in \"\(keyword)\"") }
        for (name, _) in members { try checkName(name) }
        return members
    }

    /// A list of names such as `required`.
    fileprivate func names(_ keyword: String) throws(GrammarError) -> [String] {
        guard let value = self[keyword] else { return [] }
        guard let values = value.array, case let names = values.compactMap(\.string), names.count == values.count else {
            throw invalid("needs a list of strings in \"\(keyword)\"")
        }
        for name in names { try checkName(name) }
        return names
    }

    private func checkName(_ name: String) throws(GrammarError) {
        guard name.utf8.count <= SchemaConstraints.longestText else {
            throw GrammarError(.tooLarge(what: "bytes in the name of a property", most: SchemaConstraints.longestText), at: path)
        }
    }

    /// What holds for items that have no schema of their own.
    fileprivate func items() throws(GrammarError) -> SchemaPart? {
        guard let schema = self["items"] else { return nil }
        if schema.array != nil { throw unsupported("items", "a list of schemas is called \"prefixItems\"") }
        return part(schema, "items")
    }
}

extension GrammarBuilder {
    /// A comma between members or items.
    fileprivate mutating func comma(then: Int32) throws(GrammarError) -> Int32 {
        try text(",", then: space(then: then))
    }
}
