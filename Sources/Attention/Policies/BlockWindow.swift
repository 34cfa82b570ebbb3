import KeyValues

/// The text in blocks: a query sees its own block up to itself, and the whole of some blocks before it.
/// (MASFormer: Zhang et al., Efficient Long-Range Transformers: You Need to Attend More, but Not Necessarily at Every Layer, 2023.)
package struct BlockWindow: AttentionPolicy {
    /// Tokens in a block.
    package let block: Int
    /// Whole blocks that are seen besides the own one: 0 or 1.
    package let before: Int

    package var name: String { "block\(before):\(block)" }
    package var needs: PolicyNeeds { PolicyNeeds(queriesPerPlan: block) }

    package init(block: Int, before: Int) {
        precondition(block > 0 && (0...1).contains(before), "blocks of \(block) tokens, \(before) before the own one")
        self.block = block
        self.before = before
    }

    /// The first token that the query at a position sees.
    private func oldest(at position: Int) -> Int { max(0, position / block - before) * block }

    package func reach(of position: Int, layer: Int) -> PolicyReach { PolicyReach(own: oldest(at: position)..<position + 1) }

    package func plan(_ block: QueryBlock, cache: KeyValueCache) -> AttentionPlan {
        AttentionPlan([KeySpan(oldest(at: block.positions.lowerBound)..<block.positions.upperBound)])
    }

    package func retain(in cache: KeyValueCache, layer: Int) {
        cache.dropOutsideWindow(cache.tokenCount - oldest(at: cache.tokenCount) + 1, keeping: 0, layer: layer)
    }
}

extension BlockWindow {
    static let entry = PolicyEntry(name: "block0", usage: "block0:BLOCK", largestOptionCount: 1) { options throws(AttentionError) in
        BlockWindow(block: try options.window(at: 0), before: 0)
    }
    static let withBlockBeforeEntry = PolicyEntry(
        name: "block1", usage: "block1:BLOCK", largestOptionCount: 1
    ) { options throws(AttentionError) in
        BlockWindow(block: try options.window(at: 0, sharedBy: 2), before: 1)
    }
}
