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
            Entry(name: "selfextend", usage: "selfextend:GROUP:WINDOW", largestOptionCount: 2) { options throws(AttentionError) in
                let group = options[0] ?? SelfExtend.defaultGroup
                return SelfExtend(group: group, window: try options[1] ?? max(1, options.window(at: 1) / 4 / group * group))
            },
            Entry(name: "rerope", usage: "rerope:WINDOW[:LEAK]", largestOptionCount: 2) { options throws(AttentionError) in
                ReRoPE(window: try options[0] ?? max(1, options.window(at: 0) / 2), leak: options[1])
            },
            Entry(name: "lm-infinite", usage: "lm-infinite:GLOBALS:WINDOW[:RECALLED]", largestOptionCount: 3) {
                options throws(AttentionError) in
                LMInfinite(
                    globals: options[0] ?? LMInfinite.defaultGlobals, window: try options[1] ?? max(1, options.window(at: 1) - 1),
                    recalled: options[2])
            },
            Entry(name: "infllm", usage: "infllm:BLOCK:TOPK:WINDOW:INIT:DISTANCE:REPRESENTATIVES", largestOptionCount: 6) {
                options throws(AttentionError) in
                InfLLM(try InfLLM.Options(options.numbers, modelWindow: options.modelWindow, orThrow: options.windowUnknown))
            },
            longHeads(name: LongHeads.ownName, sharesChoice: false), longHeads(name: LongHeads.sharedName, sharesChoice: true),
        ] + choices + patterns
    }

    /// Methods that choose keys for every query at their true distances.
    private static var choices: [Entry] {
        [
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

    /// Methods that show the same places of every text, and what is composed of them.
    private static var patterns: [Entry] {
        [
            Entry(name: "sink-window", usage: "sink-window:SINKS:WINDOW", largestOptionCount: 2) { options throws(AttentionError) in
                let sinks = options[0] ?? SinkWindow.defaultSinks
                return SinkWindow(sinks: sinks, window: try options.window(at: 1, less: sinks))
            },
            Entry(name: "block0", usage: "block0:BLOCK", largestOptionCount: 1) { options throws(AttentionError) in
                BlockWindow(block: try options.window(at: 0), before: 0)
            },
            Entry(name: "block1", usage: "block1:BLOCK", largestOptionCount: 1) { options throws(AttentionError) in
                BlockWindow(block: try options.window(at: 0, sharedBy: 2), before: 1)
            },
            Entry(name: "strided", usage: "strided:LOCAL:STRIDE:BLOCK", largestOptionCount: 3) { options in
                StridedBlocks(
                    local: options[0] ?? StridedBlocks.defaultLocal, stride: options[1] ?? StridedBlocks.defaultStride,
                    block: options[2] ?? StridedBlocks.defaultBlock)
            },
            Entry(name: "random-blocks", usage: "random-blocks:WINDOW:FIRST:RANDOM:SEED", largestOptionCount: 4) { options in
                RandomBlocks(window: options[0] ?? 3, first: options[1] ?? 1, random: options[2] ?? 3, seed: options[3] ?? 1)
            },
            Entry(name: "landmark", usage: "landmark:REGULAR:RECALLED", largestOptionCount: 2) { options in
                LandmarkAttention(
                    regular: options[0] ?? LandmarkAttention.defaultRegular, recalled: options[1] ?? LandmarkAttention.defaultRecalled)
            },
            Entry(name: "masformer", usage: "masformer:BLOCK", largestOptionCount: 1) { options throws(AttentionError) in
                try Hybrid.masformer(block: options[0] ?? 1024, layers: options.layers)
            },
            Entry(name: "longgen", usage: "longgen:LOCAL:STRIDE", largestOptionCount: 2) { options throws(AttentionError) in
                try Hybrid.longgen(
                    local: options[0] ?? StridedBlocks.defaultLocal, stride: options[1] ?? StridedBlocks.defaultStride,
                    layers: options.layers)
            },
        ]
    }

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
    /// - Parameters:
    ///   - window: the model's own window in tokens, if it is known: what options that are left out come from.
    ///   - layers: how many the model has; needed where methods are composed of others, `full:1/3+sliding:512`.
    package static func policy(_ text: String, window: Int?, layers: Int? = nil) throws(AttentionError) -> any AttentionPolicy {
        guard !text.contains(Hybrid.separator) else { return try Hybrid(text, window: window, layers: layers) }
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
        return try entry.make(
            Options(numbers: numbers, named: named, modelWindow: window, layers: layers, method: name, usage: entry.usage))
    }

    /// What stands behind a method's name.
    struct Options {
        let numbers: [Int]
        let named: [String: String]
        let modelWindow: Int?
        let layers: Int?
        let method: String
        let usage: String

        subscript(index: Int) -> Int? { index < numbers.count ? numbers[index] : nil }

        /// A window, by default the model's, of which some tokens go to something else and the rest is shared evenly.
        func window(at index: Int, less taken: Int = 0, sharedBy parts: Int = 1) throws(AttentionError) -> Int {
            if let given = self[index] { return given }
            guard let modelWindow, modelWindow > taken else { throw windowUnknown }
            return max(1, (modelWindow - taken) / parts)
        }

        var windowUnknown: AttentionError { .windowUnknown(method: method, usage: usage) }
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
