/// The words of `cl100k_base` and its descendants in Llama 3 (up to three digits together) and Qwen2 (digits apart).
///
///     (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
struct CL100KWords: WordScanner {
    /// The most numbers in one word.
    let digitsTogether: Int

    func wordEnd(in text: ClassifiedText, from start: Int) -> Int {
        if let end = text.endOfContraction(at: start, ignoringCase: true) { return end }
        guard let (kind, next) = text.character(at: start) else { return text.end }
        if kind.contains(.letter) { return text.end(of: .letter, from: next) }
        if kind.contains(.number) { return text.end(of: .number, from: start, atMost: digitsTogether) }
        let following = text.character(at: next)
        if !isLineBreak(text, start), let following, following.kind.contains(.letter) {
            return text.end(of: .letter, from: following.next)
        }
        if !kind.contains(.space) { return endOfSymbols(text, from: next) }
        if text.byte(at: start) == 0x20, let following, following.kind.isDisjoint(with: .letterNumberOrSpace) {
            return endOfSymbols(text, from: following.next)
        }
        return endOfLastLineBreak(text, from: start) ?? text.endOfSpaces(from: start)
    }

    /// The rest of `[^\s\p{L}\p{N}]+[\r\n]*`.
    private func endOfSymbols(_ text: ClassifiedText, from index: Int) -> Int {
        var end = text.end(ofAllBut: .letterNumberOrSpace, from: index)
        while isLineBreak(text, end) { end += 1 }
        return end
    }

    /// The end of `\s*[\r\n]+`: after the last line break in the white space; nil if it has none.
    private func endOfLastLineBreak(_ text: ClassifiedText, from start: Int) -> Int? {
        var found: Int?
        var index = start
        while let (kind, next) = text.character(at: index), kind.contains(.space) {
            if isLineBreak(text, index) { found = next }
            index = next
        }
        return found
    }

    private func isLineBreak(_ text: ClassifiedText, _ index: Int) -> Bool {
        text.byte(at: index) == 0x0a || text.byte(at: index) == 0x0d
    }
}
