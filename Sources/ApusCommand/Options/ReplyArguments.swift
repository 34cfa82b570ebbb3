import ArgumentParser
import Generation

/// How long a reply may be, and what ends it.
struct ReplyArguments: ParsableArguments {
    static let defaultMaxTokens = 256

    @Option(
        name: [.customShort("n"), .long],
        help: ArgumentHelp(
            "Generate at most this many tokens. (default: \(ReplyArguments.defaultMaxTokens), in short windows an eighth)", valueName: "n"))
    var maxTokens: Int?

    @Option(help: ArgumentHelp("End before this text; may be given several times.", valueName: "text"))
    var stop: [String] = []

    @OptionGroup(title: "How each token is chosen")
    var sampling: SamplingArguments

    func validate() throws {
        if let maxTokens, maxTokens < 1 {
            throw ValidationError("--max-tokens must be at least 1, not \(maxTokens).")
        }
        if stop.contains("") {
            throw ValidationError("--stop needs a text that is not empty; an empty one would end every reply at once.")
        }
    }

    /// The library's options.
    /// - Parameter window: of the model; without a length being asked for, a reply takes no more than an eighth of it.
    func options(sources: Int = 0, window: Int = .max) -> GenerationOptions {
        let usual = min(ReplyArguments.defaultMaxTokens, max(window / 8, 1))
        return GenerationOptions(sampling: sampling.options, maxTokens: maxTokens ?? usual, stop: stop, sources: sources)
    }

    /// The names of all options of this group, and whether each was given.
    var given: [(name: String, isGiven: Bool)] {
        [("--max-tokens", maxTokens != nil), ("--stop", !stop.isEmpty)] + sampling.given
    }
}
