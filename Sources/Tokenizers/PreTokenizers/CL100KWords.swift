/// The words of `cl100k_base` and its descendants in Llama 3 (up to three digits together) and Qwen2 (digits apart).
///
///     (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
struct CL100KWords: WordScanner {
    /// The most numbers in one word.
    let digitsTogether: Int
    /// Whether English contractions are words.
    var setsContractionsApart = true
    /// What words are made of: letters, or letters and marks.
    var letters: CharacterClass = .letter
    /// Whether line breaks after symbols belong to them.
    var joinsLineBreaks = true

    func wordEnd(in text: ClassifiedText, from start: Int) -> Int {
        if setsContractionsApart, let end = text.endOfContraction(at: start, ignoringCase: true) { return end }
        guard let (kind, next) = text.character(at: start) else { return text.end }
        if !kind.isDisjoint(with: letters) { return text.end(of: letters, from: next) }
        if kind.contains(.number) { return text.end(of: .number, from: start, atMost: digitsTogether) }
        let following = text.character(at: next)
        if !text.isLineBreak(at: start), let following, !following.kind.isDisjoint(with: letters) {
            return text.end(of: letters, from: following.next)
        }
        if !kind.contains(.space) { return endOfSymbols(text, from: next) }
        if text.byte(at: start) == 0x20, let following, following.kind.isDisjoint(with: letters.union([.number, .space])) {
            return endOfSymbols(text, from: following.next)
        }
        return text.endOfLastLineBreak(from: start) ?? text.endOfSpaces(from: start)
    }

    /// The rest of `[^\s\p{L}\p{N}]+[\r\n]*`.
    private func endOfSymbols(_ text: ClassifiedText, from index: Int) -> Int {
        let end = text.end(ofAllBut: letters.union([.number, .space]), from: index)
        return joinsLineBreaks ? text.endOfLineBreaks(from: end) : end
    }
}
