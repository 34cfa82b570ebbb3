/// Writes something else for what is found.
struct ReplacementNormalizer: TextNormalizer {
    let finder: any PartFinder
    let content: [UInt8]

    var growth: Int { finder.growth(writing: content) }

    func normalize(_ text: NormalizedText) -> NormalizedText {
        guard text.count > 0 else { return text }
        var output = NormalizedText(rewriting: text)
        finder.forEachPart(in: text.bytes, 0..<text.count) { part, isMatch in
            if isMatch {
                output.append(content, sourceEnd: text.sourceEnd(at: part.upperBound))
            } else {
                output.append(part, of: text)
            }
        }
        return output
    }
}

/// Writes something before every text that is not empty.
struct PrefixNormalizer: TextNormalizer {
    let prefix: [UInt8]

    var growth: Int { prefix.count + 1 }

    func normalize(_ text: NormalizedText) -> NormalizedText {
        guard text.count > 0 else { return text }
        var output = NormalizedText(rewriting: text)
        output.append(prefix, sourceEnd: text.sourceStart)
        output.append(0..<text.count, of: text)
        return output
    }
}

/// Takes white space away at the ends.
struct SpaceStripper: TextNormalizer {
    let atStart: Bool
    let atEnd: Bool

    func normalize(_ text: NormalizedText) -> NormalizedText {
        let classes = CharacterClasses.unicode
        var start: Int?
        var end = 0
        var index = 0
        while index < text.count {
            let unit = UTF8Unit(text.bytes, at: index, limit: text.count)
            index += unit.length
            guard !classes[unit.scalar].contains(.space) else { continue }
            if start == nil { start = index - unit.length }
            end = index
        }
        var output = NormalizedText(rewriting: text)
        let first = atStart ? start ?? text.count : 0
        output.append(first..<max(first, atEnd ? end : text.count), of: text)
        return output
    }
}

/// The rules of machine translation: control characters go, and separators of every kind become spaces.
struct TranslationNormalizer: TextNormalizer {
    func normalize(_ text: NormalizedText) -> NormalizedText {
        text.rewritten { unit in
            switch unit.scalar {
            case 0x01...0x08, 0x0b, 0x0e...0x1f, 0x7f, 0x8f, 0x9f: .nothing
            case 0x09, 0x0a, 0x0c, 0x0d, 0x1680, 0x200b...0x200f, 0x2028, 0x2029, 0x2581, 0xfeff, 0xfffd: .character(0x20)
            default: .unchanged
            }
        }
    }
}

/// Writes every byte as the character that stands for it.
struct ByteAlphabetNormalizer: TextNormalizer {
    var growth: Int { 2 }

    func normalize(_ text: NormalizedText) -> NormalizedText {
        var output = NormalizedText(rewriting: text)
        ByteAlphabetRewriter().rewrite(0..<text.count, of: text, addsPrefix: false, into: &output)
        return output
    }
}
