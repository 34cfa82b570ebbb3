import ModelFiles

extension ModelReport {
    var json: JSON {
        var members: [String: JSON] = [
            "architecture": JSON(summary.architecture, JSON.string),
            "bytes": .integer(summary.fileBytes),
            "chat_template": .bool(summary.tokenizer.hasChatTemplate),
            "context_length": JSON(summary.contextLength, JSON.integer),
            "format": .string(summary.format.rawValue),
            "format_version": JSON(summary.formatVersion, JSON.integer),
            "heads": JSON(summary.heads, JSON.integer),
            "key_value_heads": JSON(summary.keyValueHeads, JSON.integer),
            "layers": JSON(summary.layers, JSON.integer),
            "name": JSON(summary.name, JSON.string),
            "parameters": .integer(summary.parameters),
            "pre_tokenizer": JSON(summary.tokenizer.splitter, JSON.string),
            "storage": .array(summary.types.map(\.json)),
            "tensors": .array(summary.tensors.map(\.json)),
            "tokenizer": JSON(summary.tokenizer.kind, JSON.string),
            "vocabulary": JSON(summary.vocabulary, JSON.integer),
            "width": JSON(summary.width, JSON.integer),
        ]
        if let metadata {
            members["metadata"] = .object(Dictionary(metadata.entries.map { ($0.key, $0.value.json) }) { first, _ in first })
        }
        return .object(members)
    }
}

extension ModelSummary.TypeShare {
    var json: JSON {
        [
            "bits_per_parameter": .number(bitsPerParameter), "bytes": .integer(bytes), "parameters": .integer(parameters),
            "tensors": .integer(tensors), "type": .string(type),
        ]
    }
}

extension ModelSummary.Tensor {
    fileprivate var json: JSON {
        ["bytes": .integer(bytes), "name": .string(name), "shape": .integers(shape), "type": .string(type)]
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
