/// The pieces of a tokenizer that is being trained: special tokens, the 256 bytes, and what merges make.
struct TrainedPieces {
    private let specials: [String]
    /// The bytes of each piece; empty for special tokens.
    private var texts: [[UInt8]]
    private var numbers: [[UInt8]: Int32] = [:]
    private var bytePieces = [Int32](repeating: 0, count: 256)
    private var merges = PieceList()

    /// Bytes are numbered in the order of the characters that stand for them.
    init(specials: [String]) {
        self.specials = specials
        texts = specials.map { _ in [] }
        for byte in (UInt8.min...UInt8.max).sorted(by: { ByteAlphabet.character(for: $0) < ByteAlphabet.character(for: $1) }) {
            bytePieces[Int(byte)] = Int32(texts.count)
            numbers[[byte]] = Int32(texts.count)
            texts.append([byte])
        }
    }

    var count: Int { texts.count }

    func piece(of byte: UInt8) -> Int32 { bytePieces[Int(byte)] }

    /// Records a merge.
    /// - Returns: the piece that it makes, which another merge may have made before.
    mutating func join(_ pair: PiecePair) -> Int32 {
        let left = texts[Int(pair.left)], right = texts[Int(pair.right)]
        merges.append(ByteAlphabet.text(of: left) + [UInt8(ascii: " ")] + ByteAlphabet.text(of: right))
        if let number = numbers[left + right] { return number }
        let number = Int32(texts.count)
        numbers[left + right] = number
        texts.append(left + right)
        return number
    }

    func vocabulary(_ options: BPETrainer.Options) -> Vocabulary {
        var pieces = PieceList()
        for special in specials { pieces.append(special.utf8) }
        for text in texts.dropFirst(specials.count) { pieces.append(ByteAlphabet.text(of: text)) }
        var vocabulary = Vocabulary(source: "the new tokenizer", model: .byteLevel, pieces: pieces)
        vocabulary.types = (0..<pieces.count).map { number in
            (number < specials.count ? Vocabulary.TokenType.control : .normal).rawValue
        }
        vocabulary.merges = .listed(merges)
        vocabulary.preTokenizer = options.preTokenizer
        for (number, special) in options.specials.enumerated() {
            for role in special.roles { vocabulary.identifiers[role] = number }
        }
        vocabulary.addsBeginning = vocabulary.identifiers[.beginning] != nil
        vocabulary.addsEnd = false
        vocabulary.addsSpacePrefix = false
        vocabulary.chatTemplate = options.chatTemplate
        return vocabulary
    }
}
