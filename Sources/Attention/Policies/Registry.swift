/// The methods that a person can name: `full`, `sliding:1024`, `streaming:4:1020`. A new one is a file beside this and a line here.
package enum PolicyRegistry {
    /// No option may be larger: sums of options stay far from overflow.
    static let largestOption = 1 << 30

    /// How a method is written, and what is made of it.
    private struct Entry {
        let name: String
        let usage: String
        /// Of those without a name.
        let largestOptionCount: Int
        /// Options that are written `name=value`.
        var namedOptions: [String] = []
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
            Entry(name: "lserve", usage: LServe.usage("lserve"), largestOptionCount: 1, namedOptions: LServe.optionNames) {
                options throws(AttentionError) in try LServe(options, method: "lserve", defaults: LServe.Options())
            },
            Entry(name: "quest", usage: LServe.usage("quest"), largestOptionCount: 1, namedOptions: LServe.optionNames) {
                options throws(AttentionError) in try LServe(options, method: "quest", defaults: .quest)
            },
            Entry(name: "hip", usage: HiPAttention.usage, largestOptionCount: 1, namedOptions: HiPAttention.optionNames) {
                options throws(AttentionError) in try HiPAttention(options)
            },
            Entry(name: "squeezed", usage: SqueezedAttention.usage, largestOptionCount: 1, namedOptions: SqueezedAttention.optionNames) {
                options throws(AttentionError) in try SqueezedAttention(options)
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
        var numbers: [Int] = [], named: [String: String] = [:]
        for part in parts.dropFirst() {
            if let equals = part.firstIndex(of: "="), entry.namedOptions.contains(String(part[..<equals])) {
                named[String(part[..<equals])] = String(part[part.index(after: equals)...])
                continue
            }
            guard numbers.count < entry.largestOptionCount else { throw .tooManyOptions(method: name, usage: entry.usage) }
            guard let number = Int(part), (1...largestOption).contains(number) else {
                throw .badOption(method: name, option: part, usage: entry.usage)
            }
            numbers.append(number)
        }
        return try entry.make(Options(numbers: numbers, named: named, modelWindow: window, method: name, usage: entry.usage))
    }

    /// What stands behind a method's name.
    struct Options {
        let numbers: [Int]
        let named: [String: String]
        let modelWindow: Int?
        let method: String
        let usage: String

        subscript(index: Int) -> Int? { index < numbers.count ? numbers[index] : nil }

        /// A window, by default the model's, of which some tokens go to something else.
        func window(at index: Int, less taken: Int = 0) throws(AttentionError) -> Int {
            if let given = self[index] { return given }
            guard let modelWindow, modelWindow > taken else { throw .windowUnknown(method: method, usage: usage) }
            return modelWindow - taken
        }

        /// A number that is written `name=value`.
        func number(_ name: String, in range: ClosedRange<Int>, default other: Int) throws(AttentionError) -> Int {
            guard let text = named[name] else { return other }
            guard let number = Int(text), range.contains(number) else {
                throw .badOption(method: method, option: "\(name)=\(text)", usage: usage)
            }
            return number
        }
    }
}
