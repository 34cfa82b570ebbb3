import ModelFiles

extension ModelReport {
    /// - Parameter metadata: the entries to list as well, if any.
    func json(metadata: GGUFMetadata?) -> JSON {
        var members: [String: JSON] = [
            "architecture": JSON(architecture, JSON.string),
            "bytes": .integer(fileBytes),
            "chat_template": JSON(chatTemplate, JSON.string),
            "context_length": JSON(contextLength, JSON.integer),
            "format": "gguf",
            "format_version": .integer(formatVersion),
            "heads": JSON(heads, \.json),
            "key_value_heads": JSON(keyValueHeads, \.json),
            "layers": JSON(layerCount, JSON.integer),
            "name": JSON(name, JSON.string),
            "parameters": .integer(parameterCount),
            "pre_tokenizer": JSON(preTokenizer, JSON.string),
            "storage": .array(shares.map(\.json)),
            "tensors": .array(tensors.map(\.json)),
            "tokenizer": JSON(tokenizer, JSON.string),
            "vocabulary": JSON(vocabularyCount, JSON.integer),
            "width": JSON(width, JSON.integer),
        ]
        if let metadata {
            members["metadata"] = .object(Dictionary(metadata.entries.map { ($0.key, $0.value.json) }) { first, _ in first })
        }
        return .object(members)
    }
}

extension ModelReport.Share {
    fileprivate var json: JSON {
        [
            "bits_per_parameter": .number(bitsPerParameter), "bytes": .integer(byteCount), "parameters": .integer(parameterCount),
            "tensors": .integer(tensorCount), "type": .string(type),
        ]
    }
}

extension TensorRecord {
    fileprivate var json: JSON {
        ["bytes": .integer(byteCount), "name": .string(name), "shape": .integers(shape), "type": .string(type.name)]
    }
}

extension MetadataValue {
    /// Scalars as they are; a whole number beyond `Int` by its digits.
    fileprivate var json: JSON {
        switch self {
        case .bool(let value): .bool(value)
        case .string(let value): .string(value)
        case .array(let array): array.json
        default: JSON(integer, JSON.integer, else: JSON(number, JSON.number, else: .string(summary)))
        }
    }
}

extension MetadataArray {
    /// A vocabulary is no metadata that anyone wants to read: arrays longer than this are named by type and length.
    private static let mostShown = 64

    fileprivate var json: JSON {
        guard count <= MetadataArray.mostShown else { return ["count": .integer(count), "type": .string("\(elementType)")] }
        switch self {
        case .string(let strings): return .strings(strings)
        case .bool(let values): return .array(values.map(JSON.bool))
        case .float32(let values): return .array(values.map { .number(Double($0)) })
        case .float64(let values): return .array(values.map(JSON.number))
        case .array(let arrays): return .array(arrays.map(\.json))
        default: return JSON(integers, JSON.integers, else: .strings(elements.map { "\($0)" }))
        }
    }
}
