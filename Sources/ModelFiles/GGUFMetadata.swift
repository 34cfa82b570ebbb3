/// The key-value entries at the beginning of a GGUF file, in file order.
package struct GGUFMetadata: Sendable {
    package let entries: [(key: String, value: MetadataValue)]
    private let places: [String: Int]
    private let path: String

    /// - Parameters:
    ///   - entries: keys must differ; of equal ones the first is found.
    ///   - path: the file that errors name.
    package init(_ entries: [(key: String, value: MetadataValue)], path: String) {
        self.entries = entries
        self.path = path
        places = Dictionary(entries.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
    }

    package subscript(key: String) -> MetadataValue? { places[key].map { entries[$0].value } }
}

// MARK: - Values or nil: also nil where the entry is of another type

extension GGUFMetadata {
    package func string(_ key: String) -> String? {
        guard case .string(let value) = self[key] else { return nil }
        return value
    }

    /// An integer of any width that fits.
    package func int(_ key: String) -> Int? { self[key]?.integer }

    /// A floating-point number or an integer.
    package func float(_ key: String) -> Double? { self[key]?.number }

    package func bool(_ key: String) -> Bool? {
        guard case .bool(let value) = self[key] else { return nil }
        return value
    }

    package func array(_ key: String) -> MetadataArray? {
        guard case .array(let value) = self[key] else { return nil }
        return value
    }

    package func strings(_ key: String) -> StringTable? {
        guard case .string(let value) = array(key) else { return nil }
        return value
    }

    /// An array of integers of any width that all fit.
    package func ints(_ key: String) -> [Int]? { array(key)?.integers }

    /// An array of floating-point numbers or integers, as float32.
    package func floats(_ key: String) -> [Float]? { array(key)?.floats }
}

// MARK: - Values or an error that names the key

extension GGUFMetadata {
    package func requireString(_ key: String) throws(ModelFileError) -> String { try require(key, "a string", string) }
    package func requireInt(_ key: String) throws(ModelFileError) -> Int { try require(key, "an integer", int) }
    package func requireFloat(_ key: String) throws(ModelFileError) -> Double { try require(key, "a number", float) }
    package func requireBool(_ key: String) throws(ModelFileError) -> Bool { try require(key, "a truth value", bool) }
    package func requireStrings(_ key: String) throws(ModelFileError) -> StringTable { try require(key, "an array of strings", strings) }
    package func requireInts(_ key: String) throws(ModelFileError) -> [Int] { try require(key, "an array of integers", ints) }
    package func requireFloats(_ key: String) throws(ModelFileError) -> [Float] { try require(key, "an array of numbers", floats) }

    private func require<Value>(_ key: String, _ expected: String, _ find: (String) -> Value?) throws(ModelFileError) -> Value {
        guard let entry = self[key] else { throw ModelFileError(.notThere, path: path, subject: .key(key)) }
        guard let value = find(key) else {
            throw ModelFileError(.wrongType(expected: expected, found: "\(entry.type) \(entry.summary)"), path: path, subject: .key(key))
        }
        return value
    }
}
