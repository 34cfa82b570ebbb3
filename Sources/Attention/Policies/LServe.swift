import KeyValues
import Tensors

/// Half of the heads see sinks and recent tokens only, and the others, while text is generated, a fixed number of pages that the query
/// chooses by bounds of their keys. (Yang et al., LServe, 2025; the two kinds of heads after Xiao et al., DuoAttention, 2024; the
/// bounds after Tang et al., Quest, 2024.)
///
/// Positions stay true: it makes reading and writing cheaper inside the window of the model and does not lengthen it. A run of a single
/// query counts as generation.
package struct LServe: AttentionPolicy {
    package let name: String
    package let options: Options
    /// Heads that see sinks and recent tokens only, `[layers][key/value heads]`; none before `divided(by:)` has been asked.
    package private(set) var streaming: [[Bool]] = []

    package struct Options: Hashable, Sendable {
        /// Keys that a choosing head sees of the text, whole pages.
        package var budget = 4096
        /// Streaming heads, in percent of all.
        package var streamingPercent = 50
        /// How many queries one after another share a choice; a divisor of the page.
        package var interval = 4
        /// The first tokens, which streaming heads see.
        package var sinks = 128
        /// The newest tokens that they see, the own one included.
        package var local = 256
        /// Layers from the first on in which all heads see everything.
        package var denseLayers = 0
        /// Whether runs of many queries choose pages too (ours: the paper reads densely).
        package var choosesWhileReading = false
        /// What divides the heads.
        package var scores = HeadScores.Source.copying

        package init() {}
    }

    /// The page that is written to, the one before it and one more, whatever the budget.
    private static let fewestPages = 3
    /// Of a run of queries, as many as this choose for all.
    private static let choosingQueries = 16
    /// The smallest and the largest elements of a page's runs of keys.
    private static let boundsOfPage = 2 * PanelKernelTable.perPage

    package init(_ options: Options, name: String) {
        precondition(options.budget > 0 && options.local > 0 && options.sinks >= 0, "\(options)")
        precondition(CacheSpec.pageTokens.isMultiple(of: options.interval), "\(options.interval) queries share a choice")
        self.options = options
        self.name = name
    }

    package var needs: PolicyNeeds {
        PolicyNeeds(
            frame: .origin, queriesPerPlan: options.choosesWhileReading ? CacheSpec.pageTokens : nil,
            ranksKeys: true, headScores: options.streamingPercent > 0 ? options.scores : nil, choosesForOne: !options.choosesWhileReading)
    }

    package func divided(by scores: HeadScores) -> any AttentionPolicy {
        var divided = self
        divided.streaming = scores.lowest(percent: options.streamingPercent)
        return divided
    }

    package func isStreaming(layer: Int, head: Int) -> Bool {
        layer >= options.denseLayers && streaming.indices.contains(layer) && streaming[layer].indices.contains(head)
            && streaming[layer][head]
    }

    // MARK: What is seen

    package func reach(of position: Int, layer: Int) -> PolicyReach { PolicyReach(own: 0..<position + 1) }

    package func budget(tokens: Int, layer: Int, phase: BudgetPhase) -> TokenBudget {
        let chooses = phase == .writing || options.choosesWhileReading, pages = tokens / CacheSpec.pageTokens
        let choosers = phase == .writing ? 1 / Double(options.interval) : Double(Self.choosingQueries) / Double(CacheSpec.pageTokens)
        let choosing = TokenBudget.all(
            of: tokens, showing: chooses ? pagesOfBudget * CacheSpec.pageTokens : .max,
            comparing: chooses && pages >= pagesOfBudget ? Double(pages * Self.boundsOfPage) * choosers : 0)
        guard layer >= options.denseLayers else { return .all(of: tokens) }
        let share = Double(options.streamingPercent) / 100
        return .mixed(.ends(of: tokens, sinks: options.sinks, window: options.local), share, choosing)
    }

    package func slots(neededAt position: Int, layer: Int, head: Int, cache: KeyValueCache) -> [Range<Int>] {
        guard isStreaming(layer: layer, head: head) else { return [0..<position + 1] }
        return SinkWindow.slots(neededAt: position, sinks: options.sinks, window: options.local)
    }

    package func prepare(_ queries: LayerQueries, cache: KeyValueCache) {
        guard queries.layer >= options.denseLayers, !queries.looksBackByItself else { return }
        let kernels = PanelKernelTable(for: queries.compute.kernels).functions, firstPage = queries.firstPosition / CacheSpec.pageTokens
        let dimension = cache.layout(layer: queries.layer).paddedKeyDim
        func isStreaming(_ head: Int) -> Bool { self.isStreaming(layer: queries.layer, head: head) }
        func chooses(_ index: Int, _ head: PageBounds.Head) -> Bool {
            !isStreaming(index) && choosesAnew(queries.positions, firstPage: firstPage, last: head.choice)
        }
        cache.withMemory(PageBounds(method: name, for: cache)) { memory in
            let heads = memory.heads[queries.layer].enumerated(), choosing = heads.count { chooses($0, $1) }
            // Most generated tokens find everything as it must be.
            guard choosing > 0 || heads.contains(where: { !isStreaming($0) && $1.pages < firstPage }) else { return }
            let step = (queries.values.rows + Self.choosingQueries - 1) / Self.choosingQueries
            let rows = (queries.values.rows + step - 1) / step * queries.group(in: cache)
            cache.count(AttentionCount(compared: choosing * rows * firstPage * Self.boundsOfPage))
            queries.compute.pool.change(&memory.heads[queries.layer]) { index, head in
                guard !isStreaming(index) else { return }
                head.extend(toPage: firstPage, layer: queries.layer, head: index, cache: cache, kernels: kernels)
                guard chooses(index, head) else { return }
                let turned = queries.turned(head: index, in: cache, stride: step)
                let scores = head.scores(turned, dimension: dimension, kernels: kernels).prefix(firstPage)
                head.choose(Array(scores).placesOfLargest(pagesOfBudget - 1), for: served(by: queries.positions))
            }
        }
    }

    private var pagesOfBudget: Int { max(Self.fewestPages, options.budget / CacheSpec.pageTokens) }

    private func choosesAnew(_ positions: Range<Int>, firstPage: Int, last: PageBounds.Choice) -> Bool {
        guard firstPage >= pagesOfBudget, positions.count == 1 || options.choosesWhileReading else { return false }
        return positions.count > 1 || !last.positions.contains(positions.lowerBound)
    }

    /// The positions that a choice is good for.
    private func served(by positions: Range<Int>) -> Range<Int> {
        guard positions.count == 1 else { return positions }
        return positions.lowerBound..<(positions.lowerBound / options.interval + 1) * options.interval
    }

    package func plan(_ block: QueryBlock, cache: KeyValueCache) -> AttentionPlan {
        if isStreaming(layer: block.layer, head: block.head) {
            return SinkWindow.plan(block.positions, sinks: options.sinks, window: options.local)
        }
        let positions = block.positions, firstPage = positions.lowerBound / CacheSpec.pageTokens
        guard block.layer >= options.denseLayers, firstPage >= pagesOfBudget, let memory = cache.memory as? PageBounds,
            case let choice = memory.heads[block.layer][block.head].choice, choice.positions.clamped(to: positions) == positions
        else { return AttentionPlan([KeySpan(0..<positions.upperBound)]) }
        let newest = firstPage...(positions.upperBound - 1) / CacheSpec.pageTokens
        return AttentionPlan([KeySpan(KeyChoice((choice.pages + newest).map { KeyChoice.Page($0) }))])
    }

    // MARK: What is kept

    package func retain(in cache: KeyValueCache, layer: Int) {
        for head in 0..<cache.specs[layer].heads where isStreaming(layer: layer, head: head) {
            cache.dropOutsideWindow(options.local, keeping: options.sinks, layer: layer, head: head)
        }
    }

    package func memory(_ record: MemoryRecord, for cache: KeyValueCache) -> (any SequenceMemory)? {
        record.method == name ? PageBounds(record, for: cache) : nil
    }
}

extension LServe {
    static let entry = entry("lserve", defaults: Options())
    static let questEntry = entry("quest", defaults: .quest)

    private static func entry(_ name: String, defaults: Options) -> PolicyEntry {
        PolicyEntry(name: name, usage: usage(name), largestOptionCount: 1, namedOptions: optionNames) { options throws(AttentionError) in
            try LServe(options, method: name, defaults: defaults)
        }
    }
}
