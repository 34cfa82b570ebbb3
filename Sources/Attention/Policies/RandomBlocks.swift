import Diagnostics
import KeyValues

/// Blocks of 64 tokens: the last ones, the first ones, and for each block of queries some drawn at random from those between.
///
/// The draw depends on seed, layer, head and block alone, so that a text may be read in any chunks and again. It saves work and no
/// memory: any block may be drawn by a later one. (BigBird: Zaheer et al., 2020, as far as a decoder may have it: causal, and each block
/// counts once.)
package struct RandomBlocks: AttentionPolicy {
    /// Blocks that are seen up to the query, its own included.
    package let window: Int
    /// Blocks at the beginning of the text that all see.
    package let first: Int
    /// Blocks drawn for each block of queries.
    package let random: Int
    package let seed: Int

    package var name: String { "random-blocks:\(window):\(first):\(random):\(seed)" }
    package var needs: PolicyNeeds { PolicyNeeds(queriesPerPlan: CacheSpec.pageTokens) }

    package init(window: Int, first: Int, random: Int, seed: Int) {
        precondition(window > 0 && first > 0 && random > 0, "\(window) near, \(first) first and \(random) random blocks")
        self.window = window
        self.first = first
        self.random = random
        self.seed = seed
    }

    package func reach(of position: Int, layer: Int) -> PolicyReach { PolicyReach(own: 0..<position + 1) }

    package func budget(tokens: Int, layer: Int, phase: BudgetPhase) -> TokenBudget {
        .all(of: tokens, showing: (window + first + random) * CacheSpec.pageTokens)
    }

    package func plan(_ block: QueryBlock, cache: KeyValueCache) -> AttentionPlan {
        let own = block.positions.lowerBound / CacheSpec.pageTokens, near = max(0, own - window + 1)
        let between = min(first, near)..<near
        let drawn = draw(from: between, layer: block.layer, head: block.head, block: own)
        let pages = Array(0..<between.lowerBound) + drawn + Array(near...own)
        return AttentionPlan([KeySpan(KeyChoice(pages.map { KeyChoice.Page($0) }))])
    }

    /// Blocks without repetition, in ascending order: all of them where there are no more than are wanted.
    private func draw(from blocks: Range<Int>, layer: Int, head: Int, block: Int) -> [Int] {
        guard blocks.count > random else { return Array(blocks) }
        var generator = SplitMix64(seed: UInt64(seed))
        for part in [layer, head, block] { generator = SplitMix64(seed: generator.next() ^ UInt64(part)) }
        var drawn: Set<Int> = []
        while drawn.count < random { drawn.insert(blocks.lowerBound + Int(generator.next() % UInt64(blocks.count))) }
        return drawn.sorted()
    }

    package func retain(in cache: KeyValueCache, layer: Int) {}
}

extension RandomBlocks {
    static let entry = PolicyEntry(name: "random-blocks", usage: "random-blocks:WINDOW:FIRST:RANDOM:SEED", largestOptionCount: 4) {
        options in
        RandomBlocks(window: options[0] ?? 3, first: options[1] ?? 1, random: options[2] ?? 3, seed: options[3] ?? 1)
    }
}
