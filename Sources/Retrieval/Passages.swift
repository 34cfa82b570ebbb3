import Documents

/// A long text cut into passages at its natural borders: paragraphs where they are short enough, otherwise sentences, otherwise words.
package enum Passages {
    /// Bytes of a passage where nobody says how many: about 200 tokens of English, which every encoder reads whole.
    package static let usualBytes = 800

    /// - Parameter most: the most bytes of a passage; one runs over only where there is no border at all that long.
    /// - Returns: ranges that ascend and leave out nothing but white space between them. Each begins and ends with a character that can be
    ///   seen.
    package static func ranges(of text: ArraySlice<UInt8>, most: Int = usualBytes) -> [Range<Int>] {
        var ranges: [Range<Int>] = [], current: Range<Int>?
        for unit in units(of: text, most: most) {
            if let open = current, unit.upperBound - open.lowerBound <= most {
                current = open.lowerBound..<unit.upperBound
            } else {
                if let open = current { ranges.append(open) }
                current = unit
            }
        }
        return ranges + (current.map { [$0] } ?? [])
    }

    /// The passages of every document; none goes over the border of two.
    package static func ranges(of documents: DocumentSet, most: Int = usualBytes) -> [Range<Int>] {
        documents.members.flatMap { ranges(of: documents.bytes[$0.range], most: most) }
    }

    /// What passages are put together of: paragraphs, or of long ones the sentences, or of long sentences stretches of words.
    private static func units(of text: ArraySlice<UInt8>, most: Int) -> [Range<Int>] {
        split(text, atMost: most, by: paragraphEnds).flatMap { paragraph in
            split(text[paragraph], atMost: most, by: sentenceEnds).flatMap { sentence in
                words(text[sentence], most: most)
            }
        }
    }

    /// A text as one range if it is short enough, otherwise cut behind the places that `ends` finds; blank parts are left out.
    private static func split(_ text: ArraySlice<UInt8>, atMost most: Int, by ends: (ArraySlice<UInt8>) -> [Int]) -> [Range<Int>] {
        guard let whole = trimmed(text, text.startIndex..<text.endIndex) else { return [] }
        guard whole.count > most else { return [whole] }
        var start = whole.lowerBound
        return (ends(text[whole]) + [whole.upperBound]).compactMap { end in
            defer { start = end }
            return trimmed(text, start..<end)
        }
    }

    /// Behind every empty line.
    private static func paragraphEnds(_ text: ArraySlice<UInt8>) -> [Int] {
        var ends: [Int] = [], lineIsBlank = false
        for index in text.indices {
            if text[index] == 0x0A {
                if lineIsBlank { ends.append(index + 1) }
                lineIsBlank = true
            } else if text[index] > 0x20 {
                lineIsBlank = false
            }
        }
        return ends
    }

    /// Behind the white space that follows a stop, with the marks that close a quotation between them.
    private static func sentenceEnds(_ text: ArraySlice<UInt8>) -> [Int] {
        var ends: [Int] = [], isAfterStop = false
        for index in text.indices {
            switch text[index] {
            case UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "?"): isAfterStop = true
            case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: ")"), UInt8(ascii: "]"): break
            // Quotation marks beyond ASCII, and the stops of Chinese and Japanese, behind which no space stands.
            case 0x80...:
                if isIdeographicStop(text, endingAt: index) { ends.append(index + 1) }
                isAfterStop = isAfterStop && isClosingMark(text, at: index)
            case ...0x20:
                if isAfterStop { ends.append(index + 1) }
                isAfterStop = false
            default: isAfterStop = false
            }
        }
        return ends
    }

    /// Whether the byte belongs to one of the characters from U+2018 to U+201F, which close quotations.
    private static func isClosingMark(_ text: ArraySlice<UInt8>, at index: Int) -> Bool {
        (0...2).contains { back in
            let first = index - back
            return first >= text.startIndex && first + 2 < text.endIndex && text[first] == 0xE2 && text[first + 1] == 0x80
                && (0x98...0x9F).contains(text[first + 2])
        }
    }

    /// Whether the byte ends one of 。！？.
    private static func isIdeographicStop(_ text: ArraySlice<UInt8>, endingAt index: Int) -> Bool {
        guard index - 2 >= text.startIndex else { return false }
        let bytes = (text[index - 2], text[index - 1], text[index])
        return bytes == (0xE3, 0x80, 0x82) || bytes == (0xEF, 0xBC, 0x81) || bytes == (0xEF, 0xBC, 0x9F)
    }

    /// Stretches of at most so many bytes that end between words, or between characters where a word is longer than that.
    private static func words(_ text: ArraySlice<UInt8>, most: Int) -> [Range<Int>] {
        var ranges: [Range<Int>] = [], start = text.startIndex
        while text.endIndex - start > most {
            let limit = start + most
            var end = (start + 1...limit).last { text[$0] <= 0x20 } ?? limit
            // Inside a character, which is at most four bytes long.
            while end > start + 1, text[end] & 0xC0 == 0x80 { end -= 1 }
            if end == start + 1 { end = limit }
            while end < text.endIndex, text[end] & 0xC0 == 0x80 { end += 1 }
            if let range = trimmed(text, start..<end) { ranges.append(range) }
            start = end
        }
        return ranges + (trimmed(text, start..<text.endIndex).map { [$0] } ?? [])
    }

    /// Without white space at both ends; nil for nothing else.
    private static func trimmed(_ text: ArraySlice<UInt8>, _ range: Range<Int>) -> Range<Int>? {
        guard let first = text[range].firstIndex(where: { $0 > 0x20 }), let last = text[range].lastIndex(where: { $0 > 0x20 }) else {
            return nil
        }
        return first..<last + 1
    }
}
