/// The way of a `tokenizer.json` from text to tokens: normalisation, cutting into words, and a model for words.
struct Pipeline: SubwordModel {
    let texts: PieceList
    let normalizers: [any TextNormalizer]
    /// Tokens that are looked for in normalised text.
    let normalizedTokens: SpecialTokens?
    let stages: WordStages
    let model: any WordModel

    /// Where the unknown token is one for control, decoding leaves it out as the other ones.
    var givesUnknown: Bool { false }

    /// Decoding takes away what normalisers and pre-tokenizers put before a text.
    var addsSpacePrefix: Bool { false }

    func encode(_ text: [UInt8], _ range: Range<Int>, with workspace: inout EncodingWorkspace, into output: inout TokenizedText) {
        let continuesText = workspace.takeContinuation()
        if stages.onlyCuts, normalizers.allSatisfy({ $0.leavesAsIs(text, range) }) {
            encodeAsIs(text, range, with: &workspace, into: &output)
        } else {
            encodeNormalized(text, range, continuesText: continuesText, readsControl: workspace.readsControl, into: &output)
        }
    }

    /// Encodes text that stays as it is, so that words can be remembered throughout the text.
    private func encodeAsIs(
        _ text: [UInt8], _ range: Range<Int>, with workspace: inout EncodingWorkspace, into output: inout TokenizedText
    ) {
        forEachPart(of: text, range, readsControl: workspace.readsControl) { part, token in
            if let token { return output.append(token, end: part.upperBound) }
            stages.cutters.forEachWord(in: ClassifiedText(text, part)) { word in
                model.encodeWord(text, word, with: &workspace, into: &output)
            }
        }
    }

    private func encodeNormalized(
        _ source: [UInt8], _ range: Range<Int>, continuesText: Bool, readsControl: Bool, into output: inout TokenizedText
    ) {
        var normalized = NormalizedText(source, range)
        for normalizer in normalizers where !(continuesText && normalizer is PrefixNormalizer) {
            normalized = normalizer.normalize(normalized)
        }
        var parts: [(range: Range<Int>, token: Int32?)] = []
        forEachPart(of: normalized.bytes, 0..<normalized.count, readsControl: readsControl) { parts.append(($0, $1)) }
        let (text, words) = stages.words(
            of: parts.map { $0.token == nil ? $0.range : 0..<0 }, in: normalized, continuesText: continuesText)
        var workspace = EncodingWorkspace(byteCount: text.count)
        var tokens = TokenizedText()
        for (part, words) in zip(parts, words) {
            if let token = part.token { output.append(token, end: normalized.sourceEnd(at: part.range.upperBound)) }
            let first = tokens.ids.count
            for word in words { model.encodeWord(text.bytes, word, with: &workspace, into: &tokens) }
            for index in first..<tokens.ids.count {
                output.append(tokens.ids[index], end: text.sourceEnd(at: tokens.ends[index]))
            }
        }
    }

    /// Calls `body` with every token that is looked for in normalised text, and with what lies between them.
    private func forEachPart(
        of text: [UInt8], _ range: Range<Int>, readsControl: Bool, _ body: (Range<Int>, _ token: Int32?) -> Void
    ) {
        var start = range.lowerBound
        while start < range.upperBound {
            let match = normalizedTokens?.next(in: text, from: start, limit: range.upperBound, includingControl: readsControl)
            let end = match?.range.lowerBound ?? range.upperBound
            if start < end { body(start..<end, nil) }
            if let match { body(match.range, match.identifier) }
            start = match?.range.upperBound ?? range.upperBound
        }
    }
}

extension TextNormalizer {
    /// Whether it is plain that the text is its own normal form.
    func leavesAsIs(_ text: [UInt8], _ range: Range<Int>) -> Bool {
        guard let form = (self as? FormNormalizer)?.form, form.composes else { return false }
        var index = range.lowerBound
        while index < range.upperBound {
            let unit = UTF8Unit(text, at: index, limit: range.upperBound)
            guard UnicodeForm.isPlain(unit.scalar, compatibly: form.takesCompatiblyApart) else { return false }
            index += unit.length
        }
        return true
    }
}

extension UnicodeForm {
    /// Whether a character is written as it is in composed forms and never joins with what stands before it: true for most
    /// characters of most texts, and false where that would need a look at the table.
    fileprivate static func isPlain(_ scalar: UInt32, compatibly: Bool) -> Bool {
        switch scalar {
        case 0..<0xa0, UTF8Unit.illFormed: true
        case 0xa0..<0x300: !compatibly
        // Letters of Greek, Cyrillic, Hebrew, Arabic, Hindi; kana, Chinese characters, syllables of Korean.
        case 0x388..<0x3cf, 0x400..<0x483, 0x5d0..<0x5eb, 0x620..<0x64b, 0x660..<0x66e, 0x904..<0x93a, 0x93e..<0x94d: true
        case 0x3041..<0x3097, 0x30a1..<0x30ff, 0x4e00..<0xa000, 0xac00..<0xd7a4: true
        // Dashes and quotation marks, emoji.
        case 0x2010, 0x2012..<0x2017, 0x2018..<0x2024, 0x3001..<0x3030, 0x1f300..<0x1fb00: true
        default: false
        }
    }
}
