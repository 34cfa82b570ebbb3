import Attention
import KeyValues
import Models

/// What a method shows to one query: how many keys, and how far away.
struct PlanReach {
    /// Keys that the query sees: the most over all layers and heads.
    let visited: Int
    /// The largest distance at which a key is shown to it; what counts against the model's window.
    let farthest: Int

    /// For the query at `position`.
    init(_ policy: any AttentionPolicy, of decoder: Models.Decoder, position: Int, cache: KeyValueCache) {
        var visited = 0, farthest = 0
        for head in decoder.heads(seenBy: policy, position: position, cache: cache) {
            visited = max(visited, head.seen.reduce(0) { $0 + $1.slots.count })
            farthest = max(farthest, head.seen.map { $0.distance(from: position, to: $0.slots.lowerBound) }.max() ?? 0)
        }
        self.visited = visited
        self.farthest = farthest
    }

    /// From the first to the last position that the query at `position` should see through some head but whose page was dropped; nil
    /// if all are there.
    static func missing(
        _ policy: any AttentionPolicy, of decoder: Models.Decoder, position: Int, cache: KeyValueCache
    ) -> Range<Int>? {
        decoder.heads(seenBy: policy, position: position, cache: cache).lazy
            .flatMap { head in head.seen.compactMap { cache.pages(layer: head.layer, head: head.head).droppedSlots(in: $0.slots) } }
            .reduce(nil) { hull, gap in
                min(hull?.lowerBound ?? gap.lowerBound, gap.lowerBound)..<max(hull?.upperBound ?? gap.upperBound, gap.upperBound)
            }
    }
}

/// The spans that a query sees through one key/value head of one layer, cut to what their bands show.
private struct SeenSpans {
    let layer: Int
    let head: Int
    let seen: [KeySpan]
}

extension Models.Decoder {
    /// What the query at `position` sees through every key/value head.
    fileprivate func heads(seenBy policy: any AttentionPolicy, position: Int, cache: KeyValueCache) -> [SeenSpans] {
        let policy = limited(policy)
        return cache.specs.indices.flatMap { layer in
            (0..<cache.specs[layer].heads).map { head in
                let block = QueryBlock(layer: layer, head: head, group: configuration.group, positions: position..<position + 1)
                let spans = policy.plan(block, cache: cache).spans.map { $0.clamped(to: $0.slots(seenFrom: position)) }
                return SeenSpans(layer: layer, head: head, seen: spans.filter { !$0.slots.isEmpty })
            }
        }
    }
}

extension KeySpan {
    /// The slots whose distance from `position` lies in the band; a slot's number is its position.
    fileprivate func slots(seenFrom position: Int) -> Range<Int> {
        let first = max(slots.lowerBound, band.highest.map { position - $0 } ?? .min)
        let last = min(slots.upperBound, band.lowest.map { position - $0 + 1 } ?? .max)
        return first < last ? first..<last : 0..<0
    }

    /// The distance at which the key in `slot` appears to the query at `position`.
    fileprivate func distance(from position: Int, to slot: Int) -> Int {
        switch placement {
        case .own: position - slot
        case .shifted(let by): position - slot - by
        case .shiftedPerQuery(let by): position - slot - (by.last ?? 0)
        case .placed(let at): position - at - (slot - slots.lowerBound)
        case .behind(let distance), .constant(let distance): distance
        case .mapped(let query, let key): Int((query(position) - key(slot)).rounded(.up))
        }
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
