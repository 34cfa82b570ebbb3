import ModelFiles

/// A schema within a schema, and where it stands.
struct SchemaPart {
    let schema: JSONValue
    /// A JSON pointer with a number sign before it; equal paths are equal parts.
    let path: String

    /// The value of a keyword; nil where the schema is no object or does not have it.
    subscript(keyword: String) -> JSONValue? { schema.object?[keyword] }

    /// A part below this one.
    func part(_ schema: JSONValue, _ names: String...) -> SchemaPart {
        SchemaPart(schema: schema, path: names.reduce(path) { $0 + "/" + SchemaReference.escaped($1) })
    }

    func invalid(_ reason: String) -> GrammarError { GrammarError(.invalid(reason: reason), at: path) }

    func unsupported(_ keyword: String, _ advice: String) -> GrammarError {
        GrammarError(.unsupported(keyword: keyword, advice: advice), at: path)
    }

    // MARK: - Keywords of one kind

    /// The subschemas of a list such as `anyOf`.
    func list(_ keyword: String) throws(GrammarError) -> [SchemaPart]? {
        guard let value = self[keyword] else { return nil }
        guard let values = value.array else { throw invalid("needs a list of schemas in \"\(keyword)\"") }
        return values.enumerated().map { part($1, keyword, String($0)) }
    }

    /// A count that is not negative.
    func count(_ keyword: String) throws(GrammarError) -> Int32? {
        guard let value = self[keyword] else { return nil }
        // Some libraries write counts with a decimal point.
        guard let count = value.number.flatMap(Int32.init(exactly:)), count >= 0, count < .max else {
            throw invalid("needs a whole number from 0 to \(Int32.max - 1) in \"\(keyword)\", not \(value.summary)")
        }
        return count
    }

    func flag(_ keyword: String) throws(GrammarError) -> Bool? {
        guard let value = self[keyword] else { return nil }
        guard let flag = value.bool else { throw invalid("needs true or false in \"\(keyword)\"") }
        return flag
    }

    func text(_ keyword: String) throws(GrammarError) -> String? {
        guard let value = self[keyword] else { return nil }
        guard let text = value.string else { throw invalid("needs a string in \"\(keyword)\"") }
        return text
    }
}

/// Names of parts of a schema: JSON pointers (RFC 6901).
enum SchemaReference {
    static func escaped(_ name: String) -> String { name.replacing("~", with: "~0").replacing("/", with: "~1") }

    /// The part that `$ref` of `part` names.
    static func resolve(_ reference: String, from part: SchemaPart, in root: JSONValue) throws(GrammarError) -> SchemaPart {
        let pointer = reference.dropFirst()
        guard reference.hasPrefix("#"), pointer.isEmpty || pointer.hasPrefix("/"), let decoded = percentDecoded(pointer) else {
            throw part.unsupported("$ref", "write \"\(reference)\" as a pointer into this schema, such as \"#/$defs/name\"")
        }
        var target = SchemaPart(schema: root, path: "#")
        for name in decoded.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            let name = String(name).replacing("~1", with: "/").replacing("~0", with: "~")
            let below =
                target[name] ?? Int(name).flatMap { place in target.schema.array.flatMap { $0.indices.contains(place) ? $0[place] : nil } }
            guard let below else { throw part.invalid("refers to \"\(reference)\", which it does not have") }
            target = target.part(below, name)
        }
        return target
    }

    private static func percentDecoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
