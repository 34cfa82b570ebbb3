import ModelFiles

/// The `model` section of a `tokenizer.json`.
struct ModelSection {
    enum Kind: String, CaseIterable {
        case bpe = "BPE"
        case unigram = "Unigram"
        case wordPiece = "WordPiece"
        case wordLevel = "WordLevel"
    }

    let part: TokenizerComponent
    let kind: Kind

    init(_ part: TokenizerComponent) throws(TokenizerError) {
        self.part = part
        kind = try part.value("type") == nil ? Self.inferredKind(part) : Self.kind(part)
    }

    private static func kind(_ part: TokenizerComponent) throws(TokenizerError) -> Kind {
        let name = try part.kind()
        guard let kind = Kind(rawValue: name) else { throw part.unknownKind(name, known: Kind.allCases.map(\.rawValue)) }
        return kind
    }

    /// The kind of a model of the older form, which does not name it.
    private static func inferredKind(_ part: TokenizerComponent) throws(TokenizerError) -> Kind {
        if part.value("merges") != nil { return .bpe }
        if part.value("vocab")?.array != nil { return .unigram }
        if part.value("continuing_subword_prefix") != nil || part.value("max_input_chars_per_word") != nil { return .wordPiece }
        guard part.value("vocab")?.object != nil else { throw part.invalid("vocab", expected: "a list or an object") }
        return .wordLevel
    }

    /// Enters the model's tokens.
    func addPieces(to table: inout PieceTable) throws(TokenizerError) {
        if kind == .unigram {
            let vocabulary = try part.array("vocab")
            for (number, item) in vocabulary.enumerated() {
                guard let piece = item.array?.first?.string else { throw invalidPiece }
                try table.insert(piece, at: number, of: vocabulary.count)
            }
            return table.makeIndex()
        }
        let vocabulary = try part.object("vocab")
        for (piece, value) in vocabulary {
            guard let identifier = value.integer else { throw invalidPiece }
            try table.insert(piece, at: identifier, of: vocabulary.count)
        }
        table.makeIndex()
    }

    private var invalidPiece: TokenizerError { part.invalid("vocab", expected: "tokens with their numbers or scores") }

    /// The number of the token for unknown text; nil where there is none.
    func unknown(in table: PieceTable) throws(TokenizerError) -> Int? {
        if kind == .unigram {
            return part.value("unk_id") == nil ? nil : try part.integer("unk_id", in: 0...(table.pieces.count - 1))
        }
        let usual: String? = kind == .bpe ? nil : kind == .wordPiece ? "[UNK]" : "<unk>"
        guard let name = try part.optionalString("unk_token") ?? usual else { return nil }
        return table.identifier(of: name)
    }

    /// The scores of a unigram model's tokens.
    func scores() throws(TokenizerError) -> [Double] {
        var scores: [Double] = []
        for item in try part.array("vocab") {
            guard let score = item.array?.last?.number, score.isFinite else { throw invalidPiece }
            scores.append(score)
        }
        return scores
    }

    /// The merges as pairs of pieces, from `"a b"` or `["a", "b"]`.
    func merges() throws(TokenizerError) -> [(left: Substring, right: Substring)] {
        let lines = try part.array("merges")
        var merges: [(left: Substring, right: Substring)] = []
        merges.reserveCapacity(lines.count)
        for (number, line) in lines.enumerated() {
            if let pair = line.array, pair.count == 2, let left = pair[0].string, let right = pair[1].string {
                merges.append((left[...], right[...]))
            } else if let text = line.string, let space = text.utf8.firstIndex(of: 0x20) {
                merges.append((text[..<space], text[text.utf8.index(after: space)...]))
            } else {
                throw TokenizerError(.invalidMerge(line: number), in: part.source)
            }
        }
        return merges
    }
}
