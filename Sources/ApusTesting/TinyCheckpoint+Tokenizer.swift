/// A byte-level tokenizer for the 128 tokens of the tiny checkpoints. It has pieces for tab, line feed and printable ASCII only.
extension TinyCheckpoint {
    /// Which mean: a text begins, a turn begins, a turn ends. They are the tokens 0, 1 and 2.
    package static let specialPieces = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]

    /// Pairs of pieces that are joined, in order; together with the others they make 128 tokens.
    private static let merges = [
        ("Ġ", "t"), ("h", "e"), ("Ġt", "he"), ("i", "n"), ("Ġ", "a"), ("r", "e"), ("o", "n"), ("Ġ", "s"), ("Ġ", "w"), ("a", "t"),
        ("e", "r"), ("n", "d"), ("o", "u"), ("i", "s"), ("Ġ", "c"), ("e", "s"), ("i", "t"), ("in", "g"), ("Ġ", "b"), ("o", "r"),
        ("Ġ", "o"), ("e", "n"), ("a", "n"), ("Ġ", "f"), ("e", "d"), ("Ġ", "p"), ("Ġa", "nd"), ("a", "l"),
    ]

    /// Byte-level BPE writes the space as Ġ, the tab as ĉ and the line feed as Ċ.
    private static var pieces: [String] {
        let printable = (UInt8(ascii: "!")...UInt8(ascii: "~")).map { String(Character(Unicode.Scalar($0))) }
        return specialPieces + ["ĉ", "Ċ", "Ġ"] + printable + merges.map { $0 + $1 }
    }

    func writeTokenizer(to folder: String) throws {
        let byteLevel: [String: Any] = ["type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true]
        let vocabulary = Dictionary(uniqueKeysWithValues: zip(Self.pieces, 0...))
        let model: [String: Any] = [
            "type": "BPE", "vocab": vocabulary, "merges": Self.merges.map { "\($0) \($1)" }, "byte_fallback": false, "fuse_unk": false,
        ]
        let added: [[String: Any]] = Self.specialPieces.enumerated().map { id, piece in
            [
                "id": id, "content": piece, "special": true, "single_word": false, "lstrip": false, "rstrip": false, "normalized": false,
            ]
        }
        let tokenizer: [String: Any] = [
            "version": "1.0", "added_tokens": added, "pre_tokenizer": byteLevel, "decoder": byteLevel, "model": model,
        ]
        try write(Self.json(tokenizer), to: folder, "tokenizer.json")
        let settings: [String: Any] = [
            "tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<|endoftext|>", "eos_token": "<|im_end|>", "add_bos_token": false,
        ]
        try write(Self.json(settings), to: folder, "tokenizer_config.json")
    }
}
