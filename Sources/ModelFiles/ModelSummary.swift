/// What a model's files hold, for people and programs to look at: taken from their description alone, no weight is touched.
///
/// What they do not say is nil; a file that holds only a vocabulary has no tensors and no parameters.
package struct ModelSummary: Codable, Hashable, Sendable {
    package struct Tensor: Codable, Hashable, Sendable {
        package let name: String
        /// Slowest dimension first: [rows, columns].
        package let shape: [Int]
        /// The storage type: "Q8_0".
        package let type: String
        package let bytes: Int
    }

    /// How much of the model is of one storage type.
    package struct TypeShare: Codable, Hashable, Sendable {
        package let type: String
        package let tensors: Int
        package let parameters: Int
        package let bytes: Int
    }

    package struct Tokenizer: Codable, Hashable, Sendable {
        /// "llama" (SentencePiece), "gpt2" (byte-level BPE), "bert" (WordPiece), …; of a folder the name of its class.
        package let kind: String?
        /// Which splitting rule comes before the merges: "qwen2", "llama-bpe", …
        package let splitter: String?
        package let hasChatTemplate: Bool
    }

    package struct Entry: Codable, Hashable, Sendable {
        package let key: String
        package let type: String
        /// Long arrays by length and element type, long strings cut short.
        package let value: String
    }

    package enum Format: String, Codable, Sendable {
        case gguf, safetensors
    }

    package let path: String
    /// Of a folder those of its weights.
    package let fileBytes: Int
    package let format: Format
    /// Of the GGUF format.
    package let formatVersion: Int?
    package let architecture: String?
    package let name: String?
    /// Numbers in all tensors.
    package let parameters: Int
    /// Tokens that the model was made for.
    package let contextLength: Int?
    /// Of the residual stream.
    package let width: Int?
    package let layers: Int?
    /// Query heads. Where layers differ, the largest number, as below.
    package let heads: Int?
    package let keyValueHeads: Int?
    /// Pieces of the vocabulary.
    package let vocabulary: Int?
    package let tokenizer: Tokenizer
    /// The largest share first.
    package let types: [TypeShare]
    package let tensors: [Tensor]
    package let metadata: [Entry]

    enum CodingKeys: String, CodingKey {
        case path
        case fileBytes = "file_bytes"
        case format
        case formatVersion = "format_version"
        case architecture, name, parameters
        case contextLength = "context_length"
        case width, layers, heads
        case keyValueHeads = "key_value_heads"
        case vocabulary, tokenizer, types, tensors, metadata
    }
}

extension ModelSummary.Tokenizer {
    enum CodingKeys: String, CodingKey {
        case kind, splitter
        case hasChatTemplate = "has_chat_template"
    }
}

extension ModelSummary {
    /// Names and shapes of the tensors are those of the files.
    package init(_ model: GGUFModel) {
        let metadata = model.metadata
        let tensors = model.files.flatMap { file in
            zip(file.tensors, file.ranges).map { Tensor(name: $0.name, shape: $0.shape, type: $0.type.name, bytes: $1.count) }
        }
        self.init(
            path: model.path, format: .gguf, formatVersion: model.files[0].version,
            fileBytes: model.files.reduce(0) { $0 + $1.memory.byteCount }, metadata: metadata, tensors: tensors,
            tokenizer: Tokenizer(
                kind: metadata.string("tokenizer.ggml.model"), splitter: metadata.string("tokenizer.ggml.pre"),
                hasChatTemplate: metadata["tokenizer.chat_template"] != nil))
    }

    /// - Parameter metadata: what the folder's settings say, under GGUF's keys. Names and types of the tensors are the folder's own.
    package init(_ folder: HuggingFaceFolder, metadata: GGUFMetadata) {
        let tensors = folder.tensors.map {
            Tensor(name: $0.name, shape: $0.shape, type: $0.element.rawValue, bytes: $0.record.range.count)
        }
        self.init(
            path: folder.path, format: .safetensors, formatVersion: nil, fileBytes: tensors.reduce(0) { $0 + $1.bytes },
            metadata: metadata, tensors: tensors,
            tokenizer: Tokenizer(
                kind: folder.tokenizerConfig?["tokenizer_class"]?.string, splitter: nil, hasChatTemplate: folder.hasChatTemplate))
    }

    private init(
        path: String, format: Format, formatVersion: Int?, fileBytes: Int, metadata: GGUFMetadata, tensors: [Tensor], tokenizer: Tokenizer
    ) {
        let architecture = metadata.string("general.architecture")
        func number(_ key: String) -> Int? {
            let key = "\(architecture ?? "").\(key)"
            return metadata.int(key) ?? metadata.ints(key)?.max()
        }
        let heads = number("attention.head_count")
        self.path = path
        self.fileBytes = fileBytes
        self.format = format
        self.formatVersion = formatVersion
        self.architecture = architecture
        name = metadata.string("general.name")
        parameters = tensors.reduce(0) { $0 + $1.shape.reduce(1, *) }
        contextLength = number("context_length")
        width = number("embedding_length")
        layers = number("block_count")
        self.heads = heads
        // The format lets it default to one key/value head per query head.
        keyValueHeads = number("attention.head_count_kv") ?? heads
        vocabulary =
            metadata.strings("tokenizer.ggml.tokens")?.count ?? number("vocab_size")
            ?? tensors.first { $0.name == "token_embd.weight" }?.shape.first
        self.tokenizer = tokenizer
        self.tensors = tensors
        types = Self.shares(of: tensors)
        self.metadata = metadata.entries.map { Entry(key: $0.key, type: Self.typeName($0.value), value: Self.shorten($0.value.summary)) }
    }

    private static func shares(of tensors: [Tensor]) -> [TypeShare] {
        Dictionary(grouping: tensors, by: \.type).map { type, members in
            TypeShare(
                type: type, tensors: members.count, parameters: members.reduce(0) { $0 + $1.shape.reduce(1, *) },
                bytes: members.reduce(0) { $0 + $1.bytes })
        }
        .sorted { ($0.bytes, $1.type) > ($1.bytes, $0.type) }
    }

    private static func typeName(_ value: MetadataValue) -> String {
        guard case .array(let array) = value else { return "\(value.type)" }
        return "[\(array.elementType)]"
    }

    private static func shorten(_ text: String) -> String {
        text.count > 120 ? text.prefix(119) + "…" : text
    }
}
