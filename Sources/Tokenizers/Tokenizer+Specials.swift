extension Tokenizer {
    /// A stretch of text, or the name of a special token.
    package struct Part: Sendable, Hashable {
        package let text: String
        package let isSpecial: Bool
    }

    /// Divides a text that may name special tokens, such as what a template writes, at those names.
    package func dividingSpecials(in text: String) -> [Part] {
        let bytes = Array(text.utf8)
        var parts: [Part] = [], start = 0
        func add(_ range: Range<Int>, isSpecial: Bool) {
            if !range.isEmpty { parts.append(Part(text: String(decoding: bytes[range], as: UTF8.self), isSpecial: isSpecial)) }
        }
        while let match = specialTokens.next(in: bytes, from: start, includingControl: true) {
            add(start..<match.range.lowerBound, isSpecial: false)
            add(match.range, isSpecial: true)
            start = match.range.upperBound
        }
        add(start..<bytes.count, isSpecial: false)
        return parts
    }
}
