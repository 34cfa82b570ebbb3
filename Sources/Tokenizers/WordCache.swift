/// Remembers, while one text is encoded, where each of its short words was last met and which tokens it gave.
///
/// An entry points into the text and into the output, so nothing is copied and nothing outlives the call. Two words that
/// want the same slot drive each other out, which bounds the memory.
struct WordCache {
    /// Longer words are rarely met twice and would cost more to compare.
    static let longestWord = 48

    private struct Entry {
        var wordStart = 0
        var tokenStart = 0
        var wordLength: Int32 = 0
        var tokenCount: Int32 = 0
    }

    private var entries: [Entry]

    /// A cache fit for a text of `byteCount` bytes.
    init(byteCount: Int) {
        var capacity = 64
        while capacity < 1 << 16 && capacity < byteCount / 4 { capacity *= 2 }
        entries = Array(repeating: Entry(), count: capacity)
    }

    /// Appends the tokens of the word `text[word]` if it was met before.
    func recall(_ word: Range<Int>, hash: UInt64, in text: [UInt8], into output: inout TokenizedText) -> Bool {
        let entry = entries[slot(hash)]
        let earlier = entry.wordStart..<entry.wordStart + Int(entry.wordLength)
        guard equalBytes(text, earlier, text, word) else { return false }
        let shift = word.lowerBound - entry.wordStart
        for index in entry.tokenStart..<entry.tokenStart + Int(entry.tokenCount) {
            output.append(output.ids[index], end: output.ends[index] + shift)
        }
        return true
    }

    /// Notes that the word's tokens are those of `output` from `tokenStart` on.
    mutating func note(_ word: Range<Int>, hash: UInt64, tokensFrom tokenStart: Int, of output: TokenizedText) {
        entries[slot(hash)] = Entry(
            wordStart: word.lowerBound, tokenStart: tokenStart, wordLength: Int32(word.count),
            tokenCount: Int32(output.ids.count - tokenStart))
    }

    private func slot(_ hash: UInt64) -> Int {
        Int(truncatingIfNeeded: hash >> 32) & (entries.count - 1)
    }
}
