/// A `tiktoken` vocabulary: lines of a piece's bytes in base 64, a space and the piece's number. Pieces are joined in the order
/// of their numbers, and what special tokens there are stands elsewhere.
struct RankFile {
    /// The pieces as byte-level vocabularies write them, by number.
    let pieces: PieceList

    /// Whether a file begins like one.
    static func isLikely(_ bytes: [UInt8]) -> Bool {
        let line = bytes.prefix(1024).prefix { $0 != 0x0a && $0 != 0x0d }
        return entry(line) != nil
    }

    /// Reads a whole file, whose numbers must come in order and leave none out.
    init(_ bytes: [UInt8]) throws(RankFileError) {
        var pieces = PieceList()
        var line = 0
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: 0x0a) ?? bytes.count
            let text = bytes[start..<end].last == 0x0d ? bytes[start..<end].dropLast() : bytes[start..<end]
            start = end + 1
            line += 1
            if text.isEmpty { continue }
            guard let entry = Self.entry(text), entry.rank == pieces.count else { throw RankFileError(line: line) }
            pieces.append(ByteAlphabet.text(of: entry.bytes))
        }
        self.pieces = pieces
    }

    private static func entry(_ line: ArraySlice<UInt8>) -> (bytes: [UInt8], rank: Int)? {
        guard let space = line.firstIndex(of: 0x20), let bytes = Base64.decode(line[..<space]), !bytes.isEmpty,
            let rank = Int(String(decoding: line[(space + 1)...], as: UTF8.self)), rank >= 0
        else { return nil }
        return (bytes, rank)
    }
}

/// A line that is no entry, or not the one that should come there.
struct RankFileError: Error, Equatable {
    /// Counted from 1.
    let line: Int
}

extension Vocabulary {
    /// Reads the bytes of a list of ranks, whose words are cut as in Llama 3. If there are as many as Llama 3 has, its special
    /// tokens follow them.
    init(ranks bytes: [UInt8], source: String) throws(TokenizerError) {
        do {
            self.init(source: source, model: .byteLevel, pieces: try RankFile(bytes).pieces)
        } catch {
            throw TokenizerError(.invalidRank(line: error.line), in: source)
        }
        merges = .implied
        preTokenizer = "llama-bpe"
        guard pieces.count == Llama3Tokens.first else { return }
        types = Array(repeating: TokenType.normal.rawValue, count: pieces.count)
        for name in Llama3Tokens.names {
            pieces.append(name.utf8)
            types.append(TokenType.control.rawValue)
        }
        identifiers = Llama3Tokens.identifiers
    }
}

/// The special tokens of Llama 3, which its file does not name.
private enum Llama3Tokens {
    static let first = 128_000
    private static let count = 256

    /// The names of those with a use, by their distance from the first.
    private static let used = [
        0: "<|begin_of_text|>", 1: "<|end_of_text|>", 4: "<|finetune_right_pad_id|>", 6: "<|start_header_id|>",
        7: "<|end_header_id|>", 8: "<|eom_id|>", 9: "<|eot_id|>", 10: "<|python_tag|>",
    ]

    static let identifiers: [Vocabulary.Role: Int] = [
        .beginning: first, .end: first + 1, .endOfMessage: first + 8, .endOfTurn: first + 9,
    ]

    static let names: [String] = {
        var reserved = 0
        return (0..<count).map { place in
            if let name = used[place] { return name }
            defer { reserved += 1 }
            return "<|reserved_special_token_\(reserved)|>"
        }
    }()
}
