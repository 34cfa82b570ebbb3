/// A text by its code points, with the operations of Python's strings. Published scorers are Python's, where "é" as one code point and as two
/// are different, unlike in Swift.
typealias CodePoints = [Unicode.Scalar]

extension String {
    var codePoints: CodePoints { Array(unicodeScalars) }

    init(_ codePoints: some Sequence<Unicode.Scalar>) {
        var view = UnicodeScalarView()
        view.append(contentsOf: codePoints)
        self.init(view)
    }
}

extension Unicode.Scalar {
    /// `str.isspace`, by which `strip` and `split` go.
    var isPythonSpace: Bool { properties.isWhitespace || (0x1C...0x1F).contains(value) }

    /// What `\w` of regular expressions matches.
    var isWordCharacter: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        case .decimalNumber, .letterNumber, .otherNumber: true
        default: self == "_"
        }
    }

    /// What `\d` of regular expressions matches.
    var isDecimalDigit: Bool { properties.generalCategory == .decimalNumber }

    /// One of `string.punctuation`.
    var isASCIIPunctuation: Bool {
        switch value {
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
        default: false
        }
    }
}

extension Collection<Unicode.Scalar> {
    /// `str.lower`.
    var lowercased: CodePoints {
        guard contains("\u{3A3}") else { return flatMap { $0.properties.lowercaseMapping.unicodeScalars } }
        let text = Array(self)
        return text.indices.flatMap { place -> CodePoints in
            if text[place] == "\u{3A3}" { return [text.endsWord(at: place) ? "\u{3C2}" : "\u{3C3}"] }
            return Array(text[place].properties.lowercaseMapping.unicodeScalars)
        }
    }

    /// `str.split` without an argument: runs of what is no white space.
    var words: [CodePoints] { split(whereSeparator: \.isPythonSpace).map { Array($0) } }
}

extension CodePoints {
    /// Whether a sigma here stands behind a letter and before none.
    fileprivate func endsWord(at place: Int) -> Bool {
        let before = self[..<place].last { !$0.properties.isCaseIgnorable },
            after = self[(place + 1)...].first { !$0.properties.isCaseIgnorable }
        return before?.properties.isCased == true && after?.properties.isCased != true
    }

    /// `str.strip`.
    var stripped: CodePoints { trimming(\.isPythonSpace) }

    func trimming(_ isDropped: (Unicode.Scalar) -> Bool) -> CodePoints {
        guard let first = firstIndex(where: { !isDropped($0) }), let last = lastIndex(where: { !isDropped($0) }) else { return [] }
        return Array(self[first...last])
    }

    /// `str.find`: where another text begins first, from a place on.
    func find(_ other: CodePoints, from start: Int = 0) -> Int? {
        guard let first = other.first else { return start <= count ? start : nil }
        guard count - start >= other.count else { return nil }
        return (start...(count - other.count)).first { self[$0] == first && self[$0..<$0 + other.count].elementsEqual(other) }
    }

    func holds(_ other: CodePoints) -> Bool { find(other) != nil }

    func hasPrefix(_ other: CodePoints) -> Bool { starts(with: other) }

    /// `str.split` at a text, which is not empty.
    func split(at separator: CodePoints) -> [CodePoints] {
        var parts: [CodePoints] = [], start = 0
        while let place = find(separator, from: start) {
            parts.append(Array(self[start..<place]))
            start = place + separator.count
        }
        return parts + [Array(self[start...])]
    }

    /// `str.replace`.
    func replacing(_ old: CodePoints, with new: CodePoints = []) -> CodePoints {
        guard holds(old) else { return self }
        return Array(split(at: old).joined(separator: new))
    }

    /// The lines between line feeds.
    var lines: [CodePoints] { split(separator: "\n", omittingEmptySubsequences: false).map { CodePoints($0) } }

    /// `\d+`: every run of digits.
    var numbers: [CodePoints] { split { !$0.isDecimalDigit }.map { CodePoints($0) } }

    /// What `\b(the|words)\b` matches as one blank each.
    func blanking(words: Set<CodePoints>) -> CodePoints {
        var text: CodePoints = [], start = 0
        while start < count {
            let isWord = self[start].isWordCharacter
            let end = self[start...].firstIndex { $0.isWordCharacter != isWord } ?? count
            let run = CodePoints(self[start..<end])
            text += isWord && words.contains(run) ? [" "] : run
            start = end
        }
        return text
    }
}
