import Foundation

/// Answers generated tasks by reading the text: what an ideal model would say. It knows the wording of the tasks and nothing of how they
/// were made.
enum StringOracle {
    static func answer(_ task: String, text: String, question: String) -> String {
        switch task {
        case "vt": variables(in: text, question)
        case "cwe": words(in: text).prefix(10).joined(separator: ", ")
        case "fwe": codedWords(in: text).prefix(3).joined(separator: ", ")
        case "longchat-lines": line(in: text, question)
        default: needles(in: text, question)
        }
    }

    private static func needles(in text: String, _ question: String) -> String {
        let names = part(of: question, between: " for ", and: " mentioned in")
            .replacing(", and ", with: ", ").components(separatedBy: ", ")
        let found = matches(#"One of the special magic \w+ for (\S+) is: (\S+)\."#, in: text)
        return found.filter { names.contains($0[1]) }.map { $0[2] }.joined(separator: " and ")
    }

    private static func variables(in text: String, _ question: String) -> String {
        let value = part(of: question, between: "the value ", and: " in the text")
        var names: Set<String> = [], ordered: [String] = []
        for assignment in matches(#"VAR (\w+) = (?:VAR )?(\w+)"#, in: task(text))
        where assignment[2] == value || names.contains(assignment[2]) {
            names.insert(assignment[1])
            ordered.append(assignment[1])
        }
        return ordered.joined(separator: ", ")
    }

    /// Words of a numbered list, the most frequent first.
    static func words(in text: String) -> [String] { byFrequency(matches(#"\d+\. (\w+)"#, in: task(text)).map { $0[1] }) }

    static func codedWords(in text: String) -> [String] {
        byFrequency(
            part(of: text, between: "coded words.", and: nil).split(whereSeparator: \.isWhitespace).map(String.init).filter { $0 != "..." })
    }

    private static func line(in text: String, _ question: String) -> String {
        let name = part(of: question, between: "in line ", and: "?")
        return matches("line \(name): REGISTER_CONTENT is <(\\d+)>", in: text).map { "line \($0[1]) of 3: \($0[1])" }.joined()
    }

    /// The last repetition of the task: what stands before is an example.
    static func task(_ text: String) -> String {
        for opening in ["Memorize and track", "Below is a numbered list"] {
            if let range = text.range(of: opening, options: .backwards) { return String(text[range.lowerBound...]) }
        }
        return text
    }

    private static func byFrequency(_ words: [String]) -> [String] {
        let counts = Dictionary(words.map { ($0, 1) }, uniquingKeysWith: +)
        return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
    }

    private static func part(of text: String, between start: String, and end: String?) -> String {
        let rest = text.range(of: start).map { String(text[$0.upperBound...]) } ?? ""
        return end.flatMap { end in rest.range(of: end).map { String(rest[..<$0.lowerBound]) } } ?? rest
    }

    /// Every match as its text and those of its groups.
    static func matches(_ pattern: String, in text: String) -> [[String]] {
        guard let expression = try? NSRegularExpression(pattern: pattern) else { return [] }
        let string = text as NSString
        return expression.matches(in: text, range: NSRange(location: 0, length: string.length)).map { match in
            (0..<match.numberOfRanges).map { string.substring(with: match.range(at: $0)) }
        }
    }
}
