/// GPT-2's words: runs of letters, of numbers or of anything else, each with one space before it.
///
///     's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
struct GPT2Words: WordScanner {
    func wordEnd(in text: ClassifiedText, from start: Int) -> Int {
        if let end = text.endOfContraction(at: start, ignoringCase: false) { return end }
        let first = text.byte(at: start) == 0x20 ? start + 1 : start
        guard let (kind, next) = text.character(at: first) else { return text.endOfSpaces(from: start) }
        if kind.contains(.letter) { return text.end(of: .letter, from: next) }
        if kind.contains(.number) { return text.end(of: .number, from: next) }
        if kind.contains(.space) { return text.endOfSpaces(from: start) }
        return text.end(ofAllBut: .letterNumberOrSpace, from: next)
    }
}
