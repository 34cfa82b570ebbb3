import ArgumentParser
import Retrieval

/// How a model ranks passages.
struct RankerArguments: ParsableArguments {
    @Option(help: ArgumentHelp("sliding: passages that are ordered at a time. (default: \(ListwiseRanking.usualWindow))", valueName: "n"))
    var window: Int?

    @Option(help: ArgumentHelp("sliding: how far the window moves. (default: \(ListwiseRanking.usualStep))", valueName: "n"))
    var step: Int?

    @Option(
        help: ArgumentHelp(
            "sliding: how often the window goes over the list; each time settles as many ranks more as it moves. (default: 1)",
            valueName: "n"))
    var passes: Int?

    @Option(
        help: ArgumentHelp(
            "full and sliding: the words of each passage that the model sees; fewer where its window has no room. "
                + "(default: \(DecoderRanker.usualWords))",
            valueName: "n"))
    var words: Int?

    @Option(help: "embedding: how states become one vector. (default: as the model says)")
    var pooling: Pooling?

    @Option(
        help: ArgumentHelp("embedding: what stands before a query, such as \"query: \". (default: as the model says)", valueName: "text"))
    var queryPrefix: String?

    @Option(help: ArgumentHelp("embedding: what stands before a passage. (default: as the model says)", valueName: "text"))
    var passagePrefix: String?

    @Flag(help: "embedding and cross-encoder: cut passages that are longer than the model reads; they are refused otherwise.")
    var truncate = false

    /// Refuses what has no effect with a way to rank.
    func check(_ way: RankPassages.Way) throws {
        for (name, value) in [("--window", window), ("--step", step), ("--passes", passes), ("--words", words)] {
            if let value, value < 1 { throw ValidationError("\(name) must be at least 1, not \(value).") }
        }
        let sliding = [("--window", window != nil), ("--step", step != nil), ("--passes", passes != nil)]
        let embedding = [
            ("--pooling", pooling != nil), ("--query-prefix", queryPrefix != nil), ("--passage-prefix", passagePrefix != nil),
        ]
        let idle =
            (way == .sliding ? [] : sliding) + (way.isListwise ? [] : [("--words", words != nil)])
            + (way == .embedding ? [] : embedding) + (way == .embedding || way == .crossEncoder ? [] : [("--truncate", truncate)])
        if let message = IdleOptions.message(idle.filter(\.1).map(\.0), reason: "the way to rank is --by \(way.rawValue)") {
            throw ValidationError(message)
        }
        guard (step ?? ListwiseRanking.usualStep) <= (window ?? ListwiseRanking.usualWindow) else {
            throw ValidationError("--step must not be greater than --window, or passages would be passed over.")
        }
    }

    func listwise(_ way: RankPassages.Way) -> ListwiseRanking {
        guard way == .sliding else { return .full }
        return .sliding(
            window: window ?? ListwiseRanking.usualWindow, step: step ?? ListwiseRanking.usualStep, passes: passes ?? 1)
    }
}
