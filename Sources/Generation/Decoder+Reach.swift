import Attention
import KeyValues
import Models

extension Models.Decoder {
    /// The largest distance at which a method shows a key to the query at a position; what counts against the model's window.
    func farthest(seenBy policy: any AttentionPolicy, position: Int) -> Int {
        let policy = limited(policy)
        return (0..<configuration.layers).map { policy.reach(of: position, layer: $0).farthest }.max() ?? 0
    }

    /// From the first to the last position that the query at `position` might want to see but whose page was dropped; nil if all are there.
    func missing(_ policy: any AttentionPolicy, position: Int, cache: KeyValueCache) -> Range<Int>? {
        let policy = limited(policy)
        return cache.specs.indices.lazy.flatMap { layer in
            (0..<cache.specs[layer].heads).flatMap { head in
                policy.slots(neededAt: position, layer: layer, head: head, cache: cache).compactMap {
                    cache.pages(layer: layer, head: head).droppedSlots(in: $0)
                }
            }
        }
        .reduce(nil) { hull, gap in
            min(hull?.lowerBound ?? gap.lowerBound, gap.lowerBound)..<max(hull?.upperBound ?? gap.upperBound, gap.upperBound)
        }
    }

    /// Keys that a query of the last run of tokens saw: the mean over its queries, all layers and heads.
    func visitedKeys(in cache: KeyValueCache) -> Int {
        let queries = cache.lastRun.tokens * configuration.layers * configuration.heads
        return queries == 0 ? 0 : (cache.lastRun.work.keys + queries - 1) / queries
    }
}

extension PageTable {
    /// From the first to the last of these slots whose pages are gone.
    fileprivate func droppedSlots(in slots: Range<Int>) -> Range<Int>? {
        let length = CacheSpec.pageTokens
        let used = (slots.lowerBound / length..<(slots.upperBound + length - 1) / length).clamped(to: 0..<count)
        guard let first = used.first(where: { self[$0].page == nil }), let last = used.last(where: { self[$0].page == nil }) else {
            return nil
        }
        return slots.clamped(to: first * length..<(last + 1) * length)
    }
}

extension KeyValueCache {
    /// Tokens whose pages are gone from all layers and heads, so that no query can reach them.
    var droppedTokens: Int {
        let tables = specs.indices.flatMap { layer in (0..<specs[layer].heads).map { pages(layer: layer, head: $0) } }
        guard let first = tables.first else { return 0 }
        return first.indices.count { index in tables.allSatisfy { $0[index].page == nil } } * CacheSpec.pageTokens
    }
}
