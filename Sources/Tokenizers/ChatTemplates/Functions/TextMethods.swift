/// Python's methods of `str`.
enum TextMethods {
    static let names: Set<String> = [
        "strip", "lstrip", "rstrip", "split", "rsplit", "splitlines", "startswith", "endswith", "replace", "upper", "lower", "title",
        "capitalize", "find", "rfind", "index", "count", "join", "format", "removeprefix", "removesuffix", "isdigit", "isalpha", "isalnum",
        "isspace", "isupper", "islower", "partition", "rpartition", "zfill",
    ]

    static func call(_ name: String, of text: TracedText, _ call: TemplateCall, _ run: TemplateRun) throws(ChatTemplateError)
        -> TemplateValue
    {
        try run.spend(on: text)
        let arguments = TextArguments(call: call, run: run)
        switch name {
        case "strip": return .string(text.trimmed(try arguments.text(0)))
        case "lstrip": return .string(text.trimmed(try arguments.text(0), sides: [.start]))
        case "rstrip": return .string(text.trimmed(try arguments.text(0), sides: [.end]))
        case "upper": return .string(text.uppercased())
        case "lower": return .string(text.lowercased())
        case "title": return .string(text.titled())
        case "capitalize": return .string(text.capitalized())
        case "startswith": return .bool(try arguments.choices(0).contains { text.hasPrefix($0) })
        case "endswith": return .bool(try arguments.choices(0).contains { text.hasSuffix($0) })
        case "removeprefix":
            let prefix = try arguments.required(0)
            return .string(text.hasPrefix(prefix) ? text[prefix.bytes.count..<text.bytes.count] : text)
        case "removesuffix":
            let suffix = try arguments.required(0)
            return .string(text.hasSuffix(suffix) ? text[0..<text.bytes.count - suffix.bytes.count] : text)
        case "replace":
            let limit = call[2, "count"]?.wholeNumber ?? -1
            return try .string(run.replaced(text, arguments.required(0), arguments.required(1), limit))
        case "join": return .string(try run.joined(run.elements(of: call[0, "iterable"] ?? .none), by: text))
        case "format": return .string(try run.formatted(text, with: call))
        default: return try divide(name, text, arguments)
        }
    }

    private static func divide(_ name: String, _ text: TracedText, _ arguments: TextArguments) throws(ChatTemplateError) -> TemplateValue {
        switch name {
        case "split", "rsplit":
            let limit = arguments.call[1, "maxsplit"]?.wholeNumber ?? -1, fromEnd = name == "rsplit"
            guard let separator = try arguments.text(0, "sep") else {
                return try arguments.list(text.splitWords(limit: limit, fromEnd: fromEnd))
            }
            guard !separator.isEmpty else { throw arguments.run.invalid("a text cannot be split where nothing stands") }
            return try arguments.list(text.split(separator: separator, limit: limit, fromEnd: fromEnd))
        case "splitlines":
            return try arguments.list(text.splitLines(keepingEnds: arguments.call[0, "keepends"]?.isTrue ?? false))
        case "partition", "rpartition":
            let separator = try arguments.required(0), isLast = name == "rpartition"
            guard !separator.isEmpty else { throw arguments.run.invalid("a text cannot be divided where nothing stands") }
            let parts = text.split(separator: separator, limit: 1, fromEnd: isLast), empty = TemplateValue.string(TracedText())
            if parts.count == 2 { return .tuple([.string(parts[0]), .string(separator), .string(parts[1])]) }
            return .tuple(isLast ? [empty, empty, .string(text)] : [.string(text), empty, empty])
        default: return try inspect(name, text, arguments)
        }
    }

    private static func inspect(_ name: String, _ text: TracedText, _ arguments: TextArguments) throws(ChatTemplateError) -> TemplateValue {
        let scalars = text.string.unicodeScalars
        func all(_ isOne: (Unicode.Scalar) -> Bool) -> TemplateValue { .bool(!text.isEmpty && scalars.allSatisfy(isOne)) }
        switch name {
        case "find", "rfind", "index":
            let part = try arguments.required(0)
            let offset = name == "rfind" ? text.lastOffsets(of: part, limit: 1).first : text.firstOffset(of: part)
            if offset == nil, name == "index" { throw arguments.run.invalid("a text does not hold what its index is asked for") }
            return .integer(offset.map { text[0..<$0].count } ?? -1)
        case "count":
            let part = try arguments.required(0)
            return .integer(part.isEmpty ? text.count + 1 : text.offsets(of: part).count)
        case "isspace": return all(\.isPythonSpace)
        case "isdigit": return all { $0.properties.numericType == .decimal || $0.properties.numericType == .digit }
        case "isalpha": return all(\.isLetter)
        case "isalnum": return all { $0.isLetter || $0.properties.numericType != nil }
        case "isupper": return .bool(text.hasOnlyCase(upper: true))
        case "islower": return .bool(text.hasOnlyCase(upper: false))
        case "zfill":
            let width = min(arguments.call[0, "width"]?.wholeNumber ?? 0, TemplateLimits.range)
            let sign = text.bytes.first == UInt8(ascii: "-") || text.bytes.first == UInt8(ascii: "+") ? 1 : 0
            let zeros = TracedText(String(repeating: "0", count: max(0, width - text.count)))
            return .string(text[0..<sign] + zeros + text[sign..<text.bytes.count])
        default: throw arguments.run.failure(.unknown("method of texts", name: name))
        }
    }
}

extension Unicode.Scalar {
    /// Python's `str.isalpha`.
    fileprivate var isLetter: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        default: false
        }
    }
}

/// The arguments of a method of texts.
struct TextArguments {
    let call: TemplateCall
    let run: TemplateRun

    /// A text that may be left out, or be none.
    func text(_ place: Int, _ name: String = "") throws(ChatTemplateError) -> TracedText? {
        guard let value = call[place, name], !value.isNone else { return nil }
        return try required(value)
    }

    func required(_ place: Int) throws(ChatTemplateError) -> TracedText {
        guard let value = call[place, ""] else { throw run.invalid("a method of texts lacks an argument") }
        return try required(value)
    }

    private func required(_ value: TemplateValue) throws(ChatTemplateError) -> TracedText {
        try run.requireDefined(value)
        guard case .string(let text) = value else { throw run.invalid("a text is needed, not a value of type \(value.typeName)") }
        return text
    }

    /// One text, or a tuple of them.
    func choices(_ place: Int) throws(ChatTemplateError) -> [TracedText] {
        guard case .list(let list) = call[place, ""], list.isTuple else { return [try required(place)] }
        var texts: [TracedText] = []
        for element in list.elements { texts.append(try required(element)) }
        return texts
    }

    func list(_ texts: [TracedText]) throws(ChatTemplateError) -> TemplateValue {
        try run.spend(texts.count)
        return .list(texts.map(TemplateValue.string))
    }
}

extension TemplateRun {
    /// A replacement, refused before it is made if it would be too long.
    func replaced(_ text: TracedText, _ old: TracedText, _ new: TracedText, _ limit: Int) throws(ChatTemplateError) -> TracedText {
        try spend(on: text)
        let places = limit < 0 ? text.bytes.count + 1 : min(limit, text.bytes.count + 1)
        if places.multipliedReportingOverflow(by: new.bytes.count).partialValue > TemplateLimits.textBytes {
            let found = old.isEmpty ? text.count + 1 : text.offsets(of: old, limit: places).count
            guard found * new.bytes.count <= TemplateLimits.textBytes else {
                throw failure(.limit("a text grows", most: TemplateLimits.textBytes))
            }
        }
        let result = text.replacing(old, with: new, limit: limit)
        try spend(on: result)
        return result
    }

    /// The texts of values with another between them.
    func joined(_ values: [TemplateValue], by separator: TracedText) throws(ChatTemplateError) -> TracedText {
        var whole = TracedText()
        for (index, value) in values.enumerated() {
            if index > 0 { whole.append(separator) }
            let part = try text(of: value)
            try spend(1 + (part.bytes.count + separator.bytes.count) / 64)
            whole.append(part)
            guard whole.bytes.count <= TemplateLimits.textBytes else {
                throw failure(.limit("a text grows", most: TemplateLimits.textBytes))
            }
        }
        return whole
    }

    /// `str.format` with places `{}`, `{0}` and `{name}`.
    func formatted(_ format: TracedText, with call: TemplateCall) throws(ChatTemplateError) -> TracedText {
        var result = TracedText(), start = 0, next = 0
        let bytes = format.bytes, open = UInt8(ascii: "{"), close = UInt8(ascii: "}")
        while let place = bytes[start...].firstIndex(where: { $0 == open || $0 == close }) {
            result.append(format[start..<place])
            if place + 1 < bytes.count, bytes[place + 1] == bytes[place] {
                result.append(format[place..<place + 1])
                start = place + 2
                continue
            }
            guard bytes[place] == open, let end = bytes[place...].firstIndex(of: close) else {
                throw invalid("a format has a single brace")
            }
            let name = String(decoding: bytes[(place + 1)..<end], as: UTF8.self)
            let value = name.isEmpty ? call[next, ""] : Int(name).map { call[$0, ""] } ?? call[name]
            if name.isEmpty { next += 1 }
            guard let value else { throw failure(.unknown("format place", name: "{\(name)}")) }
            result.append(try text(of: value))
            try spend(on: result)
            start = end + 1
        }
        result.append(format[start..<bytes.count])
        return result
    }
}
