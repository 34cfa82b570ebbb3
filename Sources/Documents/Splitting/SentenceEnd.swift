/// Where sentences end.
enum SentenceEnd {
    /// Whether one ends before an offset at which white space begins: with a full stop, a mark of question or exclamation or a colon, and maybe
    /// closing quotes and brackets. A single letter before the stop is an initial.
    static func stands(_ bytes: [UInt8], before end: Int, in range: Range<Int>) -> Bool {
        let end = withoutClosers(bytes, before: end, in: range), last = end - 1
        guard last >= range.lowerBound else { return false }
        switch bytes[last] {
        case UInt8(ascii: "!"), UInt8(ascii: "?"), UInt8(ascii: ";"), UInt8(ascii: ":"): return true
        case UInt8(ascii: "."):
            let word = bytes[range.lowerBound..<last].reversed().prefix { $0.isWordByte }
            return !(word.count == 1 && word.first.map { (0x41...0x5A).contains($0) } ?? false)
        default: return bytes[range.lowerBound..<end].ends(with: ideographicStops)
        }
    }

    /// Whether one of Chinese or Japanese ends before an offset, behind which no space needs to stand.
    static func isIdeographic(_ bytes: [UInt8], before offset: Int, in range: Range<Int>) -> Bool {
        // Stops and closers have three bytes each, and closers stay with what they close.
        guard bytes[offset - 1] >= 0x80, bytes[offset] & 0xC0 != 0x80, !bytes[offset..<range.upperBound].starts(with: closers) else {
            return false
        }
        return bytes[range.lowerBound..<withoutClosers(bytes, before: offset, in: range)].ends(with: ideographicStops)
    }

    private static func withoutClosers(_ bytes: [UInt8], before end: Int, in range: Range<Int>) -> Int {
        var end = end
        while end > range.lowerBound {
            if asciiClosers.contains(bytes[end - 1]) {
                end -= 1
            } else if bytes[range.lowerBound..<end].ends(with: closers) {
                end -= 3
            } else {
                break
            }
        }
        return end
    }

    private static let asciiClosers: Set<UInt8> = Set(#"'")]"#.utf8)
    private static let closers = ["’", "”", "」", "』", "）", "】"].map { Array($0.utf8) }
    private static let ideographicStops = ["。", "！", "？"].map { Array($0.utf8) }
}

extension ArraySlice<UInt8> {
    fileprivate func starts(with characters: [[UInt8]]) -> Bool { characters.contains { starts(with: $0) } }
    fileprivate func ends(with characters: [[UInt8]]) -> Bool { characters.contains { suffix($0.count).elementsEqual($0) } }
}
