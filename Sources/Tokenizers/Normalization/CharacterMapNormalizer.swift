/// Replaces characters by a table as the `tokenizers` package does: whole graphemes of less than six bytes by the shortest
/// string of the table that they begin with, and others character by character.
struct CharacterMapNormalizer: TextNormalizer {
    let map: PrecompiledCharacterMap

    var growth: Int { max(1, map.longestReplacement) }

    private static let longestGrapheme = 5

    func normalize(_ text: NormalizedText) -> NormalizedText {
        var output = NormalizedText(rewriting: text)
        text.forEachGrapheme { grapheme in
            if grapheme.count <= Self.longestGrapheme, replace(grapheme, of: text, into: &output) { return }
            var index = grapheme.lowerBound
            while index < grapheme.upperBound {
                let next = index + UTF8Unit(text.bytes, at: index, limit: grapheme.upperBound).length
                if !replace(index..<next, of: text, into: &output) { output.append(index..<next, of: text) }
                index = next
            }
        }
        return output
    }

    /// Writes the replacement of a part of the text, if it has one.
    private func replace(_ range: Range<Int>, of text: NormalizedText, into output: inout NormalizedText) -> Bool {
        guard let match = map.match(in: text.bytes, from: range.lowerBound, limit: range.upperBound, shortest: true) else {
            return false
        }
        output.append(map.replacement(of: match), sourceEnd: text.sourceEnd(at: range.upperBound))
        return true
    }
}

extension NormalizedText {
    /// Calls `body` with what a reader sees as one character (Unicode Standard Annex 29), in order. Bytes that are no UTF-8
    /// come one at a time.
    func forEachGrapheme(_ body: (Range<Int>) -> Void) {
        var start = 0
        while start < count {
            let end = endOfJoinedBytes(from: start)
            if end - start == 1 {
                body(start..<end)
            } else {
                forEachGrapheme(in: start..<end, body)
            }
            start = end
        }
    }

    /// Where the next place between two ASCII characters is: graphemes end there, unless they are a return and a line feed.
    private func endOfJoinedBytes(from start: Int) -> Int {
        var index = start + 1
        while index < count {
            let isBetween = bytes[index - 1] < 0x80 && bytes[index] < 0x80
            if isBetween, !(bytes[index - 1] == 0x0d && bytes[index] == 0x0a) { return index }
            index += 1
        }
        return index
    }

    private func forEachGrapheme(in range: Range<Int>, _ body: (Range<Int>) -> Void) {
        var start = range.lowerBound
        while start < range.upperBound {
            var end = start
            while end < range.upperBound {
                let unit = UTF8Unit(bytes, at: end, limit: range.upperBound)
                if unit.scalar == UTF8Unit.illFormed { break }
                end += unit.length
            }
            for character in String(decoding: bytes[start..<end], as: UTF8.self) {
                let next = start + character.utf8.count
                body(start..<next)
                start = next
            }
            if start < range.upperBound {
                body(start..<start + 1)
                start += 1
            }
        }
    }
}
