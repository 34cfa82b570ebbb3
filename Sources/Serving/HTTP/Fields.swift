import ModelFiles

/// The members of an object in a request, read one by one.
///
/// Whatever is not read by the time of `finish` is refused by name, so that a misspelt parameter is noticed and none is passed over in
/// silence. `null` counts as absent, as it does in OpenAI's API.
struct Fields {
    private let object: JSONObject
    /// What stands before the names of members in errors: "messages[0].".
    private let path: String
    private var known: Set<String> = []

    /// - Parameter path: how the object is called in errors; "" for the request itself.
    init(_ value: JSONValue, at path: String = "") throws(APIError) {
        guard let object = value.object else {
            throw .invalid(
                path.isEmpty ? "The request must be a JSON object." : "'\(path)' must be an object.", parameter: path.isEmpty ? nil : path)
        }
        self.object = object
        self.path = path.isEmpty ? "" : path + "."
    }

    /// How a member is called in errors.
    func name(_ key: String) -> String { path + key }

    /// The member, whatever it is; nil where it is absent or null.
    mutating func value(_ key: String) -> JSONValue? {
        known.insert(key)
        guard let value = object[key], value != .null else { return nil }
        return value
    }

    /// Members that cannot change the reply, and need not be looked at.
    mutating func passOver(_ keys: String...) { known.formUnion(keys) }

    /// Refuses a member that this server cannot serve, unless it asks for what happens anyway.
    mutating func refuse(_ key: String, unless harmless: [JSONValue] = [], because reason: String) throws(APIError) {
        guard let value = value(key), !harmless.contains(value) else { return }
        throw .unsupported(name(key), reason)
    }

    /// Refuses what nobody has asked for.
    func finish() throws(APIError) {
        guard let unknown = object.first(where: { !known.contains($0.key) })?.key else { return }
        throw .invalid("There is no parameter '\(name(unknown))'.", parameter: name(unknown), code: "unknown_parameter")
    }
}

// MARK: - Values of one kind

extension Fields {
    mutating func string(_ key: String) throws(APIError) -> String? {
        guard let value = value(key) else { return nil }
        guard let string = value.string else { throw mistyped(key, "a string") }
        return string
    }

    mutating func requiredString(_ key: String) throws(APIError) -> String {
        guard let string = try string(key) else { throw missing(key) }
        return string
    }

    mutating func bool(_ key: String) throws(APIError) -> Bool? {
        guard let value = value(key) else { return nil }
        guard let bool = value.bool else { throw mistyped(key, "true or false") }
        return bool
    }

    mutating func integer(_ key: String, in range: ClosedRange<Int>) throws(APIError) -> Int? {
        guard let value = value(key) else { return nil }
        guard let integer = value.wholeNumber, range.contains(integer) else { throw mistyped(key, Self.phrase("a whole number", range)) }
        return integer
    }

    /// Far enough from the ends of 64 bits that numbers which clients write as fractions stay within.
    private static let seeds = -9_000_000_000_000_000_000...9_000_000_000_000_000_000

    mutating func seed() throws(APIError) -> UInt64? {
        try integer("seed", in: Self.seeds).map { UInt64(bitPattern: Int64($0)) }
    }

    mutating func number(_ key: String, in range: ClosedRange<Double>) throws(APIError) -> Double? {
        guard let value = value(key) else { return nil }
        guard let number = value.number, range.contains(number) else { throw mistyped(key, Self.phrase("a number", range)) }
        return number
    }

    mutating func array(_ key: String) throws(APIError) -> [JSONValue]? {
        guard let value = value(key) else { return nil }
        guard let array = value.array else { throw mistyped(key, "an array") }
        return array
    }

    /// A string or an array of strings.
    mutating func strings(_ key: String, most: Int) throws(APIError) -> [String]? {
        guard let value = value(key) else { return nil }
        if let string = value.string { return [string] }
        guard let strings = value.array?.map(\.string), !strings.contains(nil) else {
            throw mistyped(key, "a string or an array of strings")
        }
        guard strings.count <= most else { throw mistyped(key, "an array of at most \(most) strings") }
        return strings.compactMap { $0 }
    }

    /// One of several words.
    mutating func word(_ key: String, of words: [String]) throws(APIError) -> String? {
        guard let word = try string(key) else { return nil }
        guard words.contains(word) else {
            throw mistyped(key, "one of " + words.map { "\"\($0)\"" }.joined(separator: ", "))
        }
        return word
    }

    func missing(_ key: String) -> APIError {
        .invalid("'\(name(key))' is missing.", parameter: name(key), code: "missing_required_parameter")
    }

    func mistyped(_ key: String, _ expected: String) -> APIError {
        .invalid("'\(name(key))' must be \(expected).", parameter: name(key), code: "invalid_value")
    }

    private static func phrase<Value>(_ kind: String, _ range: ClosedRange<Value>) -> String {
        "\(kind) from \(range.lowerBound) to \(range.upperBound)"
    }
}

extension JSONValue {
    /// A whole number, also where it is written with a fraction of zero.
    var wholeNumber: Int? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int(exactly: value)
        default: nil
        }
    }
}
