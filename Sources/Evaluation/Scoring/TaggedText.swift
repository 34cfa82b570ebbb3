/// What stands in a reply between marks.
enum TaggedText {
    /// Between the first `<Tag>` and the first `</Tag>`, without white space around it; nil where one of them is missing.
    static func inside(_ tag: String, of reply: CodePoints) -> CodePoints? {
        let opening = "<\(tag)>".codePoints
        guard let start = reply.find(opening), let end = reply.find("</\(tag)>".codePoints) else { return nil }
        return start + opening.count < end ? CodePoints(reply[(start + opening.count)..<end]).stripped : []
    }
}

extension CodePoints {
    /// `str.splitlines`.
    var splitLines: [CodePoints] {
        var lines: [CodePoints] = [], line: CodePoints = [], endedByReturn = false
        for scalar in self {
            let isEnd = Self.lineEnds.contains(scalar)
            if isEnd, !(scalar == "\n" && endedByReturn) {
                lines.append(line)
                line = []
            } else if !isEnd {
                line.append(scalar)
            }
            endedByReturn = scalar == "\r"
        }
        return line.isEmpty ? lines : lines + [line]
    }

    private static let lineEnds: Set<Unicode.Scalar> = [
        "\n", "\r", "\u{B}", "\u{C}", "\u{1C}", "\u{1D}", "\u{1E}", "\u{85}", "\u{2028}", "\u{2029}",
    ]

    /// Lower case without ASCII punctuation, some words and needless white space.
    func normalized(dropping words: Set<CodePoints> = TokenF1.articles, marks: Set<Unicode.Scalar> = []) -> CodePoints {
        let plain = lowercased.filter { !$0.isASCIIPunctuation && !marks.contains($0) }
        return CodePoints(plain.blanking(words: words).words.joined(separator: [" "]))
    }
}
