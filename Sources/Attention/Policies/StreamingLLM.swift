import KeyValues

/// The first tokens stay visible as attention sinks beside a sliding window, so that a model goes on fluently without end.
///
/// Positions are counted inside the cache: once a sink has left the window, it appears at the distance it would have if the cache
/// held nothing but sinks and window. While it is in the window it is seen there and only there. What lies between is forgotten:
/// this makes no use of the middle of a text. (Xiao et al., Efficient Streaming Language Models with Attention Sinks, 2023.)
package struct StreamingLLM: AttentionPolicy {
    package let sinks: Int
    /// Keys that a query sees besides the sinks, its own included.
    package let window: Int

    package var name: String { "streaming:\(sinks):\(window)" }

    package static let defaultSinks = 4

    package init(sinks: Int, window: Int) {
        precondition(sinks > 0 && window > 0, "\(sinks) sinks and a window of \(window) tokens")
        self.sinks = sinks
        self.window = window
    }

    package func reach(of position: Int, layer: Int) -> PolicyReach {
        let oldest = max(0, position - window + 1)
        return PolicyReach(own: oldest..<position + 1, placed: [0..<min(sinks, oldest)], farthestPlaced: min(position, sinks + window - 1))
    }

    package func plan(_ block: QueryBlock, cache: KeyValueCache) -> AttentionPlan {
        let oldest = max(0, block.positions.lowerBound - window + 1)
        let shifts = block.positions.map { max(0, $0 - (sinks + window - 1)) }
        return AttentionPlan([
            KeySpan(0..<min(sinks, block.positions.upperBound), band: .beyond(window), placement: .shiftedPerQuery(by: shifts)),
            KeySpan(oldest..<block.positions.upperBound, band: .window(window)),
        ])
    }

    package func retain(in cache: KeyValueCache, layer: Int) {
        cache.dropOutsideWindow(window, keeping: sinks, layer: layer)
    }
}

extension StreamingLLM {
    static let entry = PolicyEntry(
        name: "streaming", usage: "streaming:SINKS:WINDOW", largestOptionCount: 2
    ) { options throws(AttentionError) in
        let sinks = options[0] ?? defaultSinks
        return StreamingLLM(sinks: sinks, window: try options.window(at: 1, less: sinks))
    }
}
