import Foundation
import ModelFiles

/// Says whether a document is valid by a schema, following the words of the specification one keyword after the other.
///
/// It shares nothing with the grammars but the reader of JSON, and documents are read by Foundation, too.
struct SchemaJudge {
    let root: JSONValue

    /// Whether a text is JSON at all, by both readers, and valid. Nil where an object has a key twice: no grammar can know all keys that
    /// came before, and what such a document means is undefined.
    func accepts(_ text: [UInt8]) -> Bool? {
        guard (try? JSONSerialization.jsonObject(with: Data(text), options: .fragmentsAllowed)) != nil else { return false }
        do {
            return isValid(try JSONValue(parsing: text, path: "a reply"), root)
        } catch {
            return "\(error)".contains("twice in one object") ? nil : false
        }
    }

    func isValid(_ value: JSONValue, _ schema: JSONValue) -> Bool {
        guard let members = schema.object else { return schema == true }
        return members.allSatisfy { keyword, rule in
            combines(value, keyword, rule) && limits(value, keyword, rule) && holds(value, keyword, rule, members)
        }
    }

    private func combines(_ value: JSONValue, _ keyword: String, _ rule: JSONValue) -> Bool {
        let schemas = rule.array ?? []
        switch keyword {
        case "$ref": return isValid(value, resolve(rule.string ?? ""))
        case "allOf": return schemas.allSatisfy { isValid(value, $0) }
        case "anyOf": return schemas.contains { isValid(value, $0) }
        case "oneOf": return schemas.count { isValid(value, $0) } > 0
        case "enum": return schemas.contains(value)
        case "const": return rule == value
        case "type": return (rule.array ?? [rule]).contains { has(value, type: $0.string ?? "") }
        default: return true
        }
    }

    private func has(_ value: JSONValue, type: String) -> Bool {
        switch (value, type) {
        case (.null, "null"), (.bool, "boolean"), (.string, "string"), (.array, "array"), (.object, "object"), (.integer, "integer"): true
        case (.integer, "number"), (.number, "number"): true
        case (.number(let number), "integer"): number == number.rounded()
        default: false
        }
    }

    private func limits(_ value: JSONValue, _ keyword: String, _ rule: JSONValue) -> Bool {
        if let number = value.number, let limit = rule.number {
            switch keyword {
            case "minimum": return number >= limit
            case "maximum": return number <= limit
            case "exclusiveMinimum": return number > limit
            case "exclusiveMaximum": return number < limit
            default: return true
            }
        }
        if let text = value.string {
            switch keyword {
            case "minLength": return text.unicodeScalars.count >= rule.integer ?? 0
            case "maxLength": return text.unicodeScalars.count <= rule.integer ?? 0
            case "pattern": return text.range(of: rule.string ?? "", options: .regularExpression) != nil
            default: return true
            }
        }
        return true
    }

    private func holds(_ value: JSONValue, _ keyword: String, _ rule: JSONValue, _ schema: JSONObject) -> Bool {
        if let items = value.array {
            switch keyword {
            case "minItems": return items.count >= rule.integer ?? 0
            case "maxItems": return items.count <= rule.integer ?? 0
            case "prefixItems": return zip(items, rule.array ?? []).allSatisfy(isValid)
            case "items": return items.dropFirst(schema["prefixItems"]?.array?.count ?? 0).allSatisfy { isValid($0, rule) }
            default: return true
            }
        }
        if let members = value.object {
            let described = schema["properties"]?.object ?? [:]
            switch keyword {
            case "required": return (rule.array ?? []).allSatisfy { members[$0.string ?? ""] != nil }
            case "properties": return described.allSatisfy { name, rule in members[name].map { isValid($0, rule) } ?? true }
            case "additionalProperties": return members.allSatisfy { described[$0.key] != nil || isValid($0.value, rule) }
            default: return true
            }
        }
        return true
    }

    private func resolve(_ reference: String) -> JSONValue {
        reference.split(separator: "/").dropFirst().reduce(root) { $0.object?[String($1)] ?? false }
    }
}
