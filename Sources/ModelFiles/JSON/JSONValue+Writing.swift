extension JSONValue {
    /// The value as text, keys in their order. Numbers that are not finite are written as Python writes and reads them.
    /// - Parameter indentation: spaces for each level, with every element on a line of its own; nil for one line.
    package func serialized(indentation: Int? = nil) -> String {
        var writer = JSONTextWriter(indentation: indentation)
        writer.append(self)
        return writer.text
    }

    /// A string as JSON writes it, in quotes. Escaped are what JSON demands (quotes, backslashes, control characters) and, for programs
    /// that read line by line or inside JavaScript, the two Unicode line separators.
    package static func quoted(_ string: String) -> String {
        var quoted = "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case "\u{0}"..."\u{1F}", "\u{7F}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

/// Puts a value into text.
private struct JSONTextWriter {
    let indentation: Int?
    private(set) var text = ""
    private var level = 0

    init(indentation: Int?) { self.indentation = indentation }

    mutating func append(_ value: JSONValue) {
        switch value {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .integer(let value): text += String(value)
        case .number(let value): text += JSONTextWriter.numeral(value)
        case .string(let value): text += JSONValue.quoted(value)
        case .array(let values): append(values, between: "[", and: "]") { $0.append($1) }
        case .object(let members):
            append(members, between: "{", and: "}") { writer, member in
                writer.text += JSONValue.quoted(member.key) + ": "
                writer.append(member.value)
            }
        }
    }

    private static func numeral(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        return value.isFinite ? "\(value)" : value < 0 ? "-Infinity" : "Infinity"
    }

    private mutating func append<Elements: Collection>(
        _ elements: Elements, between open: String, and close: String, _ append: (inout JSONTextWriter, Elements.Element) -> Void
    ) {
        text += open
        level += 1
        for (index, element) in elements.enumerated() {
            if index > 0 { text += indentation == nil ? ", " : "," }
            breakLine()
            append(&self, element)
        }
        level -= 1
        if !elements.isEmpty { breakLine() }
        text += close
    }

    private mutating func breakLine() {
        guard let indentation else { return }
        text += "\n" + String(repeating: " ", count: level * indentation)
    }
}
