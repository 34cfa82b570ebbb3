import Attention
import KeyValues
import Models

/// What a method shows to one query: how many keys, how far away, and whether they are still there.
struct PlanReach {
    /// Keys that the query sees.
    let visited: Int
    /// The largest distance at which a key is shown to it; what counts against the model's window.
    let farthest: Int
    /// Positions that the query should see but that were dropped.
    let missing: [Range<Int>]

    /// For the query at `position`, through the first key/value head of the first layer.
    init(_ policy: any AttentionPolicy, position: Int, cache: KeyValueCache, group: Int) {
        let plan = policy.plan(QueryBlock(layer: 0, head: 0, group: group, positions: position..<position + 1), cache: cache)
        let seen = plan.spans.map { (span: $0, slots: $0.slots(seenFrom: position)) }.filter { !$0.slots.isEmpty }
        visited = seen.reduce(0) { $0 + $1.slots.count }
        farthest = seen.map { $0.span.distance(from: position, to: $0.slots.lowerBound) }.max() ?? 0
        missing = seen.flatMap { cache.droppedSlots(in: $0.slots) }
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

extension KeyValueCache {
    /// The parts of a run of slots whose pages are gone.
    fileprivate func droppedSlots(in slots: Range<Int>) -> [Range<Int>] {
        let pages = pages(layer: 0, head: 0)
        let used = slots.lowerBound / CacheSpec.pageTokens..<(slots.upperBound + CacheSpec.pageTokens - 1) / CacheSpec.pageTokens
        return used.clamped(to: 0..<pages.count).filter { pages[$0].page == nil }.map {
            slots.clamped(to: $0 * CacheSpec.pageTokens..<($0 + 1) * CacheSpec.pageTokens)
        }
    }

    /// Tokens whose pages are gone, so that no query can reach them.
    var droppedTokens: Int {
        pages(layer: 0, head: 0).count { $0.page == nil } * CacheSpec.pageTokens
    }
}
