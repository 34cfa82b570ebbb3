import Foundation

/// What a person types, as words to search for.
enum TextQuery {
    /// So many words are searched for.
    private static let mostWords = 64

    /// The words of a query, each once, with the words in names of code.
    static func words(of query: String) -> [String] {
        var words: [String] = [], seen: Set<String> = []
        for part in query.split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
            let names = CodeWords.parts(of: part)
            for word in [String(part)] + (names.count > 1 ? names : []) where seen.insert(word.lowercased()).inserted { words.append(word) }
        }
        return Array(words.prefix(mostWords))
    }

    /// As the index of words has it.
    static func folded(_ word: String) -> String {
        word.folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil)
    }
}
