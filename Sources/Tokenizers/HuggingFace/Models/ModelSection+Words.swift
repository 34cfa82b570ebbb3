/// The models for words that sections become.
extension ModelSection {
    /// The model for words.
    func wordModel(_ table: PieceTable, types: [Vocabulary.TokenType]) throws(TokenizerError) -> any WordModel {
        let unknown = try unknown(in: table).map { Int32($0) }
        let isWanted = types.map { $0 != .control && $0 != .unknown }
        switch kind {
        case .bpe: return CachedModel(model: try characterBPE(table, isWanted: isWanted, unknown: unknown))
        case .unigram: return CachedModel(model: try unigram(table, isWanted: isWanted, unknown: unknown))
        case .wordPiece:
            let longest = try part.integer("max_input_chars_per_word", in: 0...(1 << 30), or: WordPieces.usualLongestWord)
            let prefix = try part.string("continuing_subword_prefix", or: "##")
            return CachedModel(
                model: WordPieces(
                    Self.list(of: table, where: isWanted), continuingPrefix: prefix, unknown: unknown, longestWord: longest))
        case .wordLevel:
            return WordLevelModel(index: PieceIndex(table.list) { isWanted[$0] }, unknown: unknown)
        }
    }

    /// The pieces that text may become; others are empty.
    private static func list(of table: PieceTable, where isWanted: [Bool]) -> PieceList {
        var list = PieceList()
        for (number, piece) in table.pieces.enumerated() { list.append((isWanted[number] ? piece ?? "" : "").utf8) }
        return list
    }

    /// The pieces named for bytes, by byte.
    private static func bytePieces(_ pieces: PieceList) -> [Int32] {
        var result = [Int32](repeating: -1, count: 256)
        for number in 0..<pieces.count {
            if let byte = BytePieceStep.byte(of: pieces[number]) { result[Int(byte)] = Int32(number) }
        }
        return result
    }

    private func unigram(_ table: PieceTable, isWanted: [Bool], unknown: Int32?) throws(TokenizerError) -> UnigramPieces {
        var scores = try scores()
        let lowest = scores.min() ?? 0
        scores += Array(repeating: 0, count: table.pieces.count - scores.count)
        let pieces = table.list
        let bytePieces = try part.bool("byte_fallback", or: false) ? Self.bytePieces(pieces) : nil
        let isByte = Set(bytePieces ?? [])
        return UnigramPieces(
            pieces, scores: scores, lowest: lowest, unknown: unknown,
            bytePieces: bytePieces.flatMap { $0.contains(-1) ? nil : $0 }
        ) { isWanted[$0] && table.added[$0] == nil && !isByte.contains(Int32($0)) }
    }

    private func characterBPE(_ table: PieceTable, isWanted: [Bool], unknown: Int32?) throws(TokenizerError) -> CharacterBPE {
        guard part.value("dropout")?.number ?? 0 == 0 else { throw part.invalid("dropout", expected: "absent, as text is read in one way") }
        let prefix = Array(try part.string("continuing_subword_prefix", or: "").utf8)
        let pieces = table.list
        return CharacterBPE(
            index: PieceIndex(pieces) { isWanted[$0] }, merges: try mergeTable(table.index, prefix: prefix), unknown: unknown,
            bytePieces: try part.bool("byte_fallback", or: false) ? Self.bytePieces(pieces) : nil, continuingPrefix: prefix,
            endSuffix: Array(try part.string("end_of_word_suffix", or: "").utf8), joinsUnknown: try part.bool("fuse_unk", or: false),
            takesWholeWords: try part.bool("ignore_merges", or: false))
    }

    /// - Parameter prefix: what the right piece of a merge loses at its beginning.
    private func mergeTable(_ index: PieceIndex, prefix: [UInt8]) throws(TokenizerError) -> MergeTable {
        let merges = try merges()
        var table = MergeTable(minimumCapacity: merges.count)
        for (rank, merge) in merges.enumerated() {
            let left = Array(merge.left.utf8)
            let right = Array(merge.right.utf8)
            let whole = left + (right.starts(with: prefix) ? right.dropFirst(prefix.count) : right[...])
            guard let leftPiece = index.find(left, left.indices) else { throw absent(merge.left, rank) }
            guard let rightPiece = index.find(right, right.indices) else { throw absent(merge.right, rank) }
            guard let wholePiece = index.find(whole, whole.indices) else { throw absent(merge.left + merge.right, rank) }
            table.allow(leftPiece, rightPiece, rank: UInt32(rank), symbol: wholePiece)
        }
        return table
    }

    private func absent(_ piece: Substring, _ line: Int) -> TokenizerError {
        TokenizerError(.mergeOfAbsentPiece(String(piece), line: line), in: part.source)
    }

    // MARK: - Words of bytes

    /// The model for words of bytes, where the pieces are written in the alphabet of bytes and nothing is special about words.
    func byteLevelModel(_ table: PieceTable, types: [Vocabulary.TokenType]) throws(TokenizerError) -> ByteLevelBPE? {
        guard kind == .bpe, try part.string("continuing_subword_prefix", or: "").isEmpty,
            try part.string("end_of_word_suffix", or: "").isEmpty, try !part.bool("byte_fallback", or: false),
            try !part.bool("fuse_unk", or: false), part.value("dropout")?.number ?? 0 == 0
        else { return nil }
        var vocabulary = Vocabulary(source: part.source, model: .byteLevel, pieces: table.list)
        let merges = try merges()
        let types = modelTypes(table, types, merges)
        var lines = PieceList()
        for merge in merges { lines.append(Array(merge.left.utf8) + [0x20] + Array(merge.right.utf8)) }
        vocabulary.merges = .listed(lines)
        vocabulary.identifiers[.unknown] = try unknown(in: table)
        let words = PreTokenizer(names: [], stages: [], takesWholeWords: try part.bool("ignore_merges", or: false))
        return try ByteLevelBPE(vocabulary, types: types, preTokenizer: words)
    }

    /// What the tokens are to the model itself: those of its own are text, but for control tokens that no merge makes.
    func modelTypes(
        _ table: PieceTable, _ types: [Vocabulary.TokenType], _ merges: [(left: Substring, right: Substring)]
    ) -> [Vocabulary.TokenType] {
        let control = Set(types.indices.filter { types[$0] == .control || types[$0] == .unknown }.compactMap { table.pieces[$0] })
        let lengths = Set(control.map(\.utf8.count))
        var needed: Set<String> = []
        for merge in merges where lengths.contains(merge.left.utf8.count + merge.right.utf8.count) {
            let whole = String(merge.left + merge.right)
            if control.contains(whole) { needed.insert(whole) }
        }
        return types.indices.map { number in
            guard let piece = table.pieces[number] else { return .unused }
            let bytes = Array(piece.utf8)
            guard table.index.find(bytes, bytes.indices) == Int32(number) else { return types[number] }
            return !control.contains(piece) || needed.contains(piece) ? .normal : types[number]
        }
    }

    // MARK: - Text as SentencePiece encodes it

    /// The model for stretches of text with marks for spaces, where the file has SentencePiece's way of doing it.
    func sentencePieceModel(
        _ table: PieceTable, types: [Vocabulary.TokenType], prefix: SpacePrefix?
    ) throws(TokenizerError) -> SentencePieceBPE? {
        guard kind == .bpe, try part.bool("byte_fallback", or: false), try part.string("continuing_subword_prefix", or: "").isEmpty,
            try part.string("end_of_word_suffix", or: "").isEmpty, try !part.bool("ignore_merges", or: false),
            part.value("dropout")?.number ?? 0 == 0
        else { return nil }
        let pieces = table.list
        let bytes = Self.bytePieces(pieces)
        guard !bytes.contains(-1) else { return nil }
        var vocabulary = Vocabulary(source: part.source, model: .sentencePiece, pieces: pieces)
        vocabulary.addsSpacePrefix = prefix != nil
        vocabulary.identifiers[.unknown] = try unknown(in: table)
        var types = types
        for byte in bytes { types[Int(byte)] = .byte }
        return try SentencePieceBPE(
            vocabulary, types: types, merges: try mergeTable(table.index, prefix: []), prefix: prefix ?? .everyStretch)
    }
}
