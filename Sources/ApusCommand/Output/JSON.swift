import ModelFiles

/// A value to be written as JSON. Keys come out sorted, so that equal values are equal texts; they are written in snake_case.
///
/// A number that is not finite has no form in JSON and is written as `null`.
enum JSON: Equatable, Sendable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    /// The value of an optional, or `other` without one.
    init<Wrapped>(_ optional: Wrapped?, _ make: (Wrapped) -> JSON, else other: JSON = .null) {
        self = optional.map(make) ?? other
    }

    static func integers(_ values: some Sequence<some BinaryInteger>) -> JSON {
        .array(values.map { .integer(Int($0)) })
    }

    static func strings(_ values: some Sequence<String>) -> JSON {
        .array(values.map { .string($0) })
    }

    /// The text of the value, on one line.
    var text: String {
        var text = ""
        append(to: &text)
        return text
    }

    private func append(to text: inout String) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .integer(let value): text += String(value)
        case .number(let value): text += value.isFinite ? "\(value)" : "null"
        case .string(let value): text += JSONValue.quoted(value)
        case .array(let values):
            JSON.append(values, between: "[", and: "]", to: &text) { value, text in value.append(to: &text) }
        case .object(let members):
            JSON.append(members.sorted { $0.key < $1.key }, between: "{", and: "}", to: &text) { member, text in
                text += JSONValue.quoted(member.key) + ": "
                member.value.append(to: &text)
            }
        }
    }

    private static func append<Element>(
        _ elements: [Element], between open: String, and close: String, to text: inout String,
        _ append: (Element, inout String) -> Void
    ) {
        text += open
        for (index, element) in elements.enumerated() {
            if index > 0 { text += ", " }
            append(element, &text)
        }
        text += close
    }
}

extension JSON: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
    init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(Dictionary(elements) { _, last in last })
    }

    init(arrayLiteral elements: JSON...) {
        self = .array(elements)
    }

    init(stringLiteral value: String) {
        self = .string(value)
    }

    init(integerLiteral value: Int) {
        self = .integer(value)
    }

    init(floatLiteral value: Double) {
        self = .number(value)
    }

    init(booleanLiteral value: Bool) {
        self = .bool(value)
    }

    init(nilLiteral: ()) {
        self = .null
    }
}
