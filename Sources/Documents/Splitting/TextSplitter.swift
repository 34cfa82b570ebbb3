/// Splits text at its natural borders into stretches of at most so many tokens: as many paragraphs together as fit, a paragraph that
/// is too long by its lines and sentences, a sentence by its words, a word by its characters.
struct TextSplitter {
    private let bytes: [UInt8]
    private let limit: Int
    private let tokens: TokenCount

    init(_ bytes: [UInt8], limit: Int, tokens: @escaping TokenCount) {
        self.bytes = bytes
        self.limit = max(1, limit)
        self.tokens = tokens
    }

    /// Ranges within `range` in its order, without white space at their ends; none for white space alone.
    func split(_ range: Range<Int>) -> [Range<Int>] { split(range, at: .paragraphs).compactMap(trimmed) }

    private func split(_ range: Range<Int>, at border: TextBorder) -> [Range<Int>] {
        guard !range.isEmpty, cost(range) > limit else { return range.isEmpty ? [] : [range] }
        let parts = border.parts(of: bytes, in: range)
        guard let finer = border.finer else { return halves(range, parts) }
        guard parts.count > 1 else { return split(range, at: finer) }
        return packed(parts).flatMap { pack in pack.parts == 1 ? split(pack.range, at: finer) : [pack.range] }
    }

    /// Neighbours that fit together.
    private func packed(_ parts: [Range<Int>]) -> [(range: Range<Int>, parts: Int)] {
        var packs: [(range: Range<Int>, parts: Int)] = [], filled = 0
        for part in parts {
            let cost = cost(part)
            if let last = packs.last, filled + cost <= limit {
                packs[packs.count - 1] = (last.range.lowerBound..<part.upperBound, last.parts + 1)
                filled += cost
            } else {
                packs.append((part, 1))
                filled = cost
            }
        }
        return packs
    }

    /// Characters have no cost of their own, so a run of them is halved until its parts fit.
    private func halves(_ range: Range<Int>, _ characters: [Range<Int>]) -> [Range<Int>] {
        guard characters.count > 1, cost(range) > limit else { return [range] }
        let middle = characters.count / 2, border = characters[middle].lowerBound
        return halves(range.lowerBound..<border, Array(characters[..<middle]))
            + halves(border..<range.upperBound, Array(characters[middle...]))
    }

    /// White space at the ends is left out in the end.
    private func cost(_ range: Range<Int>) -> Int { tokens(bytes[range].trimmed) }

    private func trimmed(_ range: Range<Int>) -> Range<Int>? {
        let text = bytes[range].trimmed
        return text.isEmpty ? nil : text.indices
    }
}

/// Where a text may be divided, from coarse to fine.
enum TextBorder: Int {
    case paragraphs, lines, sentences, words, characters

    var finer: TextBorder? { TextBorder(rawValue: rawValue + 1) }

    /// The parts between borders of this kind. They follow one another without gaps; white space belongs to what stands before it.
    func parts(of bytes: [UInt8], in range: Range<Int>) -> [Range<Int>] {
        var parts: [Range<Int>] = [], start = range.lowerBound
        for offset in range.dropFirst() where isBorder(bytes, at: offset, in: range) {
            parts.append(start..<offset)
            start = offset
        }
        return parts + [start..<range.upperBound]
    }

    private func isBorder(_ bytes: [UInt8], at offset: Int, in range: Range<Int>) -> Bool {
        if self == .characters { return bytes[offset] & 0xC0 != 0x80 }
        guard !bytes[offset].isSpace else { return false }
        guard bytes[offset - 1].isSpace else {
            return self == .sentences && SentenceEnd.isIdeographic(bytes, before: offset, in: range)
        }
        let space = bytes[range.lowerBound..<offset].reversed().prefix(while: \.isSpace)
        switch self {
        case .paragraphs: return space.count { $0 == 0x0A } > 1 || space.contains(0x0C)
        case .lines: return space.contains { $0 == 0x0A || $0 == 0x0D }
        case .sentences: return SentenceEnd.stands(bytes, before: offset - space.count, in: range)
        case .words, .characters: return true
        }
    }
}

extension DocumentSet {
    /// Every document in passages of at most so many tokens, divided at the coarsest borders that will do; none goes over the border of two
    /// documents. What stands between them is white space.
    package func passages(limit: Int, tokens: @escaping TokenCount) -> [Range<Int>] {
        let splitter = TextSplitter(bytes, limit: limit, tokens: tokens)
        return members.flatMap { splitter.split($0.range) }
    }
}
