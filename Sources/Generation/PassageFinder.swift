/// Turns the attention that single tokens received into the passages that a person can look up.
package struct PassageFinder {
    /// The text, as bytes.
    package let text: [UInt8]
    /// Byte offset in `text` after each token.
    package let tokenEnds: [Int]

    package init(text: [UInt8], tokenEnds: [Int]) {
        self.text = text
        self.tokenEnds = tokenEnds
    }

    /// A passage before its file is looked up: a byte range of the text and its share of the mass.
    package struct Found: Equatable {
        package let range: Range<Int>
        package let weight: Double
    }

    /// A passage closes at the first sentence border after this many tokens …
    private static let fewestTokens = 8
    /// … and after this many at the latest.
    private static let mostTokens = 96

    /// The `count` passages with the greatest mass, greatest first.
    ///
    /// - Parameter masses: for each token of the text, the attention that it received.
    package func passages(_ count: Int, masses: [Double]) -> [Found] {
        precondition(masses.count == tokenEnds.count, "one mass for each token")
        let total = masses.reduce(0, +)
        guard count > 0, total > 0 else { return [] }
        let scored = tokenRuns().map { run in (run: run, mass: masses[run].reduce(0, +)) }
        return scored.filter { $0.mass > 0 }
            .sorted { $0.mass != $1.mass ? $0.mass > $1.mass : $0.run.lowerBound < $1.run.lowerBound }
            .prefix(count)
            .map { Found(range: trimmedBytes(of: $0.run), weight: $0.mass / total) }
    }

    /// The text's tokens cut at sentence borders.
    private func tokenRuns() -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var first = 0
        for token in tokenEnds.indices {
            let length = token + 1 - first
            guard length >= Self.mostTokens || (length >= Self.fewestTokens && endsSentence(token)) else { continue }
            runs.append(first..<token + 1)
            first = token + 1
        }
        if first < tokenEnds.count { runs.append(first..<tokenEnds.count) }
        return runs
    }

    private func startByte(of token: Int) -> Int { token == 0 ? 0 : tokenEnds[token - 1] }

    /// Whether a sentence or paragraph ends with this token: a stop before white space, or an empty line.
    private func endsSentence(_ token: Int) -> Bool {
        let end = tokenEnds[token]
        for byte in startByte(of: token)..<end {
            switch text[byte] {
            case UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "?"):
                if byte + 1 >= text.count || text[byte + 1] <= 0x20 || Self.closes(text[byte + 1]) { return true }
            case 0x0A:
                let next = text[(byte + 1)...].first { $0 != 0x0D }
                if next == 0x0A { return true }
            default: continue
            }
        }
        return false
    }

    /// Whether the byte is a closing mark that may follow a sentence's stop.
    private static func closes(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: ")") || byte >= 0x80
    }

    /// The run's bytes without white space at the ends, so that a passage begins and ends with a character that can be seen.
    private func trimmedBytes(of run: Range<Int>) -> Range<Int> {
        var start = startByte(of: run.lowerBound), end = tokenEnds[run.upperBound - 1]
        while start < end, text[start] <= 0x20 || Self.continuesCharacter(text[start]) { start += 1 }
        while end > start, text[end - 1] <= 0x20 { end -= 1 }
        while end < text.count, end > start, Self.continuesCharacter(text[end]) { end += 1 }
        return start..<end
    }

    /// Whether the byte is inside a UTF-8 character and not its beginning.
    private static func continuesCharacter(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
}
