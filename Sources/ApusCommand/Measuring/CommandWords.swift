/// A command as it is typed into a shell, for reports to say how they were made.
struct CommandWords {
    private var words: [String]

    init(_ words: [String]) { self.words = words }

    /// Adds an option, if it has a value.
    mutating func add(_ option: String, _ value: String?) {
        if let value { words += [option, value] }
    }

    /// Adds an option without a value.
    mutating func add(flag: String) { words.append(flag) }

    /// Adds how a text is read, as far as results depend on it.
    mutating func add(_ reading: ReadingArguments) {
        add("--profile", reading.profile)
        add("--method", reading.method ?? (reading.profile == nil ? "full" : nil))
        add("--positions", reading.positions)
        add("--context-length", reading.contextLength.map(String.init))
        add("--cache-type", reading.cacheType)
    }

    var line: String { words.map(Self.quoted).joined(separator: " ") }

    private static func quoted(_ word: String) -> String {
        let isPlain = !word.isEmpty && word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./:,=+@%".contains($0)) }
        return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }
}
