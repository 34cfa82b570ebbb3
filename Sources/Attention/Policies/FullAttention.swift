import KeyValues

/// Every query sees every key before it.
package struct FullAttention: AttentionPolicy {
    package let name = "full"

    package init() {}

    package func reach(of position: Int, layer: Int) -> PolicyReach { PolicyReach(own: 0..<position + 1) }

    package func plan(_ block: QueryBlock, cache: KeyValueCache) -> AttentionPlan {
        AttentionPlan([KeySpan(0..<block.positions.upperBound)])
    }

    package func retain(in cache: KeyValueCache, layer: Int) {}
}

extension FullAttention {
    static let entry = PolicyEntry(name: "full", usage: "full", largestOptionCount: 0) { _ in FullAttention() }
}
