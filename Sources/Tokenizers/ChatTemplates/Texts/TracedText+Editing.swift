/// Python's methods of strings, which keep the origin of every part.
extension TracedText {
    /// The byte offset of the first place where `other` stands, from `start` on.
    ///
    /// - Complexity: O(n) on average, by the rule of Horspool (1980): a window moves on by what its last byte allows.
    func firstOffset(of other: TracedText, from start: Int = 0) -> Int? {
        let pattern = other.bytes
        guard let last = pattern.last else { return start <= bytes.count ? start : nil }
        var shift = [Int](repeating: pattern.count, count: 256)
        for (index, byte) in pattern.dropLast().enumerated() { shift[Int(byte)] = pattern.count - 1 - index }
        return bytes.withUnsafeBufferPointer { bytes in
            var end = start + pattern.count - 1
            while end < bytes.count {
                if bytes[end] == last, bytes[(end - pattern.count + 1)...end].elementsEqual(pattern) { return end - pattern.count + 1 }
                end += shift[Int(bytes[end])]
            }
            return nil
        }
    }

    /// The byte offsets at which `other` stands, without overlaps, at most `limit` of them.
    func offsets(of other: TracedText, limit: Int = .max) -> [Int] {
        var offsets: [Int] = [], start = 0
        while offsets.count < limit, let offset = firstOffset(of: other, from: start) {
            offsets.append(offset)
            start = offset + Swift.max(other.bytes.count, 1)
        }
        return offsets
    }

    /// The same from the end.
    func lastOffsets(of other: TracedText, limit: Int) -> [Int] {
        var offsets: [Int] = [], end = bytes.count - other.bytes.count
        while offsets.count < limit, end >= 0 {
            if bytes[end...].starts(with: other.bytes) {
                offsets.append(end)
                end -= Swift.max(other.bytes.count, 1)
            } else {
                end -= 1
            }
        }
        return offsets.reversed()
    }

    func contains(_ other: TracedText) -> Bool { firstOffset(of: other) != nil }

    func hasPrefix(_ other: TracedText) -> Bool { bytes.starts(with: other.bytes) }

    func hasSuffix(_ other: TracedText) -> Bool { bytes.suffix(other.bytes.count).elementsEqual(other.bytes) }

    /// - Parameter limit: how many places are changed at most, from the first on; negative for all.
    func replacing(_ old: TracedText, with new: TracedText, limit: Int = -1) -> TracedText {
        let limit = limit < 0 ? Int.max : limit
        // An empty text stands between all characters.
        let places = old.isEmpty ? Array(characterOffsets.prefix(limit)) : offsets(of: old, limit: limit)
        var result = TracedText(), start = 0
        for place in places {
            result.append(self[start..<place])
            result.append(new)
            start = place + old.bytes.count
        }
        result.append(self[start..<bytes.count])
        return result
    }

    // MARK: Dividing

    /// The parts between the places where `separator`, which is not empty, stands.
    func split(separator: TracedText, limit: Int = -1, fromEnd: Bool = false) -> [TracedText] {
        let limit = limit < 0 ? Int.max : limit
        let places = fromEnd ? lastOffsets(of: separator, limit: limit) : offsets(of: separator, limit: limit)
        return parts(between: places.map { $0..<$0 + separator.bytes.count })
    }

    /// The words between white space; what is left after `limit` divisions keeps its own.
    func splitWords(limit: Int = -1, fromEnd: Bool = false) -> [TracedText] {
        let text = trimmed(sides: [fromEnd ? .end : .start]), gaps = text.whiteSpaceRuns
        let kept = limit < 0 || limit >= gaps.count ? gaps[...] : fromEnd ? gaps.suffix(limit) : gaps.prefix(limit)
        return text.parts(between: Array(kept)).filter { !$0.isEmpty }
    }

    /// The lines without what ends them.
    func splitLines(keepingEnds: Bool = false) -> [TracedText] {
        var lines: [TracedText] = [], start = 0, offset = 0
        var scalars = string.unicodeScalars[...]
        while let scalar = scalars.popFirst() {
            var end = offset + UTF8.width(scalar)
            if scalar == "\r", scalars.first == "\n" {
                scalars.removeFirst()
                end += 1
            }
            if scalar.endsPythonLine {
                lines.append(self[start..<(keepingEnds ? end : offset)])
                start = end
            }
            offset = end
        }
        if start < bytes.count { lines.append(self[start..<bytes.count]) }
        return lines
    }

    private func parts(between gaps: [Range<Int>]) -> [TracedText] {
        var parts: [TracedText] = [], start = 0
        for gap in gaps {
            parts.append(self[start..<gap.lowerBound])
            start = gap.upperBound
        }
        parts.append(self[start..<bytes.count])
        return parts
    }

    private var whiteSpaceRuns: [Range<Int>] {
        var runs: [Range<Int>] = [], offset = 0
        for scalar in string.unicodeScalars {
            let end = offset + UTF8.width(scalar)
            if scalar.isPythonSpace {
                if let last = runs.last, last.upperBound == offset {
                    runs[runs.count - 1] = last.lowerBound..<end
                } else {
                    runs.append(offset..<end)
                }
            }
            offset = end
        }
        return runs
    }

    // MARK: Trimming

    enum Side { case start, end }

    /// Without the characters of `set` at its sides; without one, white space.
    func trimmed(_ set: TracedText? = nil, sides: Set<Side> = [.start, .end]) -> TracedText {
        let members = set.map { Set($0.string.unicodeScalars) }
        let scalars = string.unicodeScalars
        let isTrimmed = { (scalar: Unicode.Scalar) in members?.contains(scalar) ?? scalar.isPythonSpace }
        let start = sides.contains(.start) ? scalars.prefix(while: isTrimmed).reduce(0) { $0 + UTF8.width($1) } : 0
        guard start < bytes.count else { return self[0..<0] }
        let end = sides.contains(.end) ? scalars.reversed().prefix(while: isTrimmed).reduce(0) { $0 + UTF8.width($1) } : 0
        return self[start..<bytes.count - end]
    }
}

extension Unicode.Scalar {
    /// White space by Python's rule, which has four separators more than Unicode's.
    var isPythonSpace: Bool { properties.isWhitespace || (0x1C...0x1F).contains(value) }

    /// Whether `str.splitlines` ends a line here.
    var endsPythonLine: Bool {
        (0x0A...0x0D).contains(value) || (0x1C...0x1E).contains(value) || value == 0x85 || value == 0x2028 || value == 0x2029
    }
}
