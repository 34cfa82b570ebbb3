extension RecipeKeys {
    private static let byPath = Dictionary(uniqueKeysWithValues: all.map { ($0.path, $0) })
    private static let sections = Set(all.map(\.section)).subtracting([""])

    static func isKey(_ path: String) -> Bool { byPath[path] != nil }

    /// Whether keys stand below this one.
    static func isSection(_ path: String) -> Bool { sections.contains { $0 == path || $0.hasPrefix(path + ".") } }

    /// Whether a section stands in a list, each entry of which has its own values.
    static func isList(_ path: String) -> Bool { lists.contains(path) }

    static func changesResult(_ path: String) -> Bool { byPath[path]?.changesResult ?? true }

    /// The known key or section that looks most like an unknown one: of the same section, else of any with that name.
    static func nearest(to path: String) -> String? {
        let parts = path.split(separator: ".").map(String.init), name = parts.last ?? "", section = parts.dropLast().joined(separator: ".")
        let known = all.map { ($0.section, $0.name, $0.path) } + sections.map { ("", $0, $0) }
        let candidates = known.map { other -> (distance: Int, path: String) in
            let isNear = other.0 == section
            return (editDistance(name, other.1) * 2 + (isNear ? 0 : 1), other.2)
        }
        guard let best = candidates.min(by: { ($0.distance, $0.path) < ($1.distance, $1.path) }) else { return nil }
        // More than half of the letters must be right.
        return best.distance <= name.count ? best.path : nil
    }

    /// How many letters must be put in, taken out or exchanged to make one word of the other. (Levenshtein, 1966.)
    static func editDistance(_ one: String, _ other: String) -> Int {
        let one = Array(one.lowercased()), other = Array(other.lowercased())
        var previous = Array(0...other.count)
        for (row, letter) in one.enumerated() {
            var current = [row + 1]
            for (column, otherLetter) in other.enumerated() {
                current.append(min(previous[column] + (letter == otherLetter ? 0 : 1), previous[column + 1] + 1, current[column] + 1))
            }
            previous = current
        }
        return previous[other.count]
    }

    /// All keys as the tables of docs/training.md.
    package static var documentation: String {
        var sections: [String] = []
        for key in all where !sections.contains(key.section) { sections.append(key.section) }
        return sections.map { section in
            let rows = all.filter { $0.section == section }.map { key in
                "| `\(key.name)`\(key.changesResult ? "" : " *") | \(key.expected) | \(key.usual) | \(key.meaning) |"
            }
            let title = section.isEmpty ? "### The whole" : isList(section) ? "### `\(section)`, a list" : "### `\(section)`"
            return ([title, "", "| key | value | default | meaning |", "|---|---|---|---|"] + rows).joined(separator: "\n") + "\n"
        }
        .joined(separator: "\n")
    }
}
