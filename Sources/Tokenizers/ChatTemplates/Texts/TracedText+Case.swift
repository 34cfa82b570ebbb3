/// Upper and lower case by Python's rules.
extension TracedText {
    func uppercased() -> TracedText { mapped { scalar, _ in scalar.properties.uppercaseMapping } }

    func lowercased() -> TracedText { mapped { scalar, _ in scalar.properties.lowercaseMapping } }

    /// The first character as in a title, the others small.
    func capitalized() -> TracedText {
        mapped { $1 == nil ? $0.properties.titlecaseMapping : $0.properties.lowercaseMapping }
    }

    /// `str.title`: every letter that does not follow a letter is large.
    func titled() -> TracedText {
        mapped { scalar, previous in
            previous?.properties.isCased == true ? scalar.properties.lowercaseMapping : scalar.properties.titlecaseMapping
        }
    }

    /// The filter `title`: words begin behind white space, hyphens and opening brackets.
    func titledWords() -> TracedText {
        mapped { scalar, previous in
            let begins = previous.map { $0.isPythonSpace || "-({[<".unicodeScalars.contains($0) } ?? true
            return begins ? scalar.properties.uppercaseMapping : scalar.properties.lowercaseMapping
        }
    }

    /// Whether it has letters of which all are large (`isUpper`) or small.
    func hasOnlyCase(upper: Bool) -> Bool {
        let cased = string.unicodeScalars.filter(\.properties.isCased)
        return !cased.isEmpty && cased.allSatisfy { upper ? $0.properties.isUppercase : $0.properties.isLowercase }
    }

    /// With the characters that mean something in HTML written as entities.
    func escapedForHTML() -> TracedText {
        guard !isMarkup else { return self }
        var escaped = mapped { scalar, _ in
            switch scalar {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            case "'": "&#39;"
            case "\"": "&#34;"
            default: String(scalar)
            }
        }
        escaped.isMarkup = true
        return escaped
    }
}
