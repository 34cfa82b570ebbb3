import ModelFiles

/// The tokenizer entries of a tiny model.
struct TinyVocabulary {
    let entries: [(key: String, value: MetadataValue)]
    /// How many pieces there are.
    let count: Int

    /// The numbers that GGUF gives to kinds of pieces.
    private enum PieceKind: Int32 {
        case normal = 1
        case unknown, control, userDefined, unused, byte
    }

    init(_ vocabulary: TinyModel.Vocabulary, family: TinyModel.Family) {
        switch (vocabulary, family) {
        case (.copied(let metadata), _):
            entries = metadata.entries.filter { $0.key.hasPrefix("tokenizer.") }
            count = metadata.strings("tokenizer.ggml.tokens")?.count ?? 0
        case (.bytes(let further), .llama):
            (entries, count) = Self.sentencePiece(further)
        case (.bytes(let further), .qwen2):
            (entries, count) = Self.byteLevel(further)
        }
    }

    /// `<unk>`, `<s>`, `</s>`, the bytes `<0x00>` to `<0xFF>`, then `further`, of which earlier ones are merged first.
    private static func sentencePiece(_ further: [String]) -> ([(key: String, value: MetadataValue)], Int) {
        let digits = Array("0123456789ABCDEF")
        let bytes = (0..<256).map { "<0x\(digits[$0 >> 4])\(digits[$0 & 15])>" }
        let tokens = ["<unk>", "<s>", "</s>"] + bytes + further
        let kinds = [PieceKind.unknown, .control, .control] + bytes.map { _ in .byte } + further.map { _ in .normal }
        let scores = tokens.indices.map { $0 < 259 ? 0 : Float(259 - $0) }
        return (
            [
                ("tokenizer.ggml.model", .string("llama")),
                ("tokenizer.ggml.tokens", .array(.string(StringTable(tokens)))),
                ("tokenizer.ggml.scores", .array(.float32(scores))),
                ("tokenizer.ggml.token_type", .array(.int32(kinds.map(\.rawValue)))),
                ("tokenizer.ggml.bos_token_id", .uint32(1)),
                ("tokenizer.ggml.eos_token_id", .uint32(2)),
                ("tokenizer.ggml.unknown_token_id", .uint32(0)),
            ], tokens.count
        )
    }

    /// The 256 bytes in GPT-2's printable alphabet, `<|endoftext|>`, then `further`; no merges.
    private static func byteLevel(_ further: [String]) -> ([(key: String, value: MetadataValue)], Int) {
        var shifted: UInt32 = 256
        let bytes = (UInt32(0)..<256).map { byte -> String in
            let isPrintable = (33...126).contains(byte) || (161...172).contains(byte) || (174...255).contains(byte)
            defer { shifted += isPrintable ? 0 : 1 }
            return Unicode.Scalar(isPrintable ? byte : shifted).map { String(Character($0)) } ?? ""
        }
        let tokens = bytes + ["<|endoftext|>"] + further
        let kinds = bytes.map { _ in PieceKind.normal } + [.control] + further.map { _ in .normal }
        return (
            [
                ("tokenizer.ggml.model", .string("gpt2")),
                ("tokenizer.ggml.pre", .string("qwen2")),
                ("tokenizer.ggml.tokens", .array(.string(StringTable(tokens)))),
                ("tokenizer.ggml.token_type", .array(.int32(kinds.map(\.rawValue)))),
                ("tokenizer.ggml.merges", .array(.string([]))),
                ("tokenizer.ggml.eos_token_id", .uint32(256)),
                ("tokenizer.ggml.add_bos_token", .bool(false)),
            ], tokens.count
        )
    }
}
