/// What BERT does to a text before it looks for words (Devlin et al., 2019).
struct BERTNormalizer: TextNormalizer {
    /// Leaves out control characters, and writes a space for every character of white space.
    var cleans = true
    /// Puts spaces around Chinese characters.
    var spacesChinese = true
    var stripsAccents = true
    var lowercases = true

    func normalize(_ text: NormalizedText) -> NormalizedText {
        let classes = CharacterClasses.unicode
        var text = text
        if cleans { text = text.rewritten { Self.cleaned($0, classes[$0.scalar]) } }
        if spacesChinese { text = text.spacingChinese() }
        if stripsAccents {
            text = text.normalized(to: .nfd).rewritten { classes[$0.scalar].contains(.accent) ? .nothing : .unchanged }
        }
        return lowercases ? LowercaseNormalizer().normalize(text) : text
    }

    private static func cleaned(_ unit: UTF8Unit, _ kind: CharacterClass) -> CharacterReplacement {
        if unit.scalar == UTF8Unit.illFormed || kind.contains(.control) { return .nothing }
        return kind.contains(.space) ? .character(0x20) : .unchanged
    }
}

extension NormalizedText {
    /// The text with a space before and after every Chinese character.
    fileprivate func spacingChinese() -> NormalizedText {
        var output = NormalizedText(rewriting: self)
        var index = 0
        while index < count {
            let unit = UTF8Unit(bytes, at: index, limit: count)
            let next = index + unit.length
            let isChinese = unit.length >= 3 && unit.isChinese
            if isChinese { output.append(0x20, sourceEnd: sourceEnd(at: index)) }
            output.append(index..<next, of: self)
            if isChinese { output.append(0x20, sourceEnd: sourceEnd(at: next)) }
            index = next
        }
        return output
    }
}

extension UTF8Unit {
    /// The blocks of Chinese characters that BERT sets apart.
    fileprivate var isChinese: Bool {
        switch scalar {
        case 0x3400...0x4dbf, 0x4e00...0x9fff, 0xf900...0xfaff: true
        case 0x20000...0x2a6df, 0x2a700...0x2b73f, 0x2b740...0x2b81f, 0x2b920...0x2ceaf, 0x2f800...0x2fa1f: true
        default: false
        }
    }
}

/// BERT's words: what stands between white space, and every punctuation character for itself.
struct BERTWords {
    func forEachWord(in text: ClassifiedText, _ body: (Range<Int>) -> Void) {
        var start = text.start
        while let (kind, next) = text.character(at: start) {
            if kind.contains(.space) {
                start = next
                continue
            }
            let end = kind.contains(.standsAlone) ? next : text.end(ofAllBut: [.space, .standsAlone], from: next)
            body(start..<end)
            start = end
        }
    }
}
