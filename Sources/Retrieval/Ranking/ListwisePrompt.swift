/// What a model is asked when it is to order passages.
struct ListwisePrompt {
    let query: String
    let passages: [RankedPassage]
    /// The words that are shown of each passage.
    var words: Int

    static let system = "You order passages by how relevant they are to a search query."

    /// Instructions and query come first, so that they are read once for all windows of a query.
    var text: String {
        let count = passages.count, query = Self.withoutNumbers(query)
        let lines = passages.enumerated().map { "[\($0 + 1)] \(shown($1))\n" }.joined()
        return "The \(count) passages below each have a number in brackets. Order them by how relevant they are to the query: "
            + query + "\n\n"
            + lines
            + "\nQuery: \(query)\nOrder all \(count) passages, the most relevant first. Answer with their numbers alone, in the form "
            + "[2] > [1], and name every one of them."
    }

    /// An answer that names all passages, which is as long as answers may be.
    static func answer(count: Int) -> String { (1...max(1, count)).map { "[\($0)]" }.joined(separator: " > ") }

    /// The beginning of a passage on one line.
    private func shown(_ passage: RankedPassage) -> String {
        let content = passage.text.split(whereSeparator: \.isWhitespace).prefix(words).joined(separator: " ")
        return Self.withoutNumbers(passage.title.map { "Title: \($0) Content: \(content)" } ?? content)
    }

    /// Numbers in brackets would look like those of passages: they get round ones.
    static func withoutNumbers(_ text: String) -> String {
        var result = "", rest = text[...]
        while let open = rest.firstIndex(of: "[") {
            result += rest[..<open]
            let digits = rest[rest.index(after: open)...].prefix { $0.isASCII && $0.isNumber }
            if !digits.isEmpty, digits.endIndex < rest.endIndex, rest[digits.endIndex] == "]" {
                result += "(\(digits))"
                rest = rest[rest.index(after: digits.endIndex)...]
            } else {
                result += "["
                rest = rest[rest.index(after: open)...]
            }
        }
        return result + rest
    }
}
