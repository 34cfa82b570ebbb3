import KeyValues

/// What a method keeps of a text and shows of it to a query, in tokens: the mean over the heads of a layer, as far as the method's options
/// say it. A method that chooses by scores never shows more; some keep a page more or less at the ends.
package struct TokenBudget: Hashable, Sendable {
    /// Tokens whose keys and values are there for later queries, in whole pages.
    package var kept: Double
    /// Keys that the next query sees.
    package var shown: Double
    /// Keys, or vectors that stand for several, that a query is compared with before any are chosen: the mean of all queries.
    package var compared: Double

    package init(kept: Double, shown: Double, compared: Double = 0) {
        self.kept = kept
        self.shown = shown
        self.compared = compared
    }

    /// Everything, of which a query sees at most some.
    package static func all(of tokens: Int, showing shown: Int = .max, comparing compared: Double = 0) -> TokenBudget {
        TokenBudget(kept: Double(tokens), shown: Double(min(tokens, shown)), compared: compared)
    }

    /// The first tokens and the last ones.
    package static func ends(of tokens: Int, sinks: Int, window: Int) -> TokenBudget {
        let page = CacheSpec.pageTokens, oldest = max(0, tokens - window)
        let sinkPages = (min(sinks, oldest) + page - 1) / page * page
        return TokenBudget(
            kept: Double(min(tokens, min(sinkPages, oldest / page * page) + tokens - oldest / page * page)),
            shown: Double(min(tokens, sinks + window)))
    }

    /// The mean of two, of which the first counts as much as `share` says.
    package static func mixed(_ first: TokenBudget, _ share: Double, _ second: TokenBudget) -> TokenBudget {
        TokenBudget(
            kept: share * first.kept + (1 - share) * second.kept, shown: share * first.shown + (1 - share) * second.shown,
            compared: share * first.compared + (1 - share) * second.compared)
    }
}

/// What is being done when a budget is asked for: some methods read densely and choose only once they write.
package enum BudgetPhase: Sendable {
    case reading, writing
}

extension AttentionPolicy {
    /// Of what a method may show, it keeps the pages and shows all: so it is with those that do not choose.
    package func budget(tokens: Int, layer: Int, phase: BudgetPhase) -> TokenBudget {
        guard tokens > 0 else { return TokenBudget(kept: 0, shown: 0) }
        let page = CacheSpec.pageTokens, slots = reach(of: tokens - 1, layer: layer).slots
        var pages = 0, end = 0
        for run in slots.sorted(by: { $0.lowerBound < $1.lowerBound }) where !run.isEmpty {
            let first = max(end, run.lowerBound / page)
            end = max(end, (run.upperBound + page - 1) / page)
            pages += max(0, end - first)
        }
        return TokenBudget(
            kept: Double(min(tokens, pages * page)), shown: Double(min(tokens, slots.reduce(0) { $0 + $1.count })))
    }
}
