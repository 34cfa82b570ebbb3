import ArgumentParser
import Generation

/// How long a reply may be, and what ends it.
struct ReplyArguments: ParsableArguments {
    static let defaultMaxTokens = 256

    @Option(
        name: [.customShort("n"), .long],
        help: ArgumentHelp("Generate at most this many tokens. (default: \(ReplyArguments.defaultMaxTokens))", valueName: "n"))
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
    func options(sources: Int = 0) -> GenerationOptions {
        GenerationOptions(
            sampling: sampling.options, maxTokens: maxTokens ?? ReplyArguments.defaultMaxTokens, stop: stop, sources: sources)
    }

    /// The names of all options of this group, and whether each was given.
    var given: [(name: String, isGiven: Bool)] {
        [("--max-tokens", maxTokens != nil), ("--stop", !stop.isEmpty)] + sampling.given
    }
}

/// How each token is chosen. Without any of these the most likely one always is.
struct SamplingArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "0 takes the most likely token; 1 draws as the model learned, more is wilder. (default: 0)", valueName: "t"))
    var temperature: Double?

    @Option(help: ArgumentHelp("Draw among this many of the most likely tokens.", valueName: "k"))
    var topK: Int?

    @Option(help: ArgumentHelp("Draw among the most likely tokens that hold this share of the probability.", valueName: "p"))
    var topP: Double?

    @Option(help: ArgumentHelp("Draw among tokens at least this share as likely as the most likely one.", valueName: "p"))
    var minP: Double?

    @Option(help: ArgumentHelp("Make tokens that came lately less likely; 1 changes nothing.", valueName: "r"))
    var repetitionPenalty: Double?

    @Option(help: ArgumentHelp("Draw the same tokens again for the same number.", valueName: "number"))
    var seed: UInt64?

    func validate() throws {
        do {
            try options.validate()
        } catch {
            throw ValidationError(error.description)
        }
        let idle = options.namesWithoutEffect.map { "--" + $0 }
        let reason = "at temperature 0 the most likely token is always taken; set --temperature"
        if let message = IdleOptions.message(idle, reason: reason) { throw ValidationError(message) }
    }

    /// The library's options: its defaults where nothing is given.
    var options: SamplingOptions {
        var options = SamplingOptions.greedy
        if let temperature { options.temperature = temperature }
        if let topP { options.topP = topP }
        if let minP { options.minP = minP }
        if let repetitionPenalty { options.repetitionPenalty = repetitionPenalty }
        options.topK = topK
        options.seed = seed
        return options
    }

    /// The names of all options of this group, and whether each was given.
    var given: [(name: String, isGiven: Bool)] {
        [
            ("--temperature", temperature != nil), ("--top-k", topK != nil), ("--top-p", topP != nil), ("--min-p", minP != nil),
            ("--repetition-penalty", repetitionPenalty != nil), ("--seed", seed != nil),
        ]
    }
}
