/// Writes values as Python's `str`, `repr` and `json.dumps` do, keeping the origin of every text.
struct PythonWriter {
    /// What cannot be written, for the caller to make an error of.
    struct Unwritable: Error {
        let reason: String
    }

    private(set) var text = TracedText()
    private var count = 0

    /// `str(value)`.
    mutating func writePlain(_ value: TemplateValue) throws(Unwritable) {
        switch value {
        case .undefined: break
        case .string(let string): text.append(string)
        default: try writeRepresentation(value)
        }
    }

    /// `repr(value)`.
    mutating func writeRepresentation(_ value: TemplateValue) throws(Unwritable) {
        try check()
        switch value {
        case .undefined: text.append("Undefined")
        case .none: text.append("None")
        case .bool(let value): text.append(value ? "True" : "False")
        case .integer(let value): text.append("\(value)")
        case .number(let value): text.append(PythonNumber.written(value))
        case .string(let string): quote(string)
        case .list(let list): try writeList(list)
        case .mapping(let mapping):
            text.append("{")
            for (index, entry) in mapping.entries.enumerated() {
                if index > 0 { text.append(", ") }
                try writeRepresentation(entry.key)
                text.append(": ")
                try writeRepresentation(entry.value)
            }
            text.append("}")
        case .namespace, .macro, .loop, .function, .method:
            throw Unwritable(reason: "a value of type \(value.typeName) has no text")
        }
    }

    private mutating func writeList(_ list: TemplateList) throws(Unwritable) {
        text.append(list.isTuple ? "(" : "[")
        for (index, element) in list.elements.enumerated() {
            if index > 0 { text.append(", ") }
            try writeRepresentation(element)
        }
        text.append(list.isTuple ? (list.elements.count == 1 ? ",)" : ")") : "]")
    }

    /// Counts a value, since those that stand in many places can be far longer written than they are.
    private mutating func check() throws(Unwritable) {
        count += 1
        guard count <= TemplateLimits.writtenValues, text.bytes.count <= TemplateLimits.textBytes else {
            throw Unwritable(reason: "a value is too long to be written")
        }
    }

    /// Single quotes unless there are some inside and no double ones.
    private mutating func quote(_ string: TracedText) {
        let mark: Unicode.Scalar = string.bytes.contains(0x27) && !string.bytes.contains(0x22) ? "\"" : "'"
        text.append(String(mark))
        text.append(
            string.mapped { scalar, _ in
                switch scalar {
                case mark: "\\" + String(mark)
                case "\\": "\\\\"
                case "\n": "\\n"
                case "\r": "\\r"
                case "\t": "\\t"
                default: scalar.isPythonPrintable ? String(scalar) : Self.escaped(scalar)
                }
            })
        text.append(String(mark))
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        let (letter, width) = scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
        return "\\" + letter + hexadecimal(scalar.value, width: width)
    }

    private static func hexadecimal(_ value: UInt32, width: Int) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: width - digits.count) + digits
    }
}

// MARK: - JSON

extension PythonWriter {
    /// The settings of `json.dumps`.
    struct JSONStyle {
        var escapesNonASCII = false
        /// What one level is indented by; nil writes all on one line.
        var indent: TracedText?
        var itemSeparator = TracedText(", ")
        var keySeparator = TracedText(": ")
        var sortsKeys = false
    }

    /// `json.dumps(value)`.
    mutating func writeJSON(_ value: TemplateValue, _ style: JSONStyle, depth: Int = 0) throws(Unwritable) {
        try check()
        switch value {
        case .none: text.append("null")
        case .bool(let value): text.append(value ? "true" : "false")
        case .integer(let value): text.append("\(value)")
        case .number(let value):
            text.append(value.isFinite ? PythonNumber.written(value) : value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity")
        case .string(let string): writeJSONString(string, style)
        case .list(let list):
            try writeItems(list.elements, "[", "]", style, depth) { (writer, element) throws(Unwritable) in
                try writer.writeJSON(element, style, depth: depth + 1)
            }
        case .mapping(let mapping): try writeJSONObject(mapping, style, depth)
        default: throw Unwritable(reason: "a value of type \(value.typeName) cannot be written as JSON")
        }
    }

    private mutating func writeJSONObject(_ mapping: TemplateMapping, _ style: JSONStyle, _ depth: Int) throws(Unwritable) {
        var entries = mapping.entries
        if style.sortsKeys { entries.sort { $0.key.precedes($1.key) ?? false } }
        try writeItems(entries, "{", "}", style, depth) { (writer, entry) throws(Unwritable) in
            switch entry.key {
            case .string(let key): writer.writeJSONString(key, style)
            case .list: throw Unwritable(reason: "a tuple cannot be a key in JSON")
            default:
                writer.text.append("\"")
                try writer.writeJSON(entry.key, style)
                writer.text.append("\"")
            }
            writer.text.append(style.keySeparator)
            try writer.writeJSON(entry.value, style, depth: depth + 1)
        }
    }

    private mutating func writeItems<Item>(
        _ items: [Item], _ opening: String, _ closing: String, _ style: JSONStyle, _ depth: Int,
        write: (inout PythonWriter, Item) throws(Unwritable) -> Void
    ) throws(Unwritable) {
        text.append(opening)
        for (index, item) in items.enumerated() {
            if index > 0 { text.append(style.itemSeparator) }
            breakLine(style, depth + 1)
            try write(&self, item)
        }
        if !items.isEmpty { breakLine(style, depth) }
        text.append(closing)
    }

    private mutating func breakLine(_ style: JSONStyle, _ depth: Int) {
        guard let indent = style.indent else { return }
        text.append("\n")
        for _ in 0..<depth { text.append(indent) }
    }

    private mutating func writeJSONString(_ string: TracedText, _ style: JSONStyle) {
        text.append("\"")
        text.append(
            string.mapped { scalar, _ in
                switch scalar {
                case "\"": "\\\""
                case "\\": "\\\\"
                case "\n": "\\n"
                case "\r": "\\r"
                case "\t": "\\t"
                case "\u{8}": "\\b"
                case "\u{C}": "\\f"
                default:
                    scalar.value < 0x20 || (style.escapesNonASCII && scalar.value > 0x7E)
                        ? Self.codeUnits(scalar).map { "\\u" + Self.hexadecimal(UInt32($0), width: 4) }.joined() : String(scalar)
                }
            })
        text.append("\"")
    }

    private static func codeUnits(_ scalar: Unicode.Scalar) -> [UInt16] { Array(String(scalar).utf16) }
}

extension Unicode.Scalar {
    /// Python's `str.isprintable`.
    fileprivate var isPythonPrintable: Bool {
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        case .spaceSeparator: value == 0x20
        default: true
        }
    }
}
