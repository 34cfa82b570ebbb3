/// Sets the white space at the end apart from all that stands before it: `\s+$`.
struct TrailingSpaces: WordScanner {
    func wordEnd(in text: ClassifiedText, from start: Int) -> Int {
        var wordEnd = start
        var index = start
        while let (kind, next) = text.character(at: index) {
            index = next
            if !kind.contains(.space) { wordEnd = next }
        }
        return wordEnd == start ? text.end : wordEnd
    }
}
