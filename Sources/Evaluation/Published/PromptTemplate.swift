/// A text with fields in braces, "{context}", as Python's `str.format` fills it; doubled braces are braces.
struct PromptTemplate {
    private enum Part {
        case text(String)
        case field(String)
    }

    private var parts: [Part] = []

    /// - Returns: nil for braces without an end, or with more than a name between them.
    init?(_ template: String) {
        var text = "", rest = template.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            guard scalar == "{" || scalar == "}" else {
                text.unicodeScalars.append(scalar)
                continue
            }
            if rest.first == scalar {
                rest.removeFirst()
                text.unicodeScalars.append(scalar)
                continue
            }
            guard scalar == "{", let end = rest.firstIndex(of: "}") else { return nil }
            let name = String(rest[..<end])
            guard !name.isEmpty, name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }) else { return nil }
            parts += [.text(text), .field(name)]
            text = ""
            rest = rest[rest.index(after: end)...]
        }
        parts.append(.text(text))
    }

    /// - Returns: what stands up to the last place of a field, that included, and what stands behind; nil for a field that has no value.
    func filled(_ values: [String: String], dividedBehind field: String) -> (String, String)? {
        var texts = ["", ""]
        let last = parts.lastIndex {
            if case .field(field) = $0 { true } else { false }
        }
        for (place, part) in parts.enumerated() {
            let side = place <= last ?? -1 ? 0 : 1
            switch part {
            case .text(let text): texts[side] += text
            case .field(let name):
                guard let value = values[name] else { return nil }
                texts[side] += value
            }
        }
        return (texts[0], texts[1])
    }
}
