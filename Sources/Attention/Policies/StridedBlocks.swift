import KeyValues

/// Blocks near the query, and of those farther away one in every `stride`.
///
/// Which ones is decided by a block's own number and the head, not by its distance from the query: a block is kept forever or given back
/// for good when it leaves the neighbourhood, so that the cache shrinks with the work. Each key/value head keeps other blocks, and where
/// there are `stride` heads, together they keep all. (LongGen: Ge et al., A Little Goes a Long Way, 2024.)
package struct StridedBlocks: AttentionPolicy {
    /// Blocks that are seen whole, the query's own included.
    package let local: Int
    /// Of this many blocks farther away one is seen.
    package let stride: Int
    /// Tokens in a block.
    package let block: Int

    package var name: String { "strided:\(local):\(stride):\(block)" }
    package var needs: PolicyNeeds { PolicyNeeds(queriesPerPlan: block) }

    package static let defaultLocal = 16
    package static let defaultStride = 16
    package static let defaultBlock = CacheSpec.pageTokens

    package init(local: Int, stride: Int, block: Int = defaultBlock) {
        precondition(local > 0 && stride > 0 && block > 0, "\(local) blocks of \(block) tokens and one in \(stride)")
        self.local = local
        self.stride = stride
        self.block = block
    }

    /// The first block of the neighbourhood of the query at a position.
    private func firstLocal(at position: Int) -> Int { max(0, position / block - local + 1) }

    /// The first block that a head keeps: it and every `stride`th after it.
    private func firstKept(head: Int, heads: Int) -> Int {
        let shift = head * max(1, stride / heads) % stride
        return (stride - shift) % stride
    }

    /// The blocks before `end` that a head keeps, as runs of slots.
    private func kept(before end: Int, head: Int, cache: KeyValueCache, layer: Int) -> [Range<Int>] {
        Swift.stride(from: firstKept(head: head, heads: cache.specs[layer].heads), to: end, by: stride).map {
            $0 * block..<($0 + 1) * block
        }
    }

    package func reach(of position: Int, layer: Int) -> PolicyReach { PolicyReach(own: 0..<position + 1) }

    package func budget(tokens: Int, layer: Int, phase: BudgetPhase) -> TokenBudget {
        let far = firstLocal(at: max(0, tokens - 1)) * block
        let seen = Double(far) / Double(stride) + Double(tokens - far)
        return TokenBudget(kept: seen, shown: seen)
    }

    package func slots(neededAt position: Int, layer: Int, head: Int, cache: KeyValueCache) -> [Range<Int>] {
        let first = firstLocal(at: position)
        return kept(before: first, head: head, cache: cache, layer: layer) + [first * block..<position + 1]
    }

    package func plan(_ block: QueryBlock, cache: KeyValueCache) -> AttentionPlan {
        let first = firstLocal(at: block.positions.lowerBound)
        let far = KeyChoice(runs: kept(before: first, head: block.head, cache: cache, layer: block.layer))
        let near = KeySpan(first * self.block..<block.positions.upperBound)
        return AttentionPlan(far.pages.isEmpty ? [near] : [KeySpan(far), near])
    }

    /// Gives back, head by head, the pages that left the neighbourhood with the last tokens and hold nothing of a block that is kept.
    package func retain(in cache: KeyValueCache, layer: Int) {
        func firstNear(_ tokens: Int) -> Int { firstLocal(at: tokens) * block / CacheSpec.pageTokens }
        let left = firstNear(cache.tokenCount - cache.lastRun.tokens)..<firstNear(cache.tokenCount)
        let heads = cache.specs[layer].heads
        for head in 0..<heads {
            let first = firstKept(head: head, heads: heads)
            for page in left where !holdsKept(page, first: first) {
                cache.drop(pages: page..<page + 1, layer: layer, head: head)
            }
        }
    }

    /// Whether any block of a page is one that is kept: the first that ends after the page begins, or a later one.
    private func holdsKept(_ page: Int, first: Int) -> Bool {
        let slots = page * CacheSpec.pageTokens..<(page + 1) * CacheSpec.pageTokens
        let begins = slots.lowerBound / block, next = first + max(0, begins - first + stride - 1) / stride * stride
        return next * block < slots.upperBound
    }
}

extension StridedBlocks {
    static let entry = PolicyEntry(name: "strided", usage: "strided:LOCAL:STRIDE:BLOCK", largestOptionCount: 3) { options in
        StridedBlocks(local: options[0] ?? defaultLocal, stride: options[1] ?? defaultStride, block: options[2] ?? defaultBlock)
    }
}
