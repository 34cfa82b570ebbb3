import ModelFiles

/// The same settings in a GGUF file. For the pooling there is a key that other programs know; what they have none for stands under names of
/// this program's own, and only where it is not as usual.
extension SentenceSettings {
    private static let normalizesKey = "apus.embedding.normalize"
    private static let windowKey = "apus.embedding.max_tokens"
    private static let lowercasesKey = "apus.embedding.lowercase"
    private static let prefixKey = "apus.embedding.prefix"

    /// Reads what stands in a file; what does not is as usual.
    init(_ source: any ModelSource) throws {
        let metadata = source.metadata
        modelFolder = source.path
        pooling = try Self.pooling(source)
        normalizes = metadata.bool(Self.normalizesKey)
        lowercases = metadata.bool(Self.lowercasesKey) ?? false
        prefix = metadata.string(Self.prefixKey) ?? ""
        guard let most = metadata.int(Self.windowKey) else { return }
        guard most > 0 else { throw EmbeddingError.invalidSetting(Self.windowKey, file: source.path, expected: "a positive whole number") }
        window = most
    }

    /// - Parameter architecture: as GGUF names it.
    package func metadata(of architecture: String) -> [(key: String, value: MetadataValue)] {
        var entries: [(key: String, value: MetadataValue)] = []
        if let pooling { entries.append(("\(architecture).pooling_type", .uint32(pooling.fileNumber))) }
        if normalizes == false { entries.append((Self.normalizesKey, .bool(false))) }
        if let window { entries.append((Self.windowKey, .uint32(UInt32(clamping: window)))) }
        if lowercases { entries.append((Self.lowercasesKey, .bool(true))) }
        if !prefix.isEmpty { entries.append((Self.prefixKey, .string(prefix))) }
        return entries
    }

    /// What the settings of the model itself say, in a file or made of a folder's.
    static func pooling(_ source: any ModelSource) throws -> Pooling? {
        let key = try source.metadata.requireString("general.architecture") + ".pooling_type"
        // 0 says that vectors are wanted for the tokens.
        guard let number = source.metadata.int(key), number != 0 else { return nil }
        guard let pooling = Pooling.allCases.first(where: { $0.fileNumber == number }) else {
            throw EmbeddingError.unsupportedPooling(["\(key) \(number)"], file: source.path)
        }
        return pooling
    }
}

extension Pooling {
    /// The numbers of llama.cpp.
    fileprivate var fileNumber: UInt32 {
        switch self {
        case .mean: 1
        case .cls: 2
        case .last: 3
        }
    }
}
