import ModelFiles
import Tensors

/// What `apus inspect` tells about a model file.
struct ModelReport {
    /// How much of the weights is stored as one type.
    struct Share: Equatable {
        let type: String
        var tensorCount = 0
        var parameterCount = 0
        var byteCount = 0

        /// Scales included.
        var bitsPerParameter: Double { parameterCount == 0 ? 0 : Double(byteCount) * 8 / Double(parameterCount) }
    }

    /// A number that most models have once, and some once for each layer.
    enum PerLayer: Equatable {
        case same(Int)
        case different([Int])
    }

    let path: String
    let formatVersion: Int
    let fileBytes: Int
    let architecture: String?
    let name: String?
    let contextLength: Int?
    let layerCount: Int?
    let width: Int?
    let heads: PerLayer?
    let keyValueHeads: PerLayer?
    let vocabularyCount: Int?
    /// The kind of tokenizer as the file calls it, and how text is cut before it: "gpt2", "qwen2".
    let tokenizer: String?
    let preTokenizer: String?
    let chatTemplate: String?
    let tensors: [TensorRecord]

    init(_ file: GGUFFile) {
        let metadata = file.metadata
        let architecture = metadata.string("general.architecture")
        let prefix = architecture.map { $0 + "." } ?? ""
        path = file.path
        formatVersion = file.version
        fileBytes = file.memory.byteCount
        self.architecture = architecture
        name = metadata.string("general.name")
        contextLength = metadata.int(prefix + "context_length")
        layerCount = metadata.int(prefix + "block_count")
        width = metadata.int(prefix + "embedding_length")
        heads = PerLayer(metadata, prefix + "attention.head_count")
        // A file that does not say has as many of these as of query heads.
        keyValueHeads = PerLayer(metadata, prefix + "attention.head_count_kv") ?? heads
        vocabularyCount = metadata.array("tokenizer.ggml.tokens")?.count ?? metadata.int(prefix + "vocab_size")
        tokenizer = metadata.string("tokenizer.ggml.model")
        preTokenizer = metadata.string("tokenizer.ggml.pre")
        chatTemplate = metadata.string("tokenizer.chat_template")
        tensors = file.tensors
    }

    var parameterCount: Int { tensors.reduce(0) { $0 + $1.elementCount } }

    /// The storage types in use, that with the most bytes first.
    var shares: [Share] {
        var shares: [String: Share] = [:]
        for tensor in tensors {
            shares[tensor.type.name, default: Share(type: tensor.type.name)].add(tensor)
        }
        return shares.values.sorted { ($1.byteCount, $0.type) < ($0.byteCount, $1.type) }
    }
}

extension ModelReport.Share {
    fileprivate mutating func add(_ tensor: TensorRecord) {
        tensorCount += 1
        parameterCount += tensor.elementCount
        byteCount += tensor.byteCount
    }
}

extension ModelReport.PerLayer {
    /// Nil if the entry is missing or not made of integers.
    fileprivate init?(_ metadata: GGUFMetadata, _ key: String) {
        if let value = metadata.int(key) {
            self = .same(value)
        } else if let values = metadata.ints(key), let first = values.first {
            self = values.allSatisfy { $0 == first } ? .same(first) : .different(values)
        } else {
            return nil
        }
    }

    var json: JSON {
        switch self {
        case .same(let value): .integer(value)
        case .different(let values): .integers(values)
        }
    }

    var text: String {
        switch self {
        case .same(let value): "\(value)"
        case .different(let values): "\(values.min() ?? 0) to \(values.max() ?? 0), by layer"
        }
    }
}
