import Positions

/// The methods that a person can name: `full`, `sliding:1024`, `streaming:4:1020`. A new one is a file beside this, which says in its
/// `entry` how it is written, and a line here.
package enum PolicyRegistry {
    private static let entries: [PolicyEntry] = [
        FullAttention.entry, SlidingWindow.entry, StreamingLLM.entry,
        SelfExtend.entry, ReRoPE.entry, LMInfinite.entry, InfLLM.entry, LongHeads.entry, LongHeads.sharedEntry, SirLLM.entry,
        LandmarkAttention.entry,
        LServe.entry, LServe.questEntry, HiPAttention.entry, SqueezedAttention.entry,
        SinkWindow.entry, BlockWindow.entry, BlockWindow.withBlockBeforeEntry, StridedBlocks.entry, RandomBlocks.entry,
        Hybrid.masformerEntry, Hybrid.longgenEntry,
    ]

    /// No option may be larger: sums of options stay far from overflow.
    static let largestOption = 1 << 30

    /// The names of all methods.
    package static var names: [String] { entries.map(\.name) }

    /// What is worth trying to take a model as far as a length, with all options as the model's window has them; whether it can serve the
    /// model is not known yet.
    package static func trials(for stretch: Stretch, layers: Int) -> [String] {
        entries.flatMap { $0.trials?(stretch) ?? [$0.name] }.map { text in
            (try? policy(text, window: stretch.window, layers: layers).name) ?? text
        }
    }

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
            guard let number = Int(part), (entry.smallestOption...largestOption).contains(number) else {
                throw .badOption(method: name, option: part, usage: entry.usage)
            }
            numbers.append(number)
        }
        return try entry.make(
            PolicyOptions(numbers: numbers, named: named, modelWindow: window, layers: layers, method: name, usage: entry.usage))
    }
}
