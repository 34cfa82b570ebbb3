/// The methods that a person can name: `full`, `sliding:1024`, `streaming:4:1020`. A new one is a file beside this and a line here.
package enum PolicyRegistry {
    /// No option may be larger: sums of options stay far from overflow.
    static let largestOption = 1 << 30

    /// How a method is written, and what is made of it.
    private struct Entry {
        let name: String
        let usage: String
        let largestOptionCount: Int
        let make: (Options) throws(AttentionError) -> any AttentionPolicy
    }

    private static var entries: [Entry] {
        [
            Entry(name: "full", usage: "full", largestOptionCount: 0) { _ in FullAttention() },
            Entry(name: "sliding", usage: "sliding:WINDOW", largestOptionCount: 1) { options throws(AttentionError) in
                SlidingWindow(window: try options.window(at: 0))
            },
            Entry(name: "streaming", usage: "streaming:SINKS:WINDOW", largestOptionCount: 2) { options throws(AttentionError) in
                let sinks = options[0] ?? StreamingLLM.defaultSinks
                return StreamingLLM(sinks: sinks, window: try options.window(at: 1, less: sinks))
            },
            Entry(name: "selfextend", usage: "selfextend:GROUP:WINDOW", largestOptionCount: 2) { options throws(AttentionError) in
                let group = options[0] ?? SelfExtend.defaultGroup
                return SelfExtend(group: group, window: try options.share(at: 1) { $0 / 4 / group * group })
            },
            Entry(name: "rerope", usage: "rerope:WINDOW[:LEAK]", largestOptionCount: 2) { options throws(AttentionError) in
                ReRoPE(window: try options.share(at: 0) { $0 / 2 }, leak: options[1])
            },
            Entry(name: "lm-infinite", usage: "lm-infinite:GLOBALS:WINDOW[:RECALLED]", largestOptionCount: 3) {
                options throws(AttentionError) in
                let window = try options.share(at: 1) { $0 - 1 }
                return LMInfinite(globals: options[0] ?? LMInfinite.defaultGlobals, window: window, recalled: options[2])
            },
        ]
    }

    /// The names of all methods.
    package static var names: [String] { entries.map(\.name) }

    /// The policy that a text such as `streaming:4:1020` names.
    /// - Parameter window: the model's own window in tokens, if it is known: what options that are left out come from.
    package static func policy(_ text: String, window: Int?) throws(AttentionError) -> any AttentionPolicy {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard let name = parts.first, let entry = entries.first(where: { $0.name == name }) else {
            throw .unknownMethod(parts.first ?? "", known: names)
        }
        guard parts.count - 1 <= entry.largestOptionCount else { throw .tooManyOptions(method: name, usage: entry.usage) }
        var numbers: [Int] = []
        for part in parts.dropFirst() {
            guard let number = Int(part), (1...largestOption).contains(number) else {
                throw .badOption(method: name, option: part, usage: entry.usage)
            }
            numbers.append(number)
        }
        return try entry.make(Options(numbers: numbers, modelWindow: window, method: name, usage: entry.usage))
    }

    /// The numbers behind a method's name.
    private struct Options {
        let numbers: [Int]
        let modelWindow: Int?
        let method: String
        let usage: String

        subscript(index: Int) -> Int? { index < numbers.count ? numbers[index] : nil }

        /// A window, by default a part of the model's.
        func share(at index: Int, _ part: (Int) -> Int) throws(AttentionError) -> Int {
            if let given = self[index] { return given }
            return max(1, part(try window(at: index)))
        }

        /// A window, by default the model's, of which some tokens go to something else.
        func window(at index: Int, less taken: Int = 0) throws(AttentionError) -> Int {
            if let given = self[index] { return given }
            guard let modelWindow, modelWindow > taken else { throw .windowUnknown(method: method, usage: usage) }
            return modelWindow - taken
        }
    }
}
