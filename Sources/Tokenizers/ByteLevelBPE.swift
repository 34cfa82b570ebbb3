/// Byte-level byte-pair encoding: text is cut into words, and the bytes of each word are joined by a list of merges.
///
/// Any bytes can be encoded. A byte that has no piece of its own (real vocabularies lack at most those that no UTF-8 text
/// contains) gives the unknown token, or nothing where that is a control token, which no text may bring about.
struct ByteLevelBPE: SubwordModel {
    let texts: PieceList
    let addsSpacePrefix: Bool
    var givesUnknown: Bool { unknown != nil && bytePieces.contains(-1) }

    private let index: PieceIndex
    private let merges: MergeTable
    /// The piece of each byte; -1 where there is none.
    private let bytePieces: [Int32]
    private let unknown: Int32?
    private let preTokenizer: PreTokenizer

    init(_ vocabulary: Vocabulary, types: [Vocabulary.TokenType], preTokenizer: PreTokenizer) throws(TokenizerError) {
        var texts = PieceList()
        texts.reserveCapacity(pieces: vocabulary.pieces.count, bytes: vocabulary.pieces.bytes.count)
        var isWord = [Bool](repeating: false, count: types.count)
        for (number, type) in types.enumerated() {
            let written = vocabulary.pieces[number]
            if type == .normal || type == .unused || type == .byte, let bytes = ByteAlphabet.bytes(of: written) {
                texts.append(bytes)
                isWord[number] = true
            } else {
                texts.append(written)
            }
        }
        let index = PieceIndex(texts) { isWord[$0] }
        self.texts = texts
        self.index = index
        self.preTokenizer = preTokenizer
        merges =
            switch vocabulary.merges {
            case .listed(let lines): try Self.merges(lines, index: index, source: vocabulary.source)
            case .implied: Self.impliedMerges(texts, index: index)
            }
        bytePieces = (0...255).map { index.find([UInt8($0)], 0..<1) ?? -1 }
        unknown = vocabulary.identifiers[.unknown].flatMap { types[$0] == .unknown ? Int32($0) : nil }
        addsSpacePrefix = vocabulary.addsSpacePrefix ?? false
    }

    func encode(_ text: [UInt8], _ range: Range<Int>, with workspace: inout EncodingWorkspace, into output: inout TokenizedText) {
        guard workspace.takesPrefix(self), !range.isEmpty else {
            return encodeWords(of: text, range, with: &workspace, into: &output)
        }
        // The prefix may join the first word, so the stretch is encoded with it and the offsets are moved back by one.
        var prefixed = TokenizedText()
        var prefixedWorkspace = EncodingWorkspace(byteCount: range.count)
        encodeWords(of: [0x20] + text[range], 0..<range.count + 1, with: &prefixedWorkspace, into: &prefixed)
        for (identifier, end) in zip(prefixed.ids, prefixed.ends) {
            output.append(identifier, end: range.lowerBound + max(end - 1, 0))
        }
    }

    private func encodeWords(
        of text: [UInt8], _ range: Range<Int>, with workspace: inout EncodingWorkspace, into output: inout TokenizedText
    ) {
        // A closure that encodes would carry a copy of this value, with all its tables to count references of, to every word.
        var words: [Range<Int>] = []
        preTokenizer.forEachWord(in: ClassifiedText(text, range)) { words.append($0) }
        for word in words { encodeWord(text, word, with: &workspace, into: &output) }
    }

    func encodeWord(
        _ text: [UInt8], _ word: Range<Int>, with workspace: inout EncodingWorkspace, into output: inout TokenizedText
    ) {
        let isShort = word.count <= WordCache.longestWord
        let hash = isShort || preTokenizer.takesWholeWords ? byteHash(text, word) : 0
        if isShort, workspace.cache.recall(word, hash: hash, in: text, into: &output) { return }
        let tokenStart = output.ids.count
        if preTokenizer.takesWholeWords, let piece = index.find(text, word, hash: hash) {
            output.append(piece, end: word.upperBound)
        } else {
            mergeWord(text, word, with: &workspace.merger, into: &output)
        }
        if isShort { workspace.cache.note(word, hash: hash, tokensFrom: tokenStart, of: output) }
    }

    private func mergeWord(
        _ text: [UInt8], _ word: Range<Int>, with merger: inout PairMerger, into output: inout TokenizedText
    ) {
        merger.removeAll()
        for index in word { merger.append(bytePieces[Int(text[index])], end: index + 1) }
        merger.merge(by: merges)
        merger.forEachSymbol { symbol in
            if symbol.identifier >= 0 {
                output.append(symbol.identifier, end: symbol.end)
            } else if let unknown {
                output.append(unknown, end: symbol.end)
            }
        }
    }
}

// MARK: - Merges

extension ByteLevelBPE {
    /// Reads lines of two pieces with a space between them.
    private static func merges(_ lines: PieceList, index: PieceIndex, source: String) throws(TokenizerError) -> MergeTable {
        guard lines.count <= Vocabulary.mostPieces else {
            throw TokenizerError(.tooManyPieces(lines.count, most: Vocabulary.mostPieces), in: source)
        }
        var merges = MergeTable(minimumCapacity: lines.count)
        for number in 0..<lines.count {
            let line = lines[number]
            guard let space = line.firstIndex(of: 0x20), let left = ByteAlphabet.bytes(of: line[..<space]),
                let right = ByteAlphabet.bytes(of: line[(space + 1)...]), !left.isEmpty, !right.isEmpty
            else { throw TokenizerError(.invalidMerge(line: number), in: source) }
            func symbol(_ bytes: [UInt8], _ written: ArraySlice<UInt8>) throws(TokenizerError) -> Int32 {
                if let found = index.find(bytes, 0..<bytes.count) { return found }
                throw TokenizerError(.mergeOfAbsentPiece(String(decoding: written, as: UTF8.self), line: number), in: source)
            }
            merges.allow(
                try symbol(left, line[..<space]), try symbol(right, line[(space + 1)...]), rank: UInt32(number),
                symbol: try symbol(left + right, line.filter { $0 != 0x20 }[...]))
        }
        return merges
    }

    /// Every way to make a piece of two others, in the order of the pieces' numbers.
    private static func impliedMerges(_ texts: PieceList, index: PieceIndex) -> MergeTable {
        var merges = MergeTable(minimumCapacity: texts.count * 2)
        for number in 0..<texts.count {
            let whole = texts.range(number)
            guard whole.count > 1, index.find(texts.bytes, whole) == Int32(number) else { continue }
            for middle in whole.dropFirst() {
                guard let left = index.find(texts.bytes, whole.lowerBound..<middle),
                    let right = index.find(texts.bytes, middle..<whole.upperBound)
                else { continue }
                merges.allow(left, right, rank: UInt32(number), symbol: Int32(number))
            }
        }
        return merges
    }
}
