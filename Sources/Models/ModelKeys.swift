import ModelFiles

/// Reads the settings of one architecture, checks them, and says which is wrong.
///
/// Names stand without the architecture that they begin with in the file: "block_count" for "llama.block_count".
package struct ModelKeys: Sendable {
    package let architecture: String
    private let metadata: GGUFMetadata
    private let path: String

    package init(_ source: any ModelSource) {
        metadata = source.metadata
        path = source.path
        architecture = source.metadata.string("general.architecture") ?? ""
    }

    /// A size of at least 1. The limit keeps products of sizes far from overflow.
    package func size(_ name: String, default fallback: Int? = nil, limit: Int = 1 << 24) throws(ModelError) -> Int {
        guard let value = try entry(name, "a whole number", metadata.int) ?? fallback else {
            throw .missingMetadata(key: key(name), file: path)
        }
        try require((1...limit).contains(value), name, "it must be between 1 and \(limit)")
        return value
    }

    /// A size that 0 or absence switches off.
    package func optionalSize(_ name: String) throws(ModelError) -> Int? {
        guard let value = try entry(name, "a whole number", metadata.int), value != 0 else { return nil }
        return try size(name, limit: 1 << 30)
    }

    package func number(_ name: String, default fallback: Double, in range: ClosedRange<Double>) throws(ModelError) -> Double {
        guard let value = try entry(name, "a number", metadata.float) else { return fallback }
        try require(range.contains(value), name, "it must be between \(range.lowerBound) and \(range.upperBound)")
        return value
    }

    /// A positive number that 0 or absence switches off.
    package func optionalNumber(_ name: String) throws(ModelError) -> Float? {
        let value = try number(name, default: 0, in: 0...1e9)
        return value == 0 ? nil : Float(value)
    }

    package func flag(_ name: String, default fallback: Bool) throws(ModelError) -> Bool {
        try entry(name, "true or false", metadata.bool) ?? fallback
    }

    package func string(_ name: String) throws(ModelError) -> String? { try entry(name, "a string", metadata.string) }

    /// A truth value for each layer: a list, or a number `n` that makes every `n`th false; where the file has neither, as if it had
    /// `period` as that number.
    package func pattern(_ name: String, layers: Int, allButEvery period: Int? = nil) throws(ModelError) -> [Bool]? {
        if case .bool(let list) = metadata.array(key(name)) {
            try require(list.count >= layers, name, "it must have an entry for each of \(layers) layers")
            return list
        }
        let stated = try entry(name, "a whole number or a list of truth values", metadata.int)
        guard let period = stated ?? period else { return nil }
        try require((1...1 << 24).contains(period), name, "it must be positive")
        return (0..<layers).map { !($0 + 1).isMultiple(of: period) }
    }

    /// A size for each layer.
    package func sizes(_ name: String, layers: Int) throws(ModelError) -> [Int] {
        guard let sizes = metadata.ints(key(name)) else { throw .missingMetadata(key: key(name), file: path) }
        try require(
            sizes.count >= layers && sizes.allSatisfy { (1...1 << 24).contains($0) }, name,
            "it must have an entry from 1 to \(1 << 24) for each of \(layers) layers")
        return sizes
    }

    package func require(_ condition: Bool, _ name: String, _ reason: String) throws(ModelError) {
        guard condition else { throw bad(name, reason) }
    }

    package func bad(_ name: String, _ reason: String) -> ModelError {
        .badMetadata(key: key(name), value: metadata[key(name)]?.summary ?? "absent", file: path, reason: reason)
    }

    /// The whole key.
    package func key(_ name: String) -> String { architecture + "." + name }

    /// A value that may be absent, but not of another type: a default in its place would be another model.
    private func entry<Value>(_ name: String, _ expected: String, _ find: (String) -> Value?) throws(ModelError) -> Value? {
        let key = key(name)
        if let value = find(key) { return value }
        guard let entry = metadata[key] else { return nil }
        throw .badMetadata(key: key, value: "\(entry.type) \(entry.summary)", file: path, reason: "it must be \(expected)")
    }
}
