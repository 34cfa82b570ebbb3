/// The methods that a person can name: `full`, `sliding:1024`, `streaming:4:1020`. A new one is a file beside this and a line here.
package enum PolicyRegistry {
    /// No option may be larger: sums of options stay far from overflow.
    static let largestOption = 1 << 30

    /// How a method is written, and what is made of it.
    private struct Entry {
        let name: String
        let usage: String
        let largestOptionCount: Int
        var smallestOption = 1
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
            Entry(name: "infllm", usage: "infllm:BLOCK:TOPK:WINDOW:INIT:DISTANCE:REPRESENTATIVES", largestOptionCount: 6) {
                options throws(AttentionError) in
                InfLLM(try InfLLM.Options(options.numbers, modelWindow: options.modelWindow, orThrow: options.windowUnknown))
            },
            Entry(name: "sirllm", usage: sirLLMUsage, largestOptionCount: 4, smallestOption: 0) { options throws(AttentionError) in
                let text = options.numbers.map(String.init).joined(separator: ":")
                return try SirLLM(
                    options.numbers, modelWindow: options.modelWindow, orThrow: options.windowUnknown,
                    refused: .badOption(method: "sirllm", option: text, usage: sirLLMUsage))
            },
            longHeads(name: LongHeads.ownName, sharesChoice: false), longHeads(name: LongHeads.sharedName, sharesChoice: true),
        ]
    }

    private static let sirLLMUsage = "sirllm:SINKS:ENTROPY:RECENT:GAMMA with GAMMA in percent and 0 where nothing is wanted of a kind,"

    private static func longHeads(name: String, sharesChoice: Bool) -> Entry {
        let usage = "\(name):CHUNK:ATTEN with ATTEN a multiple of CHUNK, at least three times as large,"
        return Entry(name: name, usage: usage, largestOptionCount: 2) { options throws(AttentionError) in
            let text = options.numbers.map(String.init).joined(separator: ":")
            return try LongHeads(
                options.numbers, sharesChoice: sharesChoice, modelWindow: options.modelWindow, orThrow: options.windowUnknown,
                refused: .badOption(method: name, option: text, usage: usage))
        }
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
            guard let number = Int(part), (entry.smallestOption...largestOption).contains(number) else {
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

        /// A window, by default the model's, of which some tokens go to something else.
        func window(at index: Int, less taken: Int = 0) throws(AttentionError) -> Int {
            if let given = self[index] { return given }
            guard let modelWindow, modelWindow > taken else { throw windowUnknown }
            return modelWindow - taken
        }

        var windowUnknown: AttentionError { .windowUnknown(method: method, usage: usage) }
    }
}
