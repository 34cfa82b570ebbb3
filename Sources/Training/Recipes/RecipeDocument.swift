import Foundation
import Yams

/// The keys and values of a recipe, with every key known and none twice.
struct RecipeDocument {
    private struct Entry {
        let node: Node
        let line: Int?
    }

    /// Recipes are short; what is longer is something else.
    private static let longest = 1 << 20

    let path: String
    /// Values by their keys; those in lists carry a number, "data.phases[2].length".
    private var entries: [String: Entry] = [:]
    /// How many entries each list has, by its key.
    private var listCounts: [String: Int] = [:]

    /// - Throws: `RecipeError` for a file that cannot be read, is no YAML, or has keys that are not known.
    init(path: String) throws(RecipeError) {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            let reason = FileManager.default.fileExists(atPath: path) ? (error as NSError).localizedDescription : "there is no such file"
            throw RecipeError(.missingRecipe(reason: reason), path: path)
        }
        guard data.count <= Self.longest, let text = String(validating: data, as: UTF8.self) else {
            throw RecipeError(.notYAML(reason: "it is longer than \(Self.longest) bytes, or not UTF-8"), path: path)
        }
        try self.init(text: text, path: path)
    }

    /// - Parameter path: what errors call the text.
    init(text: String, path: String) throws(RecipeError) {
        self.path = path
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            throw Self.failure(error, path: path)
        }
        guard let root else { throw RecipeError(.notYAML(reason: "it is empty"), path: path) }
        try read(root, at: "", pattern: "")
    }

    /// Takes in the keys of a section.
    /// - Parameters:
    ///   - place: the section, with the numbers of list entries.
    ///   - pattern: the same without numbers.
    private mutating func read(_ node: Node, at place: String, pattern: String) throws(RecipeError) {
        guard case .mapping(let mapping) = node else { throw RecipeError(.notASection(place), path: path, line: node.mark?.line) }
        for (key, value) in mapping {
            let name = key.scalar?.string ?? "", line = key.mark?.line
            let inner = pattern.isEmpty ? name : pattern + "." + name, innerPlace = place.isEmpty ? name : place + "." + name
            if RecipeKeys.isKey(inner) {
                entries[innerPlace] = Entry(node: value, line: line)
            } else if RecipeKeys.isList(inner) {
                try readList(value, at: innerPlace, pattern: inner)
            } else if RecipeKeys.isSection(inner) {
                try read(value, at: innerPlace, pattern: inner)
            } else {
                throw RecipeError(.unknownKey(innerPlace, nearest: RecipeKeys.nearest(to: inner)), path: path, line: line)
            }
        }
    }

    private mutating func readList(_ node: Node, at place: String, pattern: String) throws(RecipeError) {
        guard case .sequence(let sequence) = node else { throw RecipeError(.notAList(place), path: path, line: node.mark?.line) }
        listCounts[place] = sequence.count
        for (index, member) in sequence.enumerated() { try read(member, at: "\(place)[\(index)]", pattern: pattern) }
    }

    private static func failure(_ error: any Error, path: String) -> RecipeError {
        switch error {
        case YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
            YamlError.composer(_, let problem, let mark, _):
            RecipeError(.notYAML(reason: problem), path: path, line: mark.line)
        case YamlError.duplicatedKeysInMapping(let duplicates, let context):
            RecipeError(
                .notYAML(reason: "the key \(duplicates.map { "\"\($0)\"" }.joined(separator: ", ")) stands there twice"), path: path,
                line: context.mark.line)
        default: RecipeError(.notYAML(reason: "\(error)"), path: path)
        }
    }
}

// MARK: - Values

extension RecipeDocument {
    /// The value of a key; nil if it is absent.
    /// - Parameter index: of the entry, for a key in a list.
    func value<Value>(_ key: RecipeKey<Value>, at index: Int? = nil) throws(RecipeError) -> Value? {
        guard let entry = entries[place(key, index)] else { return nil }
        guard let value = key.form.read(entry.node) else {
            let problem = RecipeError.Problem.wrongValue(key: place(key, index), found: entry.node.summary, expected: key.expected)
            throw RecipeError(problem, path: path, line: entry.line)
        }
        return value
    }

    /// The value of a key that must be there.
    func required<Value>(_ key: RecipeKey<Value>, at index: Int? = nil) throws(RecipeError) -> Value {
        guard let value = try value(key, at: index) else {
            throw RecipeError(.missingKey(place(key, index), expected: key.expected), path: path)
        }
        return value
    }

    func has(_ key: some AnyRecipeKey) -> Bool { entries[key.path] != nil }

    /// Whether any key of a section is there.
    func has(section: String) -> Bool { entries.keys.contains { $0.hasPrefix(section + ".") } || listCounts[section] != nil }

    /// How many entries a list has; 0 if it is absent.
    func count(ofList list: String) -> Int { listCounts[list] ?? 0 }

    /// The line on which a key stands.
    func line(of key: some AnyRecipeKey, at index: Int? = nil) -> Int? { entries[place(key, index)]?.line }

    /// What the result of a training depends on, as it is written.
    var settings: [String: String] {
        entries.filter { RecipeKeys.changesResult(Self.pattern($0.key)) }.mapValues(\.node.summary)
    }

    private func place(_ key: some AnyRecipeKey, _ index: Int?) -> String {
        index.map { "\(key.section)[\($0)].\(key.name)" } ?? key.path
    }

    /// A key's place without the numbers of list entries.
    private static func pattern(_ place: String) -> String {
        place.split(separator: ".").map { $0.prefix { $0 != "[" } }.joined(separator: ".")
    }
}

extension Node {
    /// The value as it is written, in short.
    fileprivate var summary: String {
        switch self {
        case .scalar(let scalar): scalar.string.isEmpty ? "empty" : scalar.string
        case .sequence(let sequence): "[" + sequence.map(\.summary).joined(separator: ", ") + "]"
        case .mapping(let mapping): "{" + mapping.map { "\($0.key.summary): \($0.value.summary)" }.joined(separator: ", ") + "}"
        case .alias: "an alias"
        }
    }
}
