import ModelFiles

/// What becomes of each keyword of JSON Schema.
enum SchemaKeywords {
    /// Kinds of JSON values, as `type` names them.
    struct Kinds: OptionSet, Hashable {
        let rawValue: Int
        static let object = Kinds(rawValue: 1)
        static let array = Kinds(rawValue: 2)
        static let string = Kinds(rawValue: 4)
        static let number = Kinds(rawValue: 8)
        static let integer = Kinds(rawValue: 16)
        static let boolean = Kinds(rawValue: 32)
        static let null = Kinds(rawValue: 64)
        static let all: Kinds = [.object, .array, .string, .number, .integer, .boolean, .null]

        /// The kinds that both have; a number may be an integer.
        func common(_ other: Kinds) -> Kinds {
            var common = intersection(other)
            if !common.contains(.integer), contains(.integer) && other.contains(.number) || contains(.number) && other.contains(.integer) {
                common.insert(.integer)
            }
            return common
        }
    }

    static let kinds: [String: Kinds] = [
        "object": .object, "array": .array, "string": .string, "number": .number, "integer": .integer, "boolean": .boolean, "null": .null,
    ]

    /// Keywords that limit values of one kind, which is meant where no `type` is given.
    static let limiting: [String: Kinds] = [
        "properties": .object, "required": .object, "additionalProperties": .object,
        "items": .array, "prefixItems": .array, "minItems": .array, "maxItems": .array,
        "minLength": .string, "maxLength": .string, "pattern": .string, "format": .string,
        "minimum": .number, "maximum": .number, "exclusiveMinimum": .number, "exclusiveMaximum": .number,
    ]

    private static let combining: Set<String> = ["type", "enum", "const", "anyOf", "oneOf", "allOf", "$ref", "nullable"]

    /// Keywords that say nothing about which values are valid, or hold what others refer to.
    private static let annotations: Set<String> = [
        "title", "description", "default", "example", "examples", "deprecated", "readOnly", "writeOnly", "$comment", "$schema", "$id", "id",
        "$defs", "definitions", "$anchor", "contentEncoding", "contentMediaType", "contentSchema", "discriminator", "externalDocs", "xml",
    ]

    /// What to do instead of keywords that cannot be followed.
    private static let advice: [String: String] = [
        "not": "list what is allowed in place of what is not", "if": "use \"anyOf\" with a schema for each case",
        "then": "use \"anyOf\" with a schema for each case", "else": "use \"anyOf\" with a schema for each case",
        "multipleOf": "leave it out and check the number afterwards",
        "uniqueItems": "leave it out and remove repeated items afterwards", "contains": "use \"prefixItems\" for items that must be there",
        "patternProperties": "use \"properties\", or \"additionalProperties\" with a schema",
        "propertyNames": "use \"properties\", or \"additionalProperties\" with a schema",
        "minProperties": "name what must be there in \"required\"", "maxProperties": "set \"additionalProperties\" to false",
        "dependentRequired": "use \"anyOf\" with a schema for each case", "dependentSchemas": "use \"anyOf\" with a schema for each case",
        "dependencies": "use \"anyOf\" with a schema for each case", "additionalItems": "use \"prefixItems\" and \"items\"",
        "unevaluatedProperties": "use \"additionalProperties\"", "unevaluatedItems": "use \"items\"",
        "$dynamicRef": "use \"$ref\"", "$recursiveRef": "use \"$ref\"",
    ]

    /// Refuses what cannot be followed, unless its value changes nothing.
    static func check(_ part: SchemaPart) throws(GrammarError) {
        guard let members = part.schema.object else {
            throw part.invalid("is \(part.schema.summary), and must be an object, true or false")
        }
        for (keyword, value) in members {
            if limiting[keyword] != nil || combining.contains(keyword) || annotations.contains(keyword) || keyword.hasPrefix("x-") {
                continue
            }
            if keyword == "uniqueItems" && value == false || keyword == "minProperties" && value == 0 { continue }
            throw part.unsupported(keyword, advice[keyword] ?? "leave it out, or name it with \"x-\" before it if it is a remark")
        }
    }

    /// The kinds that `type` and `nullable` allow; nil where they are not there.
    static func kinds(of part: SchemaPart) throws(GrammarError) -> Kinds? {
        guard let value = part["type"] else { return nil }
        var kinds: Kinds = try part.flag("nullable") == true ? .null : []
        for name in value.array ?? [value] {
            guard let kind = name.string.flatMap({ Self.kinds[$0] }) else {
                throw part.invalid("has the type \(name.summary), and JSON has \(Self.kinds.keys.sorted().joined(separator: ", "))")
            }
            kinds.formUnion(kind)
        }
        return kinds
    }

    /// The kinds that a value is of.
    static func kinds(of value: JSONValue) -> Kinds {
        switch value {
        case .null: .null
        case .bool: .boolean
        case .integer: [.integer, .number]
        case .number(let number): number == number.rounded() ? [.integer, .number] : .number
        case .string: .string
        case .array: .array
        case .object: .object
        }
    }
}
