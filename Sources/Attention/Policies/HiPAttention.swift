import KeyValues
import Tensors

/// Each block of 64 queries sees the keys that a search from coarse to fine finds, besides the first tokens and a window.
/// (Lee et al., A Training-Free Sub-quadratic Cost Transformer Model Serving Framework with Hierarchically Pruned Attention, 2024.)
///
/// Nothing is dropped and positions stay true: it makes reading and writing cheaper inside the window of the model and does not lengthen
/// it. The query heads that share a key/value head share what is found for the best of them. A run of a single query counts as generation.
package struct HiPAttention: AttentionPolicy {
    package let name: String
    package let options: Options

    package struct Options: Hashable, Sendable {
        /// Keys that a search keeps.
        package var keys = 512
        /// Keys of a block, which are kept or not together; a power of two up to a page.
        package var blockLength = 16
        /// The newest tokens, which are always seen; the window begins with a page.
        package var window = 256
        /// The first tokens, which are always seen; whole blocks.
        package var sinks = 64
        /// Layers from the first on that see everything.
        package var denseLayers = 3
        /// How many generated tokens share a search; a divisor of the page.
        package var refresh = 8
        /// Every so-manieth query of a run searches.
        package var queryStride = 2
        /// Whether the whole page is seen of which a block is kept (ours: attention loads it anyway).
        package var showsPages = false

        package init() {}
    }

    package init(_ options: Options, name: String) {
        precondition(
            CacheSpec.pageTokens.isMultiple(of: options.blockLength) && CacheSpec.pageTokens.isMultiple(of: options.refresh), "\(options)")
        precondition(
            options.keys >= options.blockLength && options.window > 0 && options.sinks >= 0 && options.queryStride > 0, "\(options)")
        self.options = options
        self.name = name
    }

    package var needs: PolicyNeeds { PolicyNeeds(frame: .origin, queriesPerPlan: CacheSpec.pageTokens, ranksKeys: true) }

    package func queriesPerPlan(layer: Int) -> Int? { layer < options.denseLayers ? nil : needs.queriesPerPlan }

    package func reach(of position: Int, layer: Int) -> PolicyReach { PolicyReach(own: 0..<position + 1) }

    package func budget(tokens: Int, layer: Int, phase: BudgetPhase) -> TokenBudget {
        guard layer >= options.denseLayers else { return .all(of: tokens) }
        let searched = searched(by: max(0, tokens - 1)..<tokens).map { HierarchicalSearch(blocks: $0, kept: keptBlocks).mostScored } ?? 0
        let searching = phase == .writing ? 1 / Double(options.refresh) : 1 / Double(options.queryStride)
        return .all(
            of: tokens, showing: sinkBlocks * options.blockLength + options.keys + options.window,
            comparing: Double(searched * options.blockLength) * searching)
    }

    // MARK: Choosing

    package func prepare(_ queries: LayerQueries, cache: KeyValueCache) {
        guard queries.layer >= options.denseLayers, !queries.looksBackByItself, let searched = searched(by: queries.positions) else {
            return
        }
        let kernels = PanelKernelTable(for: queries.compute.kernels).functions
        cache.withMemory(KeptBlocks(method: name, for: cache)) { memory in
            // Most generated tokens go by an earlier search.
            guard memory.heads[queries.layer].contains(where: { searchesAnew(queries.positions, last: $0) }) else { return }
            queries.compute.pool.change(&memory.heads[queries.layer]) { head, kept in
                guard searchesAnew(queries.positions, last: kept) else { return }
                let turned = queries.turned(head: head, in: cache, stride: options.queryStride)
                let scores = BlockScores(
                    queries: turned, blockLength: options.blockLength, layer: queries.layer, head: head, cache: cache, kernels: kernels)
                let rows = turned.count / cache.layout(layer: queries.layer).paddedKeyDim
                var scored = 0
                let blocks = HierarchicalSearch(blocks: searched, kept: keptBlocks).run { blocks in
                    scored += blocks.count
                    return scores(blocks)
                }
                kept = KeptBlocks.Head(
                    positions: served(by: queries.positions), windowStart: searched.upperBound * options.blockLength, blocks: blocks,
                    compared: scored * options.blockLength * rows)
            }
            for head in memory.heads[queries.layer].indices {
                cache.count(AttentionCount(compared: memory.heads[queries.layer][head].compared))
                memory.heads[queries.layer][head].compared = 0
            }
        }
    }

    private var keptBlocks: Int { options.keys / options.blockLength }
    private var sinkBlocks: Int { (options.sinks + options.blockLength - 1) / options.blockLength }

    private func searchesAnew(_ positions: Range<Int>, last: KeptBlocks.Head) -> Bool {
        positions.count > 1 || !last.positions.contains(positions.lowerBound)
    }

    /// The blocks between sinks and window; nil if all of them can be kept.
    private func searched(by positions: Range<Int>) -> Range<Int>? {
        let windowPage = max(0, positions.lowerBound - options.window + 1) / CacheSpec.pageTokens
        let end = windowPage * CacheSpec.pageTokens / options.blockLength
        return end - sinkBlocks > keptBlocks ? sinkBlocks..<end : nil
    }

    /// The positions that a search is good for.
    private func served(by positions: Range<Int>) -> Range<Int> {
        guard positions.count == 1 else { return positions }
        return positions.lowerBound..<(positions.lowerBound / options.refresh + 1) * options.refresh
    }

    package func plan(_ block: QueryBlock, cache: KeyValueCache) -> AttentionPlan {
        guard block.layer >= options.denseLayers, let memory = cache.memory as? KeptBlocks,
            case let kept = memory.heads[block.layer][block.head], kept.positions.clamped(to: block.positions) == block.positions
        else { return AttentionPlan([KeySpan(0..<block.positions.upperBound)]) }
        let length = options.blockLength
        let blocks = [0..<sinkBlocks * length] + kept.blocks.map { $0 * length..<($0 + 1) * length }
        let choice = KeyChoice(runs: blocks.filter { !$0.isEmpty })
        let shown =
            options.showsPages ? KeyChoice(choice.pages.filter { $0.index * 64 < kept.windowStart }.map { .init($0.index) }) : choice
        return AttentionPlan([KeySpan(shown), KeySpan(kept.windowStart..<block.positions.upperBound)])
    }

    /// Nothing: any query may choose any key.
    package func retain(in cache: KeyValueCache, layer: Int) {}

    package func memory(_ record: MemoryRecord, for cache: KeyValueCache) -> (any SequenceMemory)? {
        guard record.method == name, let kept = KeptBlocks(record, for: cache) else { return nil }
        let fits = kept.heads.joined().allSatisfy { head in
            head.blocks.allSatisfy { (sinkBlocks..<head.windowStart / options.blockLength).contains($0) }
        }
        return fits ? kept : nil
    }
}

extension HiPAttention {
    static let entry = PolicyEntry(
        name: "hip", usage: usage, largestOptionCount: 1, namedOptions: optionNames
    ) { options throws(AttentionError) in try HiPAttention(options) }
}
