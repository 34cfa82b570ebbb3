import ModelFiles

/// The settings of `config.json`, under whichever of their names they stand. `null` counts as absent.
package struct HuggingFaceConfig: Sendable {
    private let settings: JSONObject
    private let path: String

    /// - Parameter path: of the folder.
    init(_ settings: JSONObject, path: String) {
        self.settings = settings
        self.path = path + "/config.json"
    }

    package subscript(name: String) -> JSONValue? {
        guard let value = settings[name], value != .null else { return nil }
        return value
    }

    /// A part of the settings that is an object of its own.
    package func object(_ name: String) throws(ModelError) -> HuggingFaceConfig? {
        try first([name], "an object", \.object).map { HuggingFaceConfig($0, path: String(path.dropLast("/config.json".count))) }
    }

    /// The first of these that is there, as a whole number of at least 0.
    package func size(_ names: String...) throws(ModelError) -> Int? {
        try first(names, "a whole number of at least 0", \.size)
    }

    /// A size for each of some layers, or the same for all.
    package func sizes(_ name: String, count: Int) throws(ModelError) -> [Int]? {
        try first([name], "a whole number of at least 0, or a list of \(count) of them") { value in
            if let size = value.size { return Array(repeating: size, count: count) }
            guard let sizes = value.array?.compactMap(\.size), sizes.count == count, value.array?.count == count else { return nil }
            return sizes
        }
    }

    package func number(_ names: String...) throws(ModelError) -> Double? { try first(names, "a number", \.finite) }
    package func flag(_ names: String...) throws(ModelError) -> Bool? { try first(names, "true or false", \.bool) }
    package func string(_ names: String...) throws(ModelError) -> String? { try first(names, "a string", \.string) }

    package func numbers(_ names: String...) throws(ModelError) -> [Double]? {
        try first(names, "a list of numbers") { value in
            guard let numbers = value.array?.map(\.finite), numbers.allSatisfy({ $0 != nil }) else { return nil }
            return numbers.compactMap(\.self)
        }
    }

    package func strings(_ names: String...) throws(ModelError) -> [String]? {
        try first(names, "a list of strings") { value in
            guard let strings = value.array?.map(\.string), strings.allSatisfy({ $0 != nil }) else { return nil }
            return strings.compactMap(\.self)
        }
    }

    /// - Throws: `ModelError` that names the setting.
    package func refuse(_ name: String, _ reason: String) throws(ModelError) -> Never {
        throw .badMetadata(key: name, value: self[name]?.summary ?? "absent", file: path, reason: reason)
    }

    package func require<Value>(_ value: Value?, _ name: String) throws(ModelError) -> Value {
        guard let value else { throw .missingMetadata(key: name, file: path) }
        return value
    }

    private func first<Value>(
        _ names: [String], _ expected: String, _ find: (JSONValue) -> Value?
    ) throws(ModelError) -> Value? {
        guard let name = names.first(where: { self[$0] != nil }), let value = self[name] else { return nil }
        guard let found = find(value) else { try refuse(name, "it must be \(expected)") }
        return found
    }
}

extension HuggingFaceConfig {
    /// The settings of the language model: those of a model of several kinds of input lie in `text_config`.
    static func language(_ folder: HuggingFaceFolder) -> JSONObject {
        guard let text = folder.config["text_config"]?.object else { return folder.config }
        return folder.config.merging(text)
    }
}

extension JSONValue {
    /// A whole number that a GGUF file could hold as a size.
    fileprivate var size: Int? { integer.flatMap { (0...Int(UInt32.max)).contains($0) ? $0 : nil } }
    /// A number that is neither infinite nor none.
    fileprivate var finite: Double? { number.flatMap { $0.isFinite ? $0 : nil } }
}

extension JSONObject {
    /// These members, and in their place or beside them the others that are not `null`.
    func merging(_ others: JSONObject) -> JSONObject {
        var merged = self
        for (key, value) in others where value != .null { merged[key] = value }
        return merged
    }
}
