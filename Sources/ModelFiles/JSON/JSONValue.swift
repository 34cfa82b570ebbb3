/// A value of a JSON document (RFC 8259).
///
/// Whole numbers that fit are integers, all other numbers are doubles; like Python's reader this one knows `NaN`, `Infinity` and
/// `-Infinity`, which some published settings hold. Strings are told apart by Swift's rules in `==`, so two spellings of one accented
/// letter are equal there; keys of objects are told apart by their bytes.
package enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

// MARK: - The value of one kind, nil if it is of another

extension JSONValue {
    package var bool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    package var integer: Int? {
        guard case .integer(let value) = self else { return nil }
        return value
    }

    /// A number, whole or not.
    package var number: Double? {
        switch self {
        case .number(let value): value
        case .integer(let value): Double(value)
        default: nil
        }
    }

    package var string: String? {
        guard case .string(let value) = self else { return nil }
        return value
    }

    package var array: [JSONValue]? {
        guard case .array(let values) = self else { return nil }
        return values
    }

    package var object: JSONObject? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    /// The value in a few words, for errors: a long array or an object is named by its size.
    package var summary: String {
        switch self {
        case .array(let values) where values.count > 8: "an array of \(values.count) values"
        case .object(let members) where members.count > 8: "an object of \(members.count) members"
        default: serialized()
        }
    }
}

// MARK: - Literals

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral {
    package init(nilLiteral: ()) { self = .null }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int) { self = .integer(value) }
    package init(floatLiteral value: Double) { self = .number(value) }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    package init(stringLiteral value: String) { self = .string(value) }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(dictionaryLiteral members: (String, JSONValue)...) { self = .object(JSONObject(members)) }
}
