import KeyValues

/// The first tokens beside a sliding window, all at their true distances, as models are trained with them: unlike StreamingLLM, which
/// moves the sinks to the window's edge. (LongGen: Ge et al., A Little Goes a Long Way, 2024; the first tokens are what Longformer calls
/// global, as far as a decoder may have it: later tokens see them, and they see nothing later.)
package struct SinkWindow: AttentionPolicy {
    package let sinks: Int
    /// Keys that a query sees besides the sinks, its own included.
    package let window: Int

    package var name: String { "sink-window:\(sinks):\(window)" }

    package static let defaultSinks = 64

    package init(sinks: Int, window: Int) {
        precondition(sinks > 0 && window > 0, "\(sinks) sinks and a window of \(window) tokens")
        self.sinks = sinks
        self.window = window
    }

    package func reach(of position: Int, layer: Int) -> PolicyReach { PolicyReach(own: 0..<position + 1) }

    package func budget(tokens: Int, layer: Int, phase: BudgetPhase) -> TokenBudget {
        .ends(of: tokens, sinks: sinks, window: window)
    }

    package func slots(neededAt position: Int, layer: Int, head: Int, cache: KeyValueCache) -> [Range<Int>] {
        Self.slots(neededAt: position, sinks: sinks, window: window)
    }

    package func plan(_ block: QueryBlock, cache: KeyValueCache) -> AttentionPlan {
        Self.plan(block.positions, sinks: sinks, window: window)
    }

    package func retain(in cache: KeyValueCache, layer: Int) {
        cache.dropOutsideWindow(window, keeping: sinks, layer: layer)
    }

    // MARK: For methods that have such heads beside others

    static func slots(neededAt position: Int, sinks: Int, window: Int) -> [Range<Int>] {
        let oldest = max(0, position - window + 1)
        return [0..<min(sinks, oldest), oldest..<position + 1].filter { !$0.isEmpty }
    }

    static func plan(_ positions: Range<Int>, sinks: Int, window: Int) -> AttentionPlan {
        let oldest = max(0, positions.lowerBound - window + 1)
        return AttentionPlan([
            KeySpan(0..<min(sinks, positions.upperBound), band: .beyond(window)),
            KeySpan(oldest..<positions.upperBound, band: .window(window)),
        ])
    }
}

extension SinkWindow {
    static let entry = PolicyEntry(
        name: "sink-window", usage: "sink-window:SINKS:WINDOW", largestOptionCount: 2
    ) { options throws(AttentionError) in
        let sinks = options[0] ?? defaultSinks
        return SinkWindow(sinks: sinks, window: try options.window(at: 1, less: sinks))
    }
}
