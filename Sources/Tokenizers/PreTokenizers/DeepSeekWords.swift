/// The words of DeepSeek-V3 between numbers and Chinese and Japanese characters, which are set apart before.
///
///     [!-/:-@\[-`{-~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
struct DeepSeekWords: WordScanner {
    func wordEnd(in text: ClassifiedText, from start: Int) -> Int {
        if let end = matchEnd(in: text, from: start) { return end }
        // Control characters and the like are no words; they stay together up to the next word.
        var index = start
        while let unit = text.unit(at: index) {
            index += unit.length
            if matchEnd(in: text, from: index) != nil { break }
        }
        return index
    }

    private func matchEnd(in text: ClassifiedText, from start: Int) -> Int? {
        guard let (kind, next) = text.character(at: start) else { return nil }
        if let byte = text.byte(at: start), byte < 0x80, !kind.isDisjoint(with: .punctuationOrSymbol), isLatin(text, next) {
            var end = next
            while isLatin(text, end) { end += 1 }
            return end
        }
        let following = text.character(at: next)
        if kind.isDisjoint(with: [.letter, .punctuation, .symbol]), !text.isLineBreak(at: start),
            let following, !following.kind.isDisjoint(with: .letterOrMark)
        {
            return text.end(of: .letterOrMark, from: following.next)
        }
        if !kind.isDisjoint(with: .letterOrMark) { return text.end(of: .letterOrMark, from: next) }
        if !kind.isDisjoint(with: .punctuationOrSymbol) { return endOfSymbols(text, from: next) }
        if text.byte(at: start) == 0x20, let following, !following.kind.isDisjoint(with: .punctuationOrSymbol) {
            return endOfSymbols(text, from: following.next)
        }
        return kind.contains(.space) ? text.endOfLastLineBreak(from: start) ?? text.endOfSpaces(from: start) : nil
    }

    /// The rest of `[\p{P}\p{S}]+[\r\n]*`.
    private func endOfSymbols(_ text: ClassifiedText, from index: Int) -> Int {
        text.endOfLineBreaks(from: text.end(of: .punctuationOrSymbol, from: index))
    }

    private func isLatin(_ text: ClassifiedText, _ index: Int) -> Bool {
        guard let byte = text.byte(at: index) else { return false }
        return (0x61...0x7a).contains(byte | 0x20)
    }
}
