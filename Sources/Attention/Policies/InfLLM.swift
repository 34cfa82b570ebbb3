import KeyValues
import Tensors

/// Streams a text of any length through a model of a short window and brings back what matters of the rest.
///
/// A query sees the `window` keys up to its own at their true distances. What has left the window shows up at one and the same
/// distance from every query: the first tokens, the tokens that are not yet part of a block, and those `topBlocks` blocks whose
/// representatives fit the queries best. The choice is one per layer, shared by all heads and by up to 512 queries. Nothing is ever
/// dropped. (Xiao et al., InfLLM: Training-Free Long-Context Extrapolation for LLMs with an Efficient Context Memory, 2024.)
///
/// Deviations: every key takes part at most once; the distance is a setting. Blocks whose attention was not watched, because
/// another method read them, are represented by the mean of all of their keys.
package struct InfLLM: AttentionPolicy {
    /// What a person can set, all in tokens but for the counts.
    package struct Options: Hashable, Sendable {
        /// Tokens of a block.
        package var block: Int
        /// Blocks that queries see.
        package var topBlocks: Int
        /// Keys at true distances, the query's own included.
        package var window: Int
        /// First tokens that are always seen.
        package var sinks: Int
        /// At which all that has left the window is shown.
        package var distance: Int
        /// Keys of a block that stand for it.
        package var representatives: Int

        package init(
            block: Int, topBlocks: Int, window: Int, sinks: Int, distance: Int? = nil, representatives: Int = defaultRepresentatives
        ) {
            precondition(block > 0 && topBlocks >= 0 && window > 0 && sinks >= 0 && representatives > 0, "options of InfLLM")
            self.block = block
            self.topBlocks = topBlocks
            self.window = window
            self.sinks = sinks
            self.distance = distance ?? window - 1
            self.representatives = representatives
        }

        package static let defaultRepresentatives = 4
    }

    package let options: Options

    package init(_ options: Options) { self.options = options }

    package var name: String {
        var name = "infllm:\(options.block):\(options.topBlocks):\(options.window):\(options.sinks)"
        let usesDefault = options.representatives == Options.defaultRepresentatives
        if options.distance != options.window - 1 || !usesDefault { name += ":\(options.distance)" }
        if !usesDefault { name += ":\(options.representatives)" }
        return name
    }

    package var needs: PolicyNeeds { PolicyNeeds(frame: .raw, queriesPerPlan: min(Self.mostQueries, options.window)) }

    /// Queries that share a choice of blocks.
    private static let mostQueries = 512

    package func reach(of position: Int, layer: Int) -> PolicyReach {
        let oldest = max(0, position - options.window + 1)
        return PolicyReach(own: oldest..<position + 1, placed: [0..<oldest], farthestPlaced: options.distance)
    }

    package func budget(tokens: Int, layer: Int, phase: BudgetPhase) -> TokenBudget {
        // Half a block, in the mean, is not cut yet.
        .all(of: tokens, showing: options.sinks + options.topBlocks * options.block + options.block / 2 + options.window)
    }

    // MARK: Blocks

    /// Blocks that are cut once so many tokens have been read: a token belongs to one when it and all of its block have left the window.
    func blockCount(tokens: Int) -> Int { max(0, tokens - options.window - options.sinks) / options.block }

    func slots(ofBlock block: Int) -> Range<Int> {
        let first = options.sinks + block * options.block
        return first..<first + options.block
    }

    // MARK: Choosing

    package func prepare(_ queries: LayerQueries, cache: KeyValueCache) {
        let count = blockCount(tokens: queries.firstPosition)
        cache.withMemory(InfLLMMemory(method: name, layers: cache.specs.count)) { memory in
            memory.layers[queries.layer].cutBlocks(to: count, of: self, queries: queries, cache: cache)
            let chosen: [Int]
            if count <= options.topBlocks {
                chosen = Array(0..<count)
            } else {
                let probe = queries.meanQuery(at: options.distance, cache: cache)
                let scores = Tensor(rows: 1, columns: count)
                queries.compute.multiply(probe, memory.layers[queries.layer].representatives.matrix(rows: count), into: scores)
                chosen = scores.withRow(0) { $0.placesOfHighest(options.topBlocks) }
            }
            memory.layers[queries.layer].choice = InfLLMMemory.Choice(positions: queries.positions, blocks: chosen, blockCount: count)
        }
    }

    package func plan(_ block: QueryBlock, cache: KeyValueCache) -> AttentionPlan {
        let first = block.positions.lowerBound, upper = block.positions.upperBound
        let known = (cache.memory as? InfLLMMemory)?.layers[block.layer].choice
        let choice =
            known.flatMap { $0.covers(block.positions) ? $0 : nil }
            ?? .init(positions: block.positions, blockCount: blockCount(tokens: first))
        let cut = slots(ofBlock: choice.blockCount).lowerBound, unblocked = cut..<max(cut, upper - options.window)
        var runs = [0..<min(options.sinks, upper)] + choice.blocks.map(slots(ofBlock:))
        if !unblocked.isEmpty { runs.append(unblocked) }
        return AttentionPlan([
            KeySpan(KeyChoice(runs: runs), band: .beyond(options.window), placement: .constant(distance: options.distance)),
            KeySpan(max(0, first - options.window + 1)..<upper, band: .window(options.window)),
        ])
    }

    // MARK: Remembering

    /// Adds up the attention that keys get in the window: those that get most will stand for their block.
    package func observe(_ queries: LayerQueries, result: AttentionResult, cache: KeyValueCache) throws(AttentionError) {
        guard var memory = cache.memory as? InfLLMMemory else { return }
        cache.memory = nil
        defer { cache.memory = memory }
        try memory.layers[queries.layer].observe(queries, by: self, result: result, cache: cache)
    }

    package func retain(in cache: KeyValueCache, layer: Int) {}

    package func memory(_ record: MemoryRecord, for cache: KeyValueCache) -> (any SequenceMemory)? {
        InfLLMMemory(record, of: self, for: cache)
    }
}

extension InfLLM.Options {
    /// Tokens of the blocks that a query sees, in the paper.
    private static let mostRecalledTokens = 2048

    /// What a person wrote, block first; the rest comes from the model's window: half of it are keys at true distances, and as many blocks
    /// as leave a query no more keys than the model was trained with. Sizes never pass those of the paper.
    init(_ numbers: [Int], modelWindow: Int?, orThrow unknown: AttentionError) throws(AttentionError) {
        func number(_ index: Int) -> Int? { index < numbers.count ? numbers[index] : nil }
        guard let window = number(2) ?? modelWindow.map({ min(4096, max(1, $0 / 2)) }) else { throw unknown }
        // Where a window is short, blocks must be short too: of long ones too few fit to have the right one among them.
        let isShort = window < 4096, block = number(0) ?? (isShort ? max(8, window / 64) : 128)
        let sinks = number(3) ?? (isShort ? min(64, window / 8) : block)
        let room = modelWindow.map { ($0 - window - sinks - block) / block } ?? .max
        self.init(
            block: block, topBlocks: number(1) ?? max(1, min(Self.mostRecalledTokens / block, room)), window: window, sinks: sinks,
            distance: number(4), representatives: number(5) ?? Self.defaultRepresentatives)
    }
}

extension LayerQueries {
    /// The mean of all queries at a position, head behind head in paired order: what a raw key meets at that distance.
    /// `[1, queryHeads · paddedKeyDim]`.
    fileprivate func meanQuery(at position: Int, cache: KeyValueCache) -> Tensor {
        let mean = Tensor(rows: 1, columns: values.columns), share = 1 / Float(values.rows)
        for row in 0..<values.rows { compute.add(row: row, of: values, times: share, toRow: 0, of: mean) }
        let one = LayerQueries(layer: layer, values: mean, firstPosition: firstPosition, rule: rule, compute: compute)
        let heads = values.columns / cache.specs[layer].keyDim
        let turned = (0..<heads).flatMap { cache.rotary[layer].turned(one.paired(queryHead: $0, in: cache), by: position) }
        return Tensor(rows: 1, columns: turned.count, turned)
    }
}

extension InfLLM {
    static let entry = PolicyEntry(
        name: "infllm", usage: "infllm:BLOCK:TOPK:WINDOW:INIT:DISTANCE:REPRESENTATIVES", largestOptionCount: 6
    ) { options throws(AttentionError) in
        InfLLM(try Options(options.numbers, modelWindow: options.modelWindow, orThrow: options.windowUnknown))
    }
}
