import KeyValues
import Positions
import Tensors

/// The first tokens and a window: a query sees nearby keys at their true distances and the first ones at the window's length, however
/// far they are. What lies between is forgotten, unless some of it is recalled: then each query sees, in all but the first layers, those
/// keys of each head that match it best, half a window away; this looks at every key and keeps them all.
///
/// (Han et al., LM-Infinite: Simple On-the-Fly Length Generalization for Large Language Models, 2023.)
package struct LMInfinite: AttentionPolicy {
    /// The first tokens, which stay visible.
    package let globals: Int
    /// Keys that a query sees at their true distances, its own included.
    package let window: Int
    /// Keys of each head that are recalled from between; nil: none.
    package let recalled: Int?
    /// Layers before this one recall nothing.
    package let firstRecallingLayer: Int

    package var name: String { "lm-infinite:\(globals):\(window)" + (recalled.map { ":\($0)" } ?? "") }
    package var needs: PolicyNeeds { PolicyNeeds(frame: .raw, queriesPerPlan: recalled == nil ? nil : 1) }

    package static let defaultGlobals = 10
    /// The paper's models have 32 layers, of which the first 4 recall nothing.
    static let shareWithoutRecall = 8

    /// - Parameter layers: of the model, where they are known.
    package init(globals: Int, window: Int, recalled: Int? = nil, layers: Int? = nil) {
        precondition(
            globals > 0 && window > 0 && recalled ?? 1 > 0, "\(globals) first tokens, a window of \(window), \(recalled ?? 0) recalled")
        self.globals = globals
        self.window = window
        self.recalled = recalled
        firstRecallingLayer = min(4, (layers ?? 32) / Self.shareWithoutRecall)
    }

    package func reach(of position: Int, layer: Int) -> PolicyReach {
        let oldest = max(0, position - window + 1)
        return PolicyReach(
            own: oldest..<position + 1, placed: [0..<(recalls(in: layer) ? oldest : min(globals, oldest))], farthestPlaced: window)
    }

    package func budget(tokens: Int, layer: Int, phase: BudgetPhase) -> TokenBudget {
        let ends = TokenBudget.ends(of: tokens, sinks: globals, window: window)
        guard let recalled else { return ends }
        guard recalls(in: layer) else { return .all(of: tokens, showing: Int(ends.shown)) }
        // It attends to all that lies between before it chooses: scores, values, and scores once more.
        return .all(of: tokens, showing: Int(ends.shown) + recalled, comparing: 3 * (Double(tokens) - ends.shown))
    }

    package func prepare(_ queries: LayerQueries, cache: KeyValueCache) {
        guard let recalled, recalls(in: queries.layer), !queries.looksBackByItself else { return }
        cache.withMemory(RecalledKeys(method: name)) { memory in
            memory.choose(recalled, for: queries, among: middle(of: queries.firstPosition), placement: distantPlacement, cache: cache)
        }
    }

    package func plan(_ block: QueryBlock, cache: KeyValueCache) -> AttentionPlan {
        let end = block.positions.upperBound
        var spans = [
            KeySpan(0..<min(globals, max(0, end - window)), band: .beyond(window), placement: .constant(distance: window)),
            KeySpan(max(0, block.positions.lowerBound - window + 1)..<end, band: .window(window)),
        ]
        if recalls(in: block.layer), let memory = cache.memory as? RecalledKeys {
            spans += memory.spans(block, placement: distantPlacement)
        }
        return AttentionPlan(spans)
    }

    package func retain(in cache: KeyValueCache, layer: Int) {
        if recalled == nil { cache.dropOutsideWindow(window, keeping: globals, layer: layer) }
    }

    package func memory(_ record: MemoryRecord, for cache: KeyValueCache) -> (any SequenceMemory)? {
        // What is recalled is chosen anew for every query.
        recalled == nil ? nil : RecalledKeys(method: name)
    }

    private func recalls(in layer: Int) -> Bool { recalled != nil && layer >= firstRecallingLayer }

    /// What neither the first tokens nor the window hold.
    private func middle(of position: Int) -> Range<Int> { globals..<max(globals, position - window + 1) }

    private var distantPlacement: Placement { .constant(distance: max(1, window / 2)) }
}

extension LMInfinite {
    static let entry = PolicyEntry(
        name: "lm-infinite", usage: "lm-infinite:GLOBALS:WINDOW[:RECALLED]", largestOptionCount: 3,
        // Without recall, and with some of it beside half of the window.
        trials: { ["lm-infinite", "lm-infinite:\(max(1, min(64, $0.window / 16))):\(max(1, $0.window / 2)):32"] }
    ) { options throws(AttentionError) in
        LMInfinite(
            globals: options[0] ?? defaultGlobals, window: try options.window(at: 1, less: 1), recalled: options[2], layers: options.layers)
    }
}
