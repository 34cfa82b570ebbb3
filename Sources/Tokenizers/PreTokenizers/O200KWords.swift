/// The words of `o200k_base` in GPT-4o, gpt-oss and Llama 4, and with digits apart and no contractions those of Mistral's Tekken:
/// letters of which the capital ones come first.
///
///     [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?
///     |[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?
///     |\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+
struct O200KWords: WordScanner {
    /// The most numbers in one word.
    let digitsTogether: Int
    /// Whether an English contraction belongs to the word before it.
    let joinsContractions: Bool

    func wordEnd(in text: ClassifiedText, from start: Int) -> Int {
        guard let (kind, next) = text.character(at: start) else { return text.end }
        if let end = endOfLetters(text, from: start, kind, next) {
            return joinsContractions ? text.endOfContraction(at: end, ignoringCase: true) ?? end : end
        }
        if kind.contains(.number) { return text.end(of: .number, from: start, atMost: digitsTogether) }
        if !kind.contains(.space) { return endOfSymbols(text, from: next) }
        if text.byte(at: start) == 0x20, let following = text.character(at: next),
            following.kind.isDisjoint(with: .letterNumberOrSpace)
        {
            return endOfSymbols(text, from: following.next)
        }
        return text.endOfLastLineBreak(from: start) ?? text.endOfSpaces(from: start)
    }

    /// The end of the letters at `start`, before which one character that is neither letter nor number may stand.
    private func endOfLetters(_ text: ClassifiedText, from start: Int, _ kind: CharacterClass, _ next: Int) -> Int? {
        if kind.contains(.letter) { return endOfLowercase(text, from: start) ?? endOfUppercase(text, from: start) }
        guard kind.isDisjoint(with: .number), !text.isLineBreak(at: start) else { return nil }
        // A mark may be the character before, or the first of the word.
        if let end = endOfLowercase(text, from: next) ?? (kind.contains(.mark) ? endOfLowercase(text, from: start) : nil) { return end }
        return endOfUppercase(text, from: next)
    }

    /// The end of `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+`.
    ///
    /// Where no small letter follows the first part, that part gives back what it took after the last character that may be
    /// in either.
    private func endOfLowercase(_ text: ClassifiedText, from start: Int) -> Int? {
        var lastOfEither: Int?
        var index = start
        while let (kind, next) = text.character(at: index), isFirstPart(kind) {
            if !kind.contains(.uppercase) { lastOfEither = next }
            index = next
        }
        let end = endOfSecondPart(text, from: index)
        return end > index ? end : lastOfEither
    }

    /// The end of `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*`.
    private func endOfUppercase(_ text: ClassifiedText, from start: Int) -> Int? {
        var index = start
        while let (kind, next) = text.character(at: index), isFirstPart(kind) { index = next }
        return index > start ? endOfSecondPart(text, from: index) : nil
    }

    private func endOfSecondPart(_ text: ClassifiedText, from start: Int) -> Int {
        var index = start
        while let (kind, next) = text.character(at: index), !kind.isDisjoint(with: .letterOrMark), !kind.contains(.uppercase) {
            index = next
        }
        return index
    }

    private func isFirstPart(_ kind: CharacterClass) -> Bool {
        !kind.isDisjoint(with: .letterOrMark) && !kind.contains(.lowercase)
    }

    /// The rest of `[^\s\p{L}\p{N}]+[\r\n/]*`.
    private func endOfSymbols(_ text: ClassifiedText, from index: Int) -> Int {
        var end = text.end(ofAllBut: .letterNumberOrSpace, from: index)
        while text.isLineBreak(at: end) || text.byte(at: end) == UInt8(ascii: "/") { end += 1 }
        return end
    }
}
