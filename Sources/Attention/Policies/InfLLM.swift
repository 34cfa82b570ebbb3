import KeyValues
import Tensors

/// Streams a text of any length through a model of a short window and brings back what matters of the rest.
///
/// A query sees the `window` keys up to its own at their true distances. What has left the window shows up at one and the same
/// distance from every query: the first tokens, the tokens that are not yet part of a block, and those `topBlocks` blocks whose
/// representatives fit the queries best. The choice is one per layer, shared by all heads and by up to 512 queries; what fits best is
/// for `Choice` to say. Nothing is ever dropped. (Xiao et al., InfLLM: Training-Free Long-Context Extrapolation for LLMs with an
/// Efficient Context Memory, 2024.)
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
        package var choice: Choice

        package init(
            block: Int, topBlocks: Int, window: Int, sinks: Int, distance: Int? = nil, representatives: Int = defaultRepresentatives,
            choice: Choice = .share
        ) {
            precondition(block > 0 && topBlocks >= 0 && window > 0 && sinks >= 0 && representatives > 0, "options of InfLLM")
            self.block = block
            self.topBlocks = topBlocks
            self.window = window
            self.sinks = sinks
            self.distance = distance ?? window - 1
            self.representatives = representatives
            self.choice = choice
        }

        package static let defaultRepresentatives = 4
    }

    /// By what blocks are chosen for all heads together.
    package enum Choice: String, CaseIterable, Sendable {
        /// The largest share that any head of any query gives a block of what it gives all blocks: one head that looks something up
        /// is not outvoted by those that do something else.
        case share
        /// The sum over heads of the scores of the mean query: the paper's own.
        case mean
    }

    package let options: Options

    package init(_ options: Options) { self.options = options }

    package var name: String {
        var name = "infllm:\(options.block):\(options.topBlocks):\(options.window):\(options.sinks)"
        let usesDefault = options.representatives == Options.defaultRepresentatives
        if options.distance != options.window - 1 || !usesDefault { name += ":\(options.distance)" }
        if !usesDefault { name += ":\(options.representatives)" }
        return options.choice == .share ? name : name + ":\(Self.choiceOption)=\(options.choice.rawValue)"
    }

    package var needs: PolicyNeeds { PolicyNeeds(frame: .raw, queriesPerPlan: min(Self.mostQueries, options.window)) }

    /// Queries that share a choice of blocks.
    private static let mostQueries = 512

    package func reach(of position: Int, layer: Int) -> PolicyReach {
        let oldest = max(0, position - options.window + 1)
        return PolicyReach(own: oldest..<position + 1, placed: [0..<oldest], farthestPlaced: options.distance)
    }

    package func budget(tokens: Int, layer: Int, phase: BudgetPhase) -> TokenBudget {
        let blocks = blockCount(tokens: tokens), sharing = phase == .reading ? min(Self.mostQueries, options.window) : 1
        let voters = Double(options.choice == .share ? min(sharing, BlockWorth.mostVoters) : 1) / Double(sharing)
        // Half a block, in the mean, is not cut yet.
        return .all(
            of: tokens, showing: options.sinks + options.topBlocks * options.block + options.block / 2 + options.window,
            comparing: blocks > options.topBlocks ? Double(blocks) * voters : 0)
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
                let worth = BlockWorth(queries: queries, distance: options.distance, cache: cache)
                chosen = worth.of(memory.layers[queries.layer].representatives, count: count, by: options.choice)
                    .placesOfHighest(options.topBlocks)
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
    fileprivate init(_ written: PolicyOptions) throws(AttentionError) {
        guard let window = written[2] ?? written.modelWindow.map({ min(4096, max(1, $0 / 2)) }) else { throw written.windowUnknown }
        let name = written.named[InfLLM.choiceOption] ?? InfLLM.Choice.share.rawValue
        guard let choice = InfLLM.Choice(rawValue: name) else {
            throw .badOption(method: written.method, option: "\(InfLLM.choiceOption)=\(name)", usage: written.usage)
        }
        // Where a window is short, blocks must be short too: of long ones too few fit to have the right one among them.
        let isShort = window < 4096, block = written[0] ?? (isShort ? max(8, window / 64) : 128)
        let sinks = written[3] ?? (isShort ? min(64, window / 8) : block)
        let room = written.modelWindow.map { ($0 - window - sinks - block) / block } ?? .max
        self.init(
            block: block, topBlocks: written[1] ?? max(1, min(Self.mostRecalledTokens / block, room)), window: window, sinks: sinks,
            distance: written[4], representatives: written[5] ?? Self.defaultRepresentatives, choice: choice)
    }
}

extension InfLLM {
    static let entry = PolicyEntry(
        name: "infllm", usage: "infllm:BLOCK:TOPK:WINDOW:INIT:DISTANCE:REPRESENTATIVES:by=share|mean", largestOptionCount: 6,
        namedOptions: [choiceOption]
    ) { options throws(AttentionError) in InfLLM(try Options(options)) }

    fileprivate static let choiceOption = "by"
}
