/// What SentencePiece does to a text before it looks for pieces: replaces characters by a table, always by the longest string
/// that comes next, and takes away spaces that say nothing. Spaces stay spaces here; it is the pieces that have spaces put in
/// place of the mark that they write for them.
struct SentencePieceNormalizer: Sendable {
    var map: PrecompiledCharacterMap?
    /// Whether spaces at the ends of the text and after other spaces are left out.
    var removesExtraSpaces = false
    /// Whether U+2581 counts as a space and bytes that are no UTF-8 as U+FFFD, as for models that have no pieces for bytes.
    var readsSpaceMarks = false
    /// What is never replaced.
    var userDefined: PieceTrie?

    /// Whether every text stays as it is.
    var changesNothing: Bool { map == nil && !removesExtraSpaces && !readsSpaceMarks }

    private static let space: UInt8 = 0x20
    private static let spaceMark: UInt32 = 0x2581

    /// - Parameter continuesText: whether the text goes on from other text, so that it may begin with a space.
    func normalize(_ text: NormalizedText, continuesText: Bool) -> NormalizedText {
        var output = NormalizedText(rewriting: text)
        var skipsSpaces = removesExtraSpaces && !continuesText
        var index = 0
        while index < text.count {
            let step = step(in: text, from: index)
            let countBefore = output.count
            switch step.writing {
            case .itself:
                let first = skipsSpaces ? text.bytes[index..<step.next].firstIndex { $0 != Self.space } ?? step.next : index
                output.append(first..<step.next, of: text)
            case .replacement(let bytes):
                output.append(skipsSpaces ? bytes.drop { $0 == Self.space } : bytes, sourceEnd: text.sourceEnd(at: step.next))
            case .markedSpace:
                output.append(Self.space, sourceEnd: text.sourceEnd(at: step.next))
            }
            if output.count > countBefore {
                skipsSpaces = removesExtraSpaces && step.writing != .markedSpace && output.bytes.last == Self.space
            }
            index = step.next
        }
        if removesExtraSpaces {
            output.truncate(to: (output.bytes.lastIndex { $0 != Self.space } ?? -1) + 1)
        }
        return output
    }

    /// What is written for some characters.
    private enum Writing: Equatable {
        case itself
        case replacement(ArraySlice<UInt8>)
        /// A space that is not left out after others.
        case markedSpace
    }

    /// What is written for the characters at `index`, and where the next ones begin.
    private func step(in text: NormalizedText, from index: Int) -> (writing: Writing, next: Int) {
        if let userDefined, let found = userDefined.longestPiece(in: text.bytes, from: index, limit: text.count) {
            return (.itself, found.end)
        }
        if let map, let match = map.match(in: text.bytes, from: index, limit: text.count) {
            return (.replacement(map.replacement(of: match)), index + match.length)
        }
        let unit = UTF8Unit(text.bytes, at: index, limit: text.count)
        let next = index + unit.length
        guard readsSpaceMarks else { return (.itself, next) }
        return switch unit.scalar {
        case Self.spaceMark: (.markedSpace, next)
        case UTF8Unit.illFormed: (.replacement([0xef, 0xbf, 0xbd]), next)
        default: (.itself, next)
        }
    }
}

/// A model whose text is normalised before it looks for pieces.
struct NormalizingModel: SubwordModel {
    let model: any SubwordModel
    let normalizer: SentencePieceNormalizer

    var texts: PieceList { model.texts }
    var addsSpacePrefix: Bool { model.addsSpacePrefix }
    var givesUnknown: Bool { model.givesUnknown }

    func encode(_ text: [UInt8], _ range: Range<Int>, with workspace: inout EncodingWorkspace, into output: inout TokenizedText) {
        let continuesText = workspace.takeContinuation()
        let normalized = normalizer.normalize(NormalizedText(text, range), continuesText: continuesText)
        var tokens = TokenizedText()
        var inner = EncodingWorkspace(byteCount: normalized.count, continuesText: continuesText)
        model.encode(normalized.bytes, 0..<normalized.count, with: &inner, into: &tokens)
        output.append(tokens, endingIn: normalized)
    }
}

extension TokenizedText {
    /// Appends the tokens of a normalised text, ending where they end in its source.
    mutating func append(_ tokens: TokenizedText, endingIn normalized: NormalizedText) {
        for (identifier, end) in zip(tokens.ids, tokens.ends) { append(identifier, end: normalized.sourceEnd(at: end)) }
    }
}
