/// L-Eval's closed questions: what of a reply is its answer, and what that is worth. (An et al., L-Eval: Instituting standardized evaluation for
/// long context language models, 2024.)
enum LEvalExams {
    private static let letters: [Unicode.Scalar] = ["A", "B", "C", "D"]

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool { letters.contains(scalar) }

    // MARK: - Letters

    /// The letters that a reply chooses.
    /// - Parameter several: whether more than one can be right.
    static func choice(_ reply: String, several: Bool) -> CodePoints {
        let reply = reply.codePoints
        if reply.stripped.isEmpty { return "None".codePoints }
        if letters.holds(reply) { return reply }
        if !several { return [reply.first(where: isLetter) ?? "A"] }
        let leading = CodePoints(reply.prefix(while: isLetter))
        if leading.count > 1 { return Set(leading).sorted() }
        let rest = CodePoints(reply[leading.count...]).split(at: "Question".codePoints)[0]
        let marked = zip(rest, rest.dropFirst()).filter { isLetter($0) && ($1.isPythonSpace || $1 == "." || $1 == ")") }.map(\.0)
        let chosen = Set(leading + marked).sorted()
        if !chosen.isEmpty { return chosen }
        let run = CodePoints(rest.drop { !isLetter($0) }.prefix(while: isLetter))
        return run.isEmpty ? ["A"] : run
    }

    /// The letters that are right: those of the first word.
    static func gold(_ reference: String) -> CodePoints {
        let found = (reference.codePoints.words.first ?? []).filter(isLetter)
        return found.isEmpty ? ["A"] : found
    }

    // MARK: - Sums

    /// The digits of the number that a reply ends with.
    static func sum(_ reply: String) -> CodePoints {
        let reply = reply.codePoints, cue = "The answer is ".codePoints
        var start = 0
        while let place = reply.find(cue, from: start) {
            let word = reply[(place + cue.count)...].prefix { !$0.isPythonSpace }
            if !word.isEmpty { return digits(word) }
            start = place + 1
        }
        let paragraph = reply.split(at: ["\n", "\n"])[0]
        return digits(paragraph.split(separator: " ").last { $0.contains(where: isDigit) } ?? [])
    }

    private static func digits(_ word: some Sequence<Unicode.Scalar>) -> CodePoints { word.prefix { $0 != "." }.filter(isDigit) }

    /// `str.isdigit`.
    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { [.decimal, .digit].contains(scalar.properties.numericType) }

    // MARK: - What programs print

    /// The part of a reply that can be the output, for a reference of so many words.
    static func output(_ reply: String, reference: String) -> CodePoints {
        let count = reference.codePoints.words.count + 3
        var text = printed(reply)
        for phrase in ["will be", "of the code", "is", "would be", "the value of", "the result of", "printed"] {
            text = text.replacing(phrase.codePoints)
        }
        let parts = text.split(at: "the final output".codePoints)
        let words = parts[parts.count - 1].splitAtSpace
        return CodePoints((parts.count > 1 ? words.prefix(count) : words.suffix(count)).joined(separator: [" "]))
    }

    /// A program's output without the marks that may be written or left out.
    static func printed(_ text: String) -> CodePoints {
        var text = CodePoints(text.codePoints.splitAtSpace.joined(separator: [" "]))
        for mark in [",", "'", "\\", ".0"] { text = text.replacing(mark.codePoints) }
        for (wide, close) in [("] [", "]["), ("[ [", "[["), ("] ]", "]]")] {
            text = text.replacing(wide.codePoints, with: close.codePoints)
        }
        return text
    }

    // MARK: - True and false

    /// What a reply says by the document, and what by the world, which stands behind "[fact:": "true", "false" or "<error>" each.
    static func judgements(_ reply: String) -> (loyalty: CodePoints, fact: CodePoints?) {
        let parts = reply.codePoints.lowercased.split(at: "[fact:".codePoints)
        return (judgement(parts[0]), parts.count > 1 ? judgement(parts[1].dropLast()) : nil)
    }

    private static func judgement(_ text: some Collection<Unicode.Scalar>) -> CodePoints {
        let values = ["true", "false"].map(\.codePoints)
        for word in text.words {
            if let value = values.first(where: word.holds) { return value }
        }
        return "<error>".codePoints
    }

    // MARK: - Worth

    /// 1 for the right answer, a quarter for letters that are right but not all.
    static func score(_ prediction: CodePoints, _ reference: CodePoints) -> Double {
        let gold = plain(reference)
        if gold.allSatisfy(isLetter) {
            let said = plain(prediction)
            return said == gold ? 1 : Set(said).isSubset(of: Set(gold)) ? 0.25 : 0
        }
        if let said = PythonNumber.float(prediction), let wanted = PythonNumber.float(reference) { return said == wanted ? 1 : 0 }
        func packed(_ text: CodePoints) -> CodePoints { text.lowercased.filter { $0 != " " } }
        return packed(prediction).holds(packed(reference)) ? 1 : 0
    }

    private static func plain(_ text: CodePoints) -> CodePoints { CodePoints(TokenF1.plain(text).joined(separator: [" "])) }
}

extension CodePoints {
    /// `re.split(r"\s+", …)`: with an empty part before white space at the beginning, and behind that at the end.
    fileprivate var splitAtSpace: [CodePoints] {
        var parts: [CodePoints] = [[]], isSpace = false
        for scalar in self {
            if scalar.isPythonSpace {
                if !isSpace { parts.append([]) }
            } else {
                parts[parts.count - 1].append(scalar)
            }
            isSpace = scalar.isPythonSpace
        }
        return parts
    }
}
