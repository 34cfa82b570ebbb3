import ModelFiles

/// One part of a `tokenizer.json`, such as a normaliser, and where in the file it stands.
struct TokenizerComponent {
    let members: JSONObject
    /// The path within the file, such as `normalizer.normalizers[1]`.
    let path: String
    let source: String

    /// Parts within parts beyond this are refused.
    private static let deepest = 16
    private let depth: Int

    init(_ value: JSONValue, path: String, source: String, depth: Int = 0) throws(TokenizerError) {
        guard let members = value.object else {
            throw TokenizerError(.file(.invalidField(path, expected: "an object")), in: source)
        }
        guard depth <= Self.deepest else { throw TokenizerError(.file(.tooDeep(path, most: Self.deepest)), in: source) }
        self.members = members
        self.path = path
        self.source = source
        self.depth = depth
    }

    /// The kind of the part, by which it is told from others.
    func kind() throws(TokenizerError) -> String {
        try string("type")
    }

    /// The value of a member; nil where it is absent or null.
    func value(_ name: String) -> JSONValue? {
        guard let value = members[name], value != .null else { return nil }
        return value
    }

    func invalid(_ name: String, expected: String) -> TokenizerError {
        TokenizerError(.file(.invalidField("\(path).\(name)", expected: expected)), in: source)
    }

    func unknownKind(_ kind: String, known: [String]) -> TokenizerError {
        TokenizerError(.file(.unknownComponent(kind, at: path, known: known.sorted())), in: source)
    }

    // MARK: - Members of one type

    func string(_ name: String) throws(TokenizerError) -> String {
        guard let value = members[name]?.string else { throw invalid(name, expected: "a string") }
        return value
    }

    func string(_ name: String, or usual: String) throws(TokenizerError) -> String {
        value(name) == nil ? usual : try string(name)
    }

    func optionalString(_ name: String) throws(TokenizerError) -> String? {
        value(name) == nil ? nil : try string(name)
    }

    func bool(_ name: String, or usual: Bool) throws(TokenizerError) -> Bool {
        guard let value = value(name) else { return usual }
        guard let bool = value.bool else { throw invalid(name, expected: "true or false") }
        return bool
    }

    func integer(_ name: String, in range: ClosedRange<Int>, or usual: Int? = nil) throws(TokenizerError) -> Int {
        if value(name) == nil, let usual { return usual }
        guard let integer = members[name]?.integer, range.contains(integer) else {
            throw invalid(name, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return integer
    }

    func array(_ name: String) throws(TokenizerError) -> [JSONValue] {
        guard let array = members[name]?.array else { throw invalid(name, expected: "a list") }
        return array
    }

    func object(_ name: String) throws(TokenizerError) -> JSONObject {
        guard let object = members[name]?.object else { throw invalid(name, expected: "an object") }
        return object
    }

    /// The one character that a member holds.
    func scalar(_ name: String, or usual: Unicode.Scalar? = nil) throws(TokenizerError) -> Unicode.Scalar {
        if value(name) == nil, let usual { return usual }
        let text = try string(name)
        guard let scalar = text.unicodeScalars.first, text.unicodeScalars.count == 1 else {
            throw invalid(name, expected: "one character")
        }
        return scalar
    }

    /// A part within this one; nil where it is absent or null.
    func part(_ name: String) throws(TokenizerError) -> TokenizerComponent? {
        guard let value = value(name) else { return nil }
        return try TokenizerComponent(value, path: depth == 0 ? name : "\(path).\(name)", source: source, depth: depth + 1)
    }

    /// The parts of a list within this one.
    func parts(_ name: String) throws(TokenizerError) -> [TokenizerComponent] {
        var parts: [TokenizerComponent] = []
        for (place, value) in try array(name).enumerated() {
            parts.append(try TokenizerComponent(value, path: "\(path).\(name)[\(place)]", source: source, depth: depth + 1))
        }
        return parts
    }

    /// What a pattern of the form `{"String": …}` or `{"Regex": …}` finds.
    func pattern(_ name: String) throws(TokenizerError) -> any PartFinder {
        if let text = members[name]?.string { return try finder(ofText: text, name) }
        let members = try object(name)
        if let text = members["String"]?.string { return try finder(ofText: text, name) }
        guard let text = members["Regex"]?.string else { throw invalid(name, expected: "a String or a Regex") }
        return try finder(ofRegex: text, name)
    }

    /// An empty text is found between all characters, as an empty expression is.
    private func finder(ofText text: String, _ name: String) throws(TokenizerError) -> any PartFinder {
        text.isEmpty ? try finder(ofRegex: "", name) : LiteralFinder(text)
    }

    func finder(ofRegex text: String, _ name: String) throws(TokenizerError) -> any PartFinder {
        do {
            return RegexFinder(program: try RegexProgram(text))
        } catch {
            throw TokenizerError(.file(.invalidPattern(text, at: "\(path).\(name)", reason: error.reason)), in: source)
        }
    }
}
