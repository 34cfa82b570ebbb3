/// Byte-pair encoding as SentencePiece does it: the pair that becomes the best-scored piece is joined first.
///
/// Kudo and Richardson, "SentencePiece" (2018). A space is written U+2581 in pieces, and a space goes before every stretch
/// of text. A character without a piece is given byte by byte. So that every text comes back from its tokens, a U+2581 in
/// the text itself is given byte by byte as well, as it would come back as a space otherwise.
struct SentencePieceBPE: SubwordModel {
    let texts: PieceList
    let addsSpacePrefix: Bool
    var givesUnknown: Bool { bytePieces == nil }

    private let symbols: CharacterSymbols
    private let merges: MergeTable
    /// The piece of each byte; nil where the vocabulary lacks some of them.
    private let bytePieces: [Int32]?
    private let unknown: Int32?
    private let words: SpacedWords
    private let spacePrefix: SpacePrefix
    /// Pieces that are taken as they are wherever they stand, and joined with nothing; nil where there are none.
    private let userDefined: PieceTrie?

    /// U+2581, which stands for a space.
    static let spaceMark: [UInt8] = [0xe2, 0x96, 0x81]

    /// - Parameter listed: how pieces are joined; nil: as their scores say.
    init(
        _ vocabulary: Vocabulary, types: [Vocabulary.TokenType], merges listed: MergeTable? = nil,
        prefix: SpacePrefix = .everyStretch
    ) throws(TokenizerError) {
        let source = vocabulary.source
        let bytes = try Self.bytesOfPieces(vocabulary, types: types)
        let pieces = vocabulary.pieces
        let index = PieceIndex(pieces) { types[$0] == .normal || types[$0] == .userDefined || types[$0] == .unused }
        var symbols = CharacterSymbols(pieces, index: index)
        if let listed {
            merges = listed
        } else {
            merges = Self.merges(pieces, ranks: try Self.ranks(vocabulary), index: index, symbols: &symbols)
        }
        spacePrefix = prefix
        self.symbols = symbols
        let userDefinedPiecesAreText = vocabulary.userDefinedPiecesAreText
        texts = Self.texts(pieces, types: types, bytes: bytes, userDefinedPiecesAreText: userDefinedPiecesAreText)
        if userDefinedPiecesAreText, types.contains(.userDefined) {
            userDefined = PieceTrie(texts) { types[$0] == .userDefined }
        } else {
            userDefined = nil
        }
        words = SpacedWords(pieces) { index.find(pieces.bytes, pieces.range($0)) == Int32($0) }
        bytePieces = Self.bytePieces(bytes)
        unknown = vocabulary.identifiers[.unknown].map { Int32($0) }
        addsSpacePrefix = vocabulary.addsSpacePrefix ?? true
        guard bytePieces != nil || unknown != nil else { throw TokenizerError(.noFallback, in: source) }
    }

    func encode(_ text: [UInt8], _ range: Range<Int>, with workspace: inout EncodingWorkspace, into output: inout TokenizedText) {
        guard !range.isEmpty else { return }
        var start = range.lowerBound
        var hasPrefix = workspace.takesPrefix(self) && spacePrefix.goesBefore(text, range)
        while start < range.upperBound {
            let end = words.wordEnd(text, from: start, limit: range.upperBound)
            encodeWord(text, start..<end, hasPrefix: hasPrefix, with: &workspace, into: &output)
            hasPrefix = false
            start = end
        }
    }

    private func encodeWord(
        _ text: [UInt8], _ word: Range<Int>, hasPrefix: Bool, with workspace: inout EncodingWorkspace, into output: inout TokenizedText
    ) {
        let isCached = !hasPrefix && word.count <= WordCache.longestWord
        let hash = isCached ? byteHash(text, word) : 0
        if isCached, workspace.cache.recall(word, hash: hash, in: text, into: &output) { return }
        let tokenStart = output.ids.count
        mergeWord(text, word, hasPrefix: hasPrefix, with: &workspace.merger, into: &output)
        if isCached { workspace.cache.note(word, hash: hash, tokensFrom: tokenStart, of: output) }
    }

    private func mergeWord(
        _ text: [UInt8], _ word: Range<Int>, hasPrefix: Bool, with merger: inout PairMerger, into output: inout TokenizedText
    ) {
        merger.removeAll()
        if hasPrefix { merger.append(symbols.space, end: word.lowerBound) }
        var index = word.lowerBound
        while index < word.upperBound {
            if let userDefined, let found = userDefined.longestPiece(in: text, from: index, limit: word.upperBound) {
                merger.append(Self.unjoinable(found.piece), end: found.end)
                index = found.end
                continue
            }
            let unit = UTF8Unit(text, at: index, limit: word.upperBound)
            merger.append(symbols.symbol(of: unit, text, at: index), end: index + unit.length)
            index += unit.length
        }
        merger.merge(by: merges)
        let tokenStart = output.ids.count
        var start = word.lowerBound
        merger.forEachSymbol { symbol in
            if (0..<Int32(texts.count)).contains(symbol.identifier) {
                output.append(symbol.identifier, end: symbol.end)
            } else if symbol.identifier < -1 {
                output.append(Self.unjoinable(symbol.identifier), end: symbol.end)
            } else {
                fallBack(text, start..<symbol.end, tokensFrom: tokenStart, into: &output)
            }
            start = symbol.end
        }
    }

    /// A number below -1 for a piece, which no merge is known for, and the piece for such a number.
    private static func unjoinable(_ piece: Int32) -> Int32 { -2 - piece }

    /// Gives a character that has no piece: its bytes, or the unknown token once for a run of such characters in a word.
    private func fallBack(
        _ text: [UInt8], _ character: Range<Int>, tokensFrom tokenStart: Int, into output: inout TokenizedText
    ) {
        guard let bytePieces else {
            guard let unknown else { return }
            if output.ids.count > tokenStart, output.ids.last == unknown {
                output.extendLast(to: character.upperBound)
            } else {
                output.append(unknown, end: character.upperBound)
            }
            return
        }
        // An empty range is the space prefix of a vocabulary that has no piece for a space.
        if character.isEmpty { output.append(bytePieces[0x20], end: character.upperBound) }
        for index in character { output.append(bytePieces[Int(text[index])], end: index + 1) }
    }
}
