extension FilterRegistry {
    /// Filters that make texts.
    static let texts: [String: Filter] = [
        "trim": { (run, value, call) throws(ChatTemplateError) in
            let text = try run.text(of: value)
            try run.spend(on: text)
            return .string(text.trimmed(try TextArguments(call: call, run: run).text(0, "chars")))
        },
        "upper": { (run, value, _) throws(ChatTemplateError) in .string(try run.changed(value).uppercased()) },
        "lower": { (run, value, _) throws(ChatTemplateError) in .string(try run.changed(value).lowercased()) },
        "title": { (run, value, _) throws(ChatTemplateError) in .string(try run.changed(value).titledWords()) },
        "capitalize": { (run, value, _) throws(ChatTemplateError) in .string(try run.changed(value).capitalized()) },
        "string": { (run, value, _) throws(ChatTemplateError) in .string(try run.text(of: value)) },
        "safe": { (run, value, _) throws(ChatTemplateError) in
            var text = try run.text(of: value)
            text.isMarkup = true
            return .string(text)
        },
        "escape": escape, "e": escape,
        "replace": { (run, value, call) throws(ChatTemplateError) in
            let old = try run.text(of: call[0, "old"] ?? .none), new = try run.text(of: call[1, "new"] ?? .none)
            return .string(try run.replaced(run.text(of: value), old, new, call[2, "count"]?.wholeNumber ?? -1))
        },
        "format": { (run, value, call) throws(ChatTemplateError) in
            .string(try run.formatted(run.text(of: value), .tuple(call.positional)))
        },
        "indent": indent,
        "join": join,
        "tojson": json,
    ]

    private static func escape(_ run: TemplateRun, _ value: TemplateValue, _ call: TemplateCall) throws(ChatTemplateError) -> TemplateValue
    {
        .string(try run.changed(value).escapedForHTML())
    }

    private static func indent(_ run: TemplateRun, _ value: TemplateValue, _ call: TemplateCall) throws(ChatTemplateError) -> TemplateValue
    {
        let text = try run.changed(value), lineBreak = TracedText("\n")
        var indent = TracedText(String(repeating: " ", count: min(max(call[0, "width"]?.wholeNumber ?? 4, 0), TemplateLimits.range)))
        if case .string(let given) = call[0, "width"] { indent = given }
        let indentsBlank = call[2, "blank"]?.isTrue ?? false
        let lines = (text + lineBreak).splitLines()
        var result = call[1, "first"]?.isTrue == true ? indent : TracedText()
        try run.spend(lines.count * (1 + indent.bytes.count / 64))
        for (index, line) in lines.enumerated() {
            if index > 0 {
                result.append(lineBreak)
                if indentsBlank || !line.isEmpty { result.append(indent) }
            }
            result.append(line)
            guard result.bytes.count <= TemplateLimits.textBytes else {
                throw run.failure(.limit("a text grows", most: TemplateLimits.textBytes))
            }
        }
        return .string(result)
    }

    private static func join(_ run: TemplateRun, _ value: TemplateValue, _ call: TemplateCall) throws(ChatTemplateError) -> TemplateValue {
        var elements = try run.elements(of: value)
        if let attribute = call[1, "attribute"] {
            for index in elements.indices { elements[index] = try run.attribute(attribute, of: elements[index]) }
        }
        return .string(try run.joined(elements, by: run.text(of: call[0, "d"] ?? .string(""))))
    }

    private static func json(_ run: TemplateRun, _ value: TemplateValue, _ call: TemplateCall) throws(ChatTemplateError) -> TemplateValue {
        var style = PythonWriter.JSONStyle()
        // The places are those of the filter of `transformers`.
        style.escapesNonASCII = call[0, "ensure_ascii"]?.isTrue ?? false
        if let indent = call[1, "indent"], !indent.isNone {
            if case .string(let text) = indent {
                style.indent = text
            } else {
                style.indent = TracedText(String(repeating: " ", count: min(max(indent.wholeNumber ?? 0, 0), TemplateLimits.range)))
            }
            style.itemSeparator = TracedText(",")
        }
        if let separators = call[2, "separators"], !separators.isNone {
            let parts = try run.elements(of: separators)
            guard parts.count == 2 else { throw run.invalid("JSON has two separators, not \(parts.count)") }
            style.itemSeparator = try run.text(of: parts[0])
            style.keySeparator = try run.text(of: parts[1])
        }
        style.sortsKeys = call[3, "sort_keys"]?.isTrue ?? false
        return .string(
            try run.written { (writer) throws(PythonWriter.Unwritable) in try writer.writeJSON(value, style) })
    }
}

extension TemplateRun {
    /// The text of a value that a filter goes through.
    func changed(_ value: TemplateValue) throws(ChatTemplateError) -> TracedText {
        let text = try text(of: value)
        try spend(1 + text.bytes.count / 16)
        return text
    }
}
