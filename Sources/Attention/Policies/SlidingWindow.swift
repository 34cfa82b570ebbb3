import KeyValues

/// A query sees its own key and the `window - 1` before it; older pages are given back.
/// (Beltagy et al., Longformer, 2020; Jiang et al., Mistral 7B, 2023.)
package struct SlidingWindow: AttentionPolicy {
    /// Keys that a query sees, its own included.
    package let window: Int

    package var name: String { "sliding:\(window)" }

    package init(window: Int) {
        precondition(window > 0, "a window of \(window) tokens")
        self.window = window
    }

    package func reach(of position: Int, layer: Int) -> PolicyReach {
        PolicyReach(own: max(0, position - window + 1)..<position + 1)
    }

    package func plan(_ block: QueryBlock, cache: KeyValueCache) -> AttentionPlan {
        let oldest = max(0, block.positions.lowerBound - window + 1)
        return AttentionPlan([KeySpan(oldest..<block.positions.upperBound, band: .window(window))])
    }

    package func retain(in cache: KeyValueCache, layer: Int) {
        cache.dropOutsideWindow(window, keeping: 0, layer: layer)
    }
}

extension KeyValueCache {
    /// Drops the pages of a layer that a window of so many tokens no longer shows to the next query, except those of the first tokens.
    /// - Parameter head: the key/value head, or nil for all.
    package func dropOutsideWindow(_ window: Int, keeping sinks: Int, layer: Int, head: Int? = nil) {
        let firstKept = max(0, tokenCount - window + 1) / CacheSpec.pageTokens
        let firstDropped = (sinks + CacheSpec.pageTokens - 1) / CacheSpec.pageTokens
        guard firstDropped < firstKept else { return }
        drop(pages: firstDropped..<firstKept, layer: layer, head: head)
    }
}

extension SlidingWindow {
    static let entry = PolicyEntry(name: "sliding", usage: "sliding:WINDOW", largestOptionCount: 1) { options throws(AttentionError) in
        SlidingWindow(window: try options.window(at: 0))
    }
}
